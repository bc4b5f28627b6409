// What a therapist types of one patient: a list of forms, and the one that is open.

import { get, post, Refused } from "./api.js";
import { settle } from "./tap.js";
import { say, sentences } from "./texts.js";
import { setText } from "./values.js";

const MARKS = { done: "✓", refused: "–" };
const KINDS = { done: "allowed" };
const own = (key, values) => say(`page.entries.${key}`, values);
const tests = (key, values) => say(`page.tests.${key}`, values);
const byId = (id) => document.getElementById(id);
const PATH = `/patients/${encodeURIComponent(document.body.dataset.patient)}/entries`;
let forms = [];
let chosen = ""; // the id of the form that is open
let answers = {}; // as they are typed
let onChange = () => {};

export const isOpen = () => chosen !== "";

const howForm = ({ state, done, of, why, minutes, day, by }) => {
  const told = tests(`state.${state}`, { done, of, why });
  const both = (first, second) => tests("both", { first, second });
  return both(both(tests("minutes", { minutes }), told), day === "" ? "" : own("written", { day, by }));
};

function row(form) {
  const item = byId("row").content.cloneNode(true).firstElementChild;
  const mark = item.querySelector(".mark");
  mark.className = `mark ${KINDS[form.state] ?? ""}`;
  setText(mark, MARKS[form.state] ?? "");
  setText(item.querySelector("b"), form.title);
  setText(item.querySelector(".how"), howForm(form).replace(/ · $/, ""));
  for (const words of form.results) {
    const line = document.createElement("span");
    line.className = "sub found";
    setText(line, words);
    item.querySelector(".grow").append(line);
  }
  item.querySelector("button").addEventListener("click", () => open(form.id));
  return item;
}

export function showEntries(isList) {
  byId("entries").hidden = !isList || chosen !== "" || forms.length === 0;
  byId("entry-form").hidden = chosen === "";
  if (byId("entry-rows").contains(document.activeElement)) return;
  byId("entry-rows").replaceChildren(...forms.map(row));
}

// --- one form -----------------------------------------------------------------------------------------------------------

function open(id) {
  const form = forms.find((one) => one.id === id);
  chosen = id;
  // What is not shown on this way is empty here, and stays as it is at the station.
  answers = Object.fromEntries(Object.entries(form.answers).filter(([, answer]) => answer !== ""));
  setText(byId("entry-title"), form.title);
  byId("entry-fields").replaceChildren(...form.fields.map(field));
  byId("entry-refused").value = form.why;
  setText(byId("entry-problem"), "");
  showAsked();
  settle();
  onChange();
  byId("entry-title").focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

function field(one) {
  const box = document.createElement("div");
  box.className = "field";
  box.dataset.onlyIf = one.only_if ?? "";
  const label = document.createElement("label");
  label.htmlFor = `entry-${one.key}`;
  setText(label, one.title);
  box.append(label, control(one));
  return box;
}

function control(one) {
  const isChoice = one.asks === "choice" || one.asks === "yes-no";
  const input = document.createElement(isChoice ? "select" : one.asks === "words" ? "textarea" : "input");
  input.id = `entry-${one.key}`;
  input.name = one.key;
  if (isChoice) {
    const choices = one.asks === "choice" ? one.choices : ["yes", "no"].map((id) => ({ id, title: own(id) }));
    for (const { id, title } of [{ id: "", title: own("open") }, ...choices]) input.append(new Option(title, id));
  } else if (one.asks === "number") {
    Object.assign(input, { type: "number", min: one.least, max: one.most, step: "any", inputMode: "decimal" });
  } else {
    Object.assign(input, { maxLength: 300, rows: 2 });
  }
  input.value = answers[one.key] ?? "";
  input.addEventListener("input", () => {
    if (input.value.trim() === "") delete answers[one.key];
    else answers[one.key] = one.asks === "number" ? input.valueAsNumber : input.value.trim();
    showAsked();
  });
  return input;
}

// What is asked only after a yes is hidden until then, and what was answered to it before is not sent.
function showAsked() {
  for (const box of byId("entry-fields").children) {
    box.hidden = box.dataset.onlyIf !== "" && answers[box.dataset.onlyIf] !== "yes";
  }
}

export function close() {
  chosen = "";
  answers = {};
  onChange();
}

async function save(event) {
  event.preventDefault();
  const form = forms.find(({ id }) => id === chosen);
  const by = byId("entry-name").value.trim();
  const asked = form.fields.filter(({ only_if: key }) => key === null || answers[key] === "yes");
  const wrong = asked.find(({ asks, key, least, most }) => asks === "number" && key in answers
    && !(answers[key] >= least && answers[key] <= most));
  if (by === "" || wrong) {
    setText(byId("entry-problem"), by === "" ? own("name-missing") : own("wrong", { label: wrong.title, least: wrong.least, most: wrong.most }));
    byId(by === "" ? "entry-name" : `entry-${wrong.key}`).focus();
    return;
  }
  const said = Object.fromEntries(asked.filter(({ key }) => key in answers).map(({ key }) => [key, answers[key]]));
  try {
    ({ forms } = await post(`${PATH}/${encodeURIComponent(chosen)}`, { by, answers: said, refused: byId("entry-refused").value.trim(), seen: form.seen }));
    document.activeElement?.blur();
    close();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, fields, what, detail } = error.problem;
    if (code === "changed-meanwhile") {
      await lookAgain(detail, fields);
      return;
    }
    setText(byId("entry-problem"), fields.length > 0 ? sentences([what, ...fields.map(({ message }) => message)]) : detail);
  }
}

// Somebody else has written it meanwhile: what was typed here stays, and the next Save is on top of theirs.
async function lookAgain(detail, fields) {
  ({ forms } = await get(PATH));
  setText(byId("entry-problem"), sentences([detail, ...fields.map(({ message }) => message), own("save-mine")]));
  byId("entry-problem").scrollIntoView({ block: "center" });
}

export async function lookAtEntries() {
  if (chosen !== "") return;
  const found = await get(PATH);
  if (chosen !== "") return;
  forms = found.forms;
  onChange();
}

export function startEntries(changed) {
  onChange = changed;
  byId("entry-form").addEventListener("submit", save);
  byId("entry-cancel").addEventListener("click", close);
}
