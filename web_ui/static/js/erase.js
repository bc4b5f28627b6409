// All that is kept of one patient is erased: the code typed again, a name and a reason.

import { post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { say } from "./texts.js";

const LONGEST_MS = 60_000; // the file of the records is written anew
const own = (key, values) => say(`page.erase.${key}`, values);
const byId = (id) => document.getElementById(id);
const form = byId("erase");
const { patient: code } = document.body.dataset;

startShell();
byId("name").value ||= lastName(); // somebody may have begun to type

function showDone({ sessions, left, remains, not_told: notTold }) {
  const words = [
    own("sessions", { n: sessions }),
    ...(left > 0 ? [own("left", { n: left })] : []),
    ...remains.map((name) => own("remains", { name })),
    ...notTold.map((name) => own("not-told", { name })),
  ];
  byId("rest").replaceChildren(...words.map((said) => {
    const line = document.createElement("li");
    line.textContent = said;
    return line;
  }));
  form.hidden = true;
  byId("warning").hidden = true;
  byId("done").hidden = false;
  byId("done").focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblems(form);
  const [again, name, reason] = ["again", "name", "reason"].map((id) => byId(id).value.trim());
  const lacking = Object.entries({ again, name, reason }).filter(([, value]) => value === "");
  if (lacking.length > 0) {
    showProblems(form, lacking.map(([field]) => ({ field, message: own(`lacks.${field}`) })));
    return;
  }
  byId("go").disabled = true;
  try {
    keepName(name);
    showDone(await post(`/patients/${encodeURIComponent(code)}/erase`, { again, name, reason }, LONGEST_MS));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(form, problemsOf(error.problem));
  } finally {
    byId("go").disabled = false;
  }
});
