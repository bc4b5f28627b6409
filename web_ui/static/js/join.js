// The phone's side of a pairing: take the offer, compare the signs, say the PIN. A reload goes on where it was.

import { post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { startShell } from "./shell.js";
import { showSigns } from "./signs.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const byId = (id) => document.getElementById(id);
const form = byId("finish");
const token = decodeURIComponent(location.pathname.split("/").at(-1));
const KEPT = `pairing-${token}`;
let taken = null;

// The store may be closed to a page: then a reload ends the pairing.
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function keep(what) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(what));
  } catch {
    // as above
  }
}

async function take() {
  try {
    taken = kept() ?? await post("/pairing/take", { token });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
    return;
  }
  keep(taken);
  showSigns(byId("signs"), taken.signs);
  setText(byId("role"), taken.role === null ? "" : say(`page.role.${taken.role}`));
  byId("role").hidden = taken.role === null;
  byId("roles").hidden = taken.role !== null;
  byId("compare").hidden = false;
}

byId("same").addEventListener("click", () => {
  byId("compare").hidden = true;
  form.hidden = false;
  byId("name").focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblems(form);
  try {
    const role = taken.role === null ? { role: form.elements.role.value } : {};
    const own = byId("person").value.trim();
    const whose = own === "" ? role : { person: own };
    await post("/pairing/finish", { secret: taken.secret, name: byId("name").value, pin: byId("pin").value, ...whose });
    location.replace("/me");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    byId("pin").value = "";
    const field = error.problem.fields.length > 0 ? null : "pin";
    showProblems(form, problemsOf(error.problem).map((one) => ({ ...one, field: field ?? one.field })));
  }
});

startShell();
take();
