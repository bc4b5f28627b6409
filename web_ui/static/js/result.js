// One test that was done: both legs beside each other, or with vibration beside without it.

import { get } from "./api.js";
import { comparisonOf, paintCompared } from "./compared.js";
import { paintLegs, whenReady } from "./legs.js";
import { offerNext } from "./next-in-plan.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

startShell();
const waiting = document.getElementById("waiting");
const id = location.pathname.split("/").at(-1);

function show(both, paint = paintLegs) {
  setText(document.querySelector(".who"), both.patient);
  waiting.hidden = true;
  offerNext(document.getElementById("next"), both.patient);
  paint(both);
}

async function compared() {
  try {
    return await comparisonOf(decodeURIComponent(id));
  } catch {
    return null; // what follows says what is wrong
  }
}

// Outside practice, which says it on every page.
async function markSimulated() {
  const { simulated } = await get(`/sessions/${id}`).catch(() => ({ simulated: false }));
  document.getElementById("simulated").hidden = !simulated || document.body.hasAttribute("data-practice");
}
markSimulated();

const found = await compared();
if (found?.ready) {
  show(found, paintCompared);
  document.getElementById("again").href = `/therapist/drill?again=${id}`; // the quick test is asked for on its own page
} else whenReady(async () => decodeURIComponent(id), () => true, show).then(show, () => setText(waiting, say("page.result.unknown")));
