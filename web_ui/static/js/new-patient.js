// A patient's fields: of somebody new, whose code is proposed and checked, or of somebody known, which are changed.

import { get, patch, post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.new-patient.${key}`, values);
const byId = (id) => document.getElementById(id);
const form = byId("fields");
const known = document.body.dataset.patient ?? ""; // whose fields are changed; "" for somebody new
const inputs = [...form.querySelectorAll("input, textarea")];
const whole = new Map([["birth_year", 4], ["height_cm", 3], ["foot_length_mm", 3]]); // digits with which it is complete
const pageOf = (code) => `/therapist/p/${encodeURIComponent(code)}`;
let proposed = ""; // the code that the station proposes: by it nobody else is meant
let sure = ""; // the code that is meant, although another is nearly the same
let before = {}; // what was known when the page was opened: what somebody else changes meanwhile stays as they left it
let busy = false;

const first = () => inputs.find(({ id }) => id !== "code"); // which it is depends on whether names may pass
const next = (input) => inputs[inputs.indexOf(input) + 1];
const codeOf = () => byId("code").value.trim().toUpperCase();

// A number that is complete leads to the next field: nobody needs a tap for that.
form.addEventListener("input", ({ target, inputType }) => {
  const isComplete = target.value.length === whole.get(target.id) && /^\d+$/.test(target.value);
  if (isComplete && inputType !== "deleteContentBackward" && next(target)?.matches("input")) next(target).focus();
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.matches("textarea, button")) return;
  event.preventDefault();
  next(event.target)?.focus();
});

// A number as one; what is none is sent as it is, and refused by name.
function given(name) {
  const text = byId(name).value.trim();
  if (!whole.has(name)) return text;
  if (text === "") return null;
  return /^\d+$/.test(text) ? Number(text) : text;
}

const read = () => Object.fromEntries(inputs.map(({ id }) => [id, id === "code" ? codeOf() : given(id)]));

function way(words, action) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", action);
  return button;
}

// Somebody has this code, or nearly: who is meant is asked beside it.
function showCode(code, { isKnown, near }) {
  const open = isKnown ? code : near[0];
  setText(byId("code-new"), isKnown ? own("code-known", { code }) : open ? own("code-near", { code, near: open }) : "");
  const ways = open ? [way(own("open", { code: open }), () => location.assign(pageOf(open)))] : [];
  if (open && !isKnown) ways.push(way(own("meant", { code }), () => {
    sure = code;
    showCode(code, { isKnown: false, near: [] });
    first().focus();
  }));
  byId("code-ways").replaceChildren(...ways);
}

async function checkCode() {
  const code = codeOf();
  if (code === "" || code === sure || code === proposed) {
    showCode(code, { isKnown: false, near: [] });
    return;
  }
  try {
    const answer = await get(`/patients/${encodeURIComponent(code)}`);
    if (codeOf() === code) showCode(code, { isKnown: answer.known, near: answer.near });
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // what is wrong with it is said when it is saved
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  clearProblems(form);
  const fields = read();
  try {
    if (known === "") {
      await post("/patients", { ...fields, sure: sure === fields.code, alike: proposed !== fields.code });
      location.replace(`${pageOf(fields.code)}/consent`);
    } else {
      const changed = Object.entries(fields).filter(([name, value]) => value !== before[name]);
      const was = Object.fromEntries(changed.map(([name]) => [name, before[name]]));
      await patch(`/patients/${encodeURIComponent(known)}`, { ...Object.fromEntries(changed), before: was });
      location.replace(pageOf(known));
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.problem.code === "changed-meanwhile") await showNewer(error.problem.fields);
    else showProblems(form, problemsOf(error.problem));
    if (known === "" && error.problem.code.startsWith("patient-")) checkCode();
  } finally {
    busy = false;
  }
});

// Another has written meanwhile: theirs stands beside the field, what was typed stays in it, and is meant the next time.
async function showNewer(fields) {
  const { patient } = await get(`/patients/${encodeURIComponent(known)}`).catch(() => ({ patient: null }));
  if (patient === null) {
    showProblems(form, fields);
    return;
  }
  for (const { field } of fields) before[field] = patient[field] ?? (whole.has(field) ? null : "");
  showProblems(form, fields.map(({ field }) => ({ field, message: say("page.all.newer", { words: before[field] ?? "–" }) })));
}

async function begin() {
  if (known !== "") {
    const { patient } = await get(`/patients/${encodeURIComponent(known)}`);
    if (patient === null) {
      showProblems(form, [{ field: "body", message: own("unknown", { code: known }) }]);
      return;
    }
    for (const input of inputs) {
      input.value = patient[input.id] ?? "";
      input.disabled = false; // before that, what is typed would be overwritten, or overwrite what is known
    }
    before = read();
    byId("save").disabled = false;
    return;
  }
  byId("code").addEventListener("change", checkCode);
  first().focus();
  const asked = new URLSearchParams(location.search).get("code");
  const code = asked ?? (await get("/patients?limit=1")).next_code;
  if (asked === null) proposed = code;
  if (byId("code").value === "") byId("code").value = code;
  if (asked !== null) checkCode();
}

startShell();
begin().catch((error) => {
  if (!(error instanceof Refused)) throw error;
  showProblems(form, problemsOf(error.problem));
});
