// One own drill: every value that may be changed, with its range; the next version; its preview; its file.

import { get, post, Refused, remove } from "./api.js";
import { fieldOf, labelOf, partOf, PARTS, showShipped, valueOf } from "./own-fields.js";
import { startShell } from "./shell.js";
import { say, sentences } from "./texts.js";
import { setText, setWords } from "./values.js";

const LOOK_MS = 1000;
const CHECK_MS = 400; // nobody is told of a number that is half typed
const own = (key, values) => say(`page.own.${key}`, values);
const byId = (id) => document.getElementById(id);
const form = byId("fields");
const name = decodeURIComponent(location.pathname.split("/").at(-1));
const PATH = `/own-drills/${encodeURIComponent(name)}`;
let drill = null; // the newest version, as the station has it
let inputs = new Map(); // of each field by its path
let busy = false;
let runs = false; // a preview
let checks = 0;
let later = 0;

function changes() {
  const found = {};
  for (const field of drill.fields) {
    const value = valueOf(field, inputs.get(field.path));
    if (JSON.stringify(value) !== JSON.stringify(field.value)) found[field.path] = value;
  }
  return found;
}

function showDock() {
  const n = drill === null ? 0 : Object.keys(changes()).length;
  setText(byId("changed"), n === 0 ? own("unchanged") : own("changed", { n }));
  setText(byId("save"), drill === null ? "–" : own("save", { version: drill.version + 1 }));
  byId("save").disabled = n === 0 || busy;
  byId("preview").disabled = drill === null || busy || runs || n > 0;
  setText(byId("preview-problem"), n > 0 && drill !== null ? own("preview.first") : "");
}

// What is wrong stands at its field, whose part is open then; what names no field of the page stands at the head.
function showProblems(problems) {
  for (const place of form.querySelectorAll(".problem")) setText(place, "");
  for (const input of inputs.values()) input.removeAttribute("aria-invalid");
  const others = [];
  for (const { field, message } of problems) {
    const input = inputs.get(field);
    if (input === undefined) {
      others.push(message);
      continue;
    }
    setText(input.closest(".field").querySelector(".problem"), message.replaceAll(field, labelOf(field)));
    input.setAttribute("aria-invalid", "true");
  }
  setText(byId("problem"), others.length > 0 ? sentences(others) : "");
  return others.length > 0 ? byId("problem") : form.querySelector("[aria-invalid]");
}

function lead(to) {
  if (to === null) return;
  const part = to.closest("details");
  if (part !== null) part.open = true;
  to.scrollIntoView({ block: "center" });
  to.focus({ preventScroll: true });
}

async function check() {
  const mine = ++checks;
  const asked = changes();
  if (Object.keys(asked).length === 0) {
    showProblems([]);
    return;
  }
  try {
    const { fields } = await post(`${PATH}/check`, { changes: asked });
    if (mine === checks) showProblems(fields);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // it is said when it is saved
  }
}

function showAllShipped() {
  for (const field of drill.fields) showShipped(field, inputs.get(field.path));
}

function onChange() {
  byId("saved").hidden = true;
  showAllShipped();
  showDock();
  clearTimeout(later);
  later = setTimeout(check, CHECK_MS);
}

function show(found) {
  drill = found;
  setWords(byId("title"), { words: drill.title, language: drill.language });
  setText(byId("how"), own("how", { name, version: drill.version, origin: drill.copied_from }));
  const open = new Set([...form.querySelectorAll("details[open]")].map(({ dataset }) => dataset.part));
  inputs = new Map();
  const parts = PARTS.map((part) => {
    const fields = drill.fields.filter((field) => partOf(field.path) === part);
    if (fields.length === 0) return null;
    const place = byId("part").content.cloneNode(true).firstElementChild;
    place.dataset.part = part;
    place.open = open.size === 0 ? part === "dose" : open.has(part);
    setText(place.querySelector("summary"), own(`part.${part}`));
    for (const field of fields) {
      const at = byId("field").content.cloneNode(true).firstElementChild;
      inputs.set(field.path, fieldOf(at, field, drill.language));
      place.append(at);
    }
    return place;
  });
  form.replaceChildren(...parts.filter((part) => part !== null));
  showAllShipped();
  showDock();
}

const tryWords = ({ outcome, hold_s: held, done, of }, at) =>
  own(of > 0 ? "preview.try-of" : "preview.try", { n: at + 1, outcome: say(`word.outcome.${outcome}`), held, done, of });

function showPreview({ running, result, refused }) {
  runs = running;
  const isGood = result?.ok === true;
  const told = result === null ? own("untried") : isGood ? own("preview.good", { minutes: result.lasts_s / 60 }) : own("preview.bad");
  setText(byId("tried"), running ? own("preview.runs") : isGood ? sentences([own("tried"), told]) : told);
  const lines = running || result === null ? [] : result.trials.map(tryWords);
  if (!running && result?.trip) lines.push(say(`fault.${result.trip}.what`));
  byId("trials").replaceChildren(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  byId("trials").hidden = lines.length === 0;
  const shakes = !running && (result?.peak_acceleration_g ?? 0) > 0;
  const values = shakes && { hz: result.frequency_hz, mm: result.displacement_pp_mm, g: result.peak_acceleration_g };
  setText(byId("shakes"), shakes ? own("preview.shakes", values) : "");
  showDock();
  if (refused) setText(byId("preview-problem"), refused);
  if (running) setTimeout(lookAgain, LOOK_MS);
}

const lookAtPreview = async () => showPreview(await get(`${PATH}/preview`));

async function lookAgain() {
  try {
    await lookAtPreview();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("preview-problem"), error.problem.detail);
    setTimeout(lookAgain, LOOK_MS);
  }
}

async function tried(what, place = byId("problem")) {
  busy = true;
  showDock();
  try {
    await what();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, detail } = error.problem;
    if (fields.length > 0) lead(showProblems(fields));
    else setText(place, detail);
  } finally {
    busy = false;
    showDock();
  }
}

async function save() {
  clearTimeout(later);
  checks++; // what an earlier check says is of what was before
  show(await post(`${PATH}/versions`, { changes: changes() }));
  showProblems([]);
  setText(byId("saved"), own("saved", { version: drill.version }));
  byId("saved").hidden = false;
  await showFile();
  await lookAtPreview();
  byId("title").focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

async function showFile() {
  const { toml } = await get(`${PATH}/toml`);
  URL.revokeObjectURL(byId("export").href);
  byId("export").href = URL.createObjectURL(new Blob([toml], { type: "application/toml" }));
  byId("export").download = `${name}.toml`;
  byId("export").hidden = false;
}

form.addEventListener("input", onChange);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!busy && Object.keys(changes()).length > 0) tried(save);
});
byId("preview").addEventListener("click", () =>
  tried(async () => showPreview(await post(`${PATH}/preview`)), byId("preview-problem")));
byId("remove").addEventListener("click", () => {
  byId("sure").hidden = false;
  byId("remove-go").focus();
});
byId("remove-go").addEventListener("click", () => tried(async () => {
  await remove(PATH);
  location.replace("/therapist/drills");
}, byId("more-problem")));

startShell();
tried(async () => {
  show(await get(PATH));
  await lookAtPreview();
  await showFile();
});
