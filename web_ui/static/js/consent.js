// A patient agrees, or who speaks for them: both ticks and initials.

import { patch, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";

const own = (key) => say(`page.consent.${key}`);
const byId = (id) => document.getElementById(id);
const form = byId("consent");
const ticks = ["train", "keep"].map(byId);
const initials = byId("consent_initials"); // null where no names may pass
const { patient } = document.body.dataset;

// After the last tick only the initials are missing; where no names may pass they are given later.
form.addEventListener("change", ({ target }) => {
  if (ticks.includes(target) && ticks.every((tick) => tick.checked)) (initials ?? byId("agreed")).focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblems(form);
  if (!ticks.every((tick) => tick.checked)) {
    showProblems(form, [{ field: "body", message: own("both") }]);
    return;
  }
  try {
    await patch(`/patients/${encodeURIComponent(patient)}`, initials === null ? { agrees: true } : { consent_initials: initials.value });
    location.replace(`/therapist/p/${encodeURIComponent(patient)}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(form, problemsOf(error.problem));
  }
});

startShell();
