// Who is here today: on the plate first; who waits, with which questions; a visit is opened, gone on with, and signed.

import { get, post, Refused } from "./api.js";
import { forgetForm } from "./kept.js";
import { keepName, lastName } from "./signer.js";
import { startShell } from "./shell.js";
import { dateTime, say, sentences } from "./texts.js";
import { putRows, setText } from "./values.js";

const AGAIN_MS = 5000;
const own = (key, values) => say(`page.today.${key}`, values);
const byId = (id) => document.getElementById(id);
let visits = [];
let onPlate = "";

startShell((snapshot) => {
  const now = snapshot !== null && snapshot.session > 0 ? snapshot.patient : "";
  if (now === onPlate) return;
  onPlate = now;
  paint();
});

function stateOf({ state, patient, questions, ended, closed_by: by }) {
  if (patient === onPlate) return own("on-plate");
  if (state === "closed") return own("signed", { by });
  if (state === "left") return own("left");
  if (ended) return own("ended");
  const words = { lacking: "questions-first", "red-flag": "red-flag", locked: "ready-locked", allowed: "ready" };
  return own(words[questions]);
}

// One tap to what comes next of this patient: what runs, the questions, or the confirmation of the plan's next drill.
function wayOf({ patient, questions, ended, plan, state, id }) {
  const page = `/therapist/p/${encodeURIComponent(patient)}`;
  if (patient === onPlate) return ["open", "/therapist/drill"];
  if (state === "closed") return ["open", `/therapist/visit/${encodeURIComponent(id)}`];
  if (ended) return ["open", page];
  if (questions === "lacking" || questions === "red-flag") return ["ask", `${page}/questions`];
  return ["next", plan ? `${page}/plan#next` : `/therapist/drill?patient=${encodeURIComponent(patient)}`];
}

function newRow(visit) {
  const item = byId("row").content.cloneNode(true).firstElementChild;
  item.dataset.visit = visit.id;
  const form = item.querySelector("form");
  form.elements.name.value = lastName();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sign(visit, form);
  });
  return item;
}

// The row of this visit whose form of signing is open, or null: it stays, with what is typed there.
const openRow = ({ id }) => [...byId("rows").children].find(({ dataset }) => dataset.visit === id)?.querySelector("details[open]")?.closest(".item");

function row(visit) {
  const item = openRow(visit) ?? newRow(visit);
  const [words, href] = wayOf(visit);
  const code = item.querySelector(".code");
  setText(code, visit.patient);
  code.href = `/therapist/p/${encodeURIComponent(visit.patient)}`;
  const state = item.querySelector(".state");
  setText(state, stateOf(visit));
  state.classList.toggle("here", visit.patient === onPlate);
  const since = own("since", { at: dateTime(visit.opened_ms) });
  const held = visit.held_by === "" ? [] : [own("held", { by: visit.held_by })];
  setText(item.querySelector(".sub"), [since, ...held, ...(visit.locked ? [own("locked")] : [])].join(" · "));
  const next = item.querySelector(".next");
  setText(next, own(words));
  next.href = href;
  next.setAttribute("aria-label", `${visit.patient}: ${own(words)}`);
  const end = item.querySelector(".end");
  end.hidden = visit.state !== "open" || visit.patient === onPlate;
  return item;
}

function paint() {
  const here = visits.filter(({ patient }) => patient === onPlate);
  const open = visits.filter(({ patient, state }) => patient !== onPlate && state === "open");
  const over = visits.filter(({ patient, state }) => patient !== onPlate && state !== "open");
  putRows(byId("rows"), [...here, ...open, ...over].map(row));
  setText(byId("none"), visits.length > 0 ? "" : own("none"));
}

async function sign(visit, form) {
  const problem = form.querySelector(".problem");
  const name = form.elements.name.value.trim();
  try {
    await post(`/visits/${encodeURIComponent(visit.id)}/sign`, { name });
    keepName(name);
    forgetForm();
    document.activeElement.blur();
    form.closest("details").open = false;
    await look();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, what, detail } = error.problem;
    setText(problem, fields.length > 0 ? sentences([what, ...fields.map(({ message }) => message)]) : detail);
  }
}

byId("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = byId("code").value.trim().toUpperCase();
  setText(byId("add-problem"), "");
  try {
    await post("/visits", { patient: code });
    byId("code").value = "";
    await look();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.problem.code === "patient-unknown") location.assign(`/therapist/patients/new?code=${encodeURIComponent(code)}`);
    else setText(byId("add-problem"), error.problem.detail);
  }
});

async function open(code) {
  await post("/visits", { patient: code });
  await look();
}

function sentRow({ patient, since_ms: since }) {
  const item = byId("sent-row").content.cloneNode(true).firstElementChild;
  setText(item.querySelector(".code"), patient);
  setText(item.querySelector(".sub"), own("since", { at: dateTime(since) }));
  const button = item.querySelector("button");
  setText(button, own("add"));
  button.setAttribute("aria-label", `${patient}: ${own("add")}`);
  button.addEventListener("click", () => open(patient).catch(refusedOf));
  return item;
}

function refusedOf(error) {
  if (!(error instanceof Refused)) throw error;
  setText(byId("sent-problem"), error.problem.detail);
  byId("sent-card").hidden = false;
}

// Whom the practice's own software has sent, and what of its files could not be taken.
async function lookForSent() {
  const { waiting, refused, problem } = await get("/waiting");
  const problems = [...refused.map((one) => own("not-taken", one)), ...(problem === "" ? [] : [problem])];
  setText(byId("sent-problem"), "");
  byId("sent-card").hidden = waiting.length + problems.length === 0;
  putRows(byId("sent"), waiting.map(sentRow));
  byId("refused").replaceChildren(...problems.map((words) => {
    const line = document.createElement("p");
    line.className = "problem";
    line.textContent = words;
    return line;
  }));
}

async function look() {
  lookForSent().catch(refusedOf);
  try {
    ({ visits } = await get("/today"));
    paint();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("none"), error.problem.detail);
  }
}
look();
setInterval(look, AGAIN_MS);
