// The way to what is next in the plan of this patient; none where there is no plan to go by.

import { get, Refused } from "./api.js";

const NO_PLAN = ["none", "stopped", "ended"];

export async function offerNext(link, code) {
  const way = `/therapist/p/${encodeURIComponent(code)}`;
  link.hidden = true;
  link.href = `${way}/plan#next`;
  try {
    const { patient } = await get(`/patients/${encodeURIComponent(code)}`);
    if (link.getAttribute("href") === `${way}/plan#next`) link.hidden = patient === null || NO_PLAN.includes(patient.today.left.state);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // it stays away
  }
}
