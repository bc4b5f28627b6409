// A file about a patient: asked for, and waited for until it is there or is refused.

import { get, post } from "./api.js";

const LOOK_MS = 400;
const later = (ms) => new Promise((done) => setTimeout(done, ms));

export const addressOf = (id) => `/api/v1/papers/${encodeURIComponent(id)}/file`;

// The paper as the API has it, "ready" or "failed". Throws `Refused` where it cannot be asked for.
export async function madePaper(code, order) {
  let paper = await post(`/patients/${encodeURIComponent(code)}/papers`, order);
  while (paper.state === "waiting") {
    await later(LOOK_MS);
    paper = await get(`/papers/${encodeURIComponent(paper.id)}`);
  }
  return paper;
}
