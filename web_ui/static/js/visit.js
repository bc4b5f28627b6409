// One visit: what was done, with its figures and what was said, its note, and its end by name.

import { first, get, post, Refused } from "./api.js";
import { forgetForm } from "./kept.js";
import { startMove } from "./move.js";
import { addressOf, madePaper } from "./paper.js";
import { pausedWords } from "./paused.js";
import { keepName, lastName } from "./signer.js";
import { startShell } from "./shell.js";
import { dateTime, has, person, say, sentences } from "./texts.js";
import { clock, number, setText, used } from "./values.js";
import { copyOut, isSimulated, noteOf, oneToOne } from "./visit-note.js";

const own = (key, values) => say(`page.visit.${key}`, values);
const byId = (id) => document.getElementById(id);
const PATH = `/visits/${encodeURIComponent(decodeURIComponent(location.pathname.split("/").at(-1)))}`;
const legWord = (leg) => say(`leg.${leg === "each" || leg === "" ? "both" : leg}`);
const outcome = (name) => own(has(`page.visit.outcome.${name}`) ? `outcome.${name}` : "outcome.other");

let whose = ""; // the patient's code, once the visit is there
let latest = null; // the visit as it is shown
let before = ""; // what the note said when somebody began to write

startShell();
byId("name").value = lastName();
byId("hander").value = lastName();

const markWords = ({ mark, at_s: when }) => own("mark-at", { mark: say(`mark.${mark}`), seconds: number(when, 1) });

function trial({ number: at, leg_word: leg, outcome: how, hold_s: seconds, alone_s: alone, paused_s: paused, mean_velocity_mm_s: sway, marked }) {
  const line = document.createElement("li");
  const said = own("try", { number: at, leg: legWord(leg), outcome: outcome(how), seconds: number(seconds, 1) });
  const more = [...(alone === null ? [] : [own("by-hand", { seconds: number(alone, 1) })]), ...(sway === null ? [] : [own("sway", { sway: number(sway, 1) })])];
  setText(line, [said, ...more, ...marked.map(markWords), ...(paused === null ? [] : [pausedWords(at, paused)])].join(" · "));
  return line;
}

// What the patient saw, as one file for any browser.
async function keepReplay(button, said, session) {
  button.disabled = true;
  setText(said, own("replay-waits"));
  try {
    const paper = await madePaper(whose, { kind: "replay", session });
    setText(said, paper.state === "ready" ? own("replay-kept", { name: paper.name }) : paper.problem);
    if (paper.state === "ready") location.assign(addressOf(paper.id)); // it is kept, and the page stays
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(said, error.problem.detail);
  } finally {
    button.disabled = false;
  }
}

const titleOf = (one) => own("set", { drill: one.title, leg: legWord(one.leg_word) });

// How long the plate moved, and how, where that is known.
function vibratedWords({ vibration_s: seconds, frequency_hz: hz, displacement_pp_mm: mm }) {
  if (!seconds) return [];
  const how = { used: clock(used(seconds)), frequency_hz: hz, displacement_pp_mm: mm };
  return [own(hz === null ? "vibrated" : "vibrated-at", how)];
}

// What was marked afterwards, try by try.
const marksOf = ({ trials }) => trials.filter(({ marked }) => marked.length > 0)
  .map(({ number: at, marked }) => own("note-marks", { number: at, marks: marked.map(markWords).join(", ") }));

function howOf(one) {
  const { outcome: how, trials } = one;
  const held = own("held", { held: trials.filter((trial) => trial.outcome === "held").length, count: trials.length });
  return [...(how ? [outcome(how)] : []), held, ...vibratedWords(one)];
}

const saidOf = (one) =>
  [["effort", one.effort_rpe], ["pain", one.pain]].filter(([, value]) => value !== null).map(([name, value]) => own(name, { value }));

// Sway has norms on both feet, of a plate that is still.
const hasNoNorm = ({ leg, vibration_s: seconds }) => leg !== "both" || seconds > 0;

function set(one) {
  const item = byId("set").content.cloneNode(true).firstElementChild;
  setText(item.querySelector(".title"), titleOf(one));
  setText(item.querySelector(".how"), [dateTime(one.started_ms), ...howOf(one)].join(" · "));
  item.querySelector(".tries").replaceChildren(...one.trials.map(trial));
  setText(item.querySelector(".said"), saidOf(one).join(" · "));
  const replay = item.querySelector(".to-replay");
  replay.setAttribute("aria-label", own("replay-of", { drill: one.title, at: dateTime(one.started_ms) }));
  replay.addEventListener("click", () => keepReplay(replay, item.querySelector(".problem"), one.id));
  const marks = item.querySelector(".to-marks");
  marks.href = `/therapist/marks/${encodeURIComponent(one.id)}`;
  marks.hidden = !one.can_be_marked;
  const again = item.querySelector(".to-again");
  again.href = `/therapist/drill?again=${encodeURIComponent(one.id)}`;
  again.hidden = latest.state !== "open"; // what is over is over
  item.querySelector(".to-said").href = `/therapist/after/${encodeURIComponent(one.id)}`;
  return item;
}

const incidentWords = ({ kind, at_ms: at }) => `▲ ${say(`page.person.incident.${kind || "unsaid"}`)} · ${dateTime(at)}`;

function incidentRow(one) {
  const way = document.createElement("a");
  way.className = "item chevron";
  way.href = `/therapist/fall?of=${encodeURIComponent(one.id)}`;
  const label = document.createElement("span");
  label.className = "grow";
  label.textContent = incidentWords(one);
  way.append(label);
  return way;
}

// What was typed and not kept yet stays, whatever another writes meanwhile.
const typed = () => byId("note").value !== before;

function showNote(words) {
  before = words;
  byId("note").value = words;
}

function stateOf(visit) {
  const state = { open: ["open"], left: ["left"], closed: ["signed", { by: visit.closed_by, at: dateTime(visit.closed_ms ?? 0) }] };
  const words = own(...(visit.running ? ["running"] : state[visit.state]));
  if (visit.changed_ms === null) return words;
  return [words, own("changed-later", { by: person(visit.changed_by), at: dateTime(visit.changed_ms) })].join(" · ");
}

// All of the visit in a few lines of plain text.
function asNote(visit) {
  return noteOf(visit, {
    state: stateOf(visit),
    sets: visit.sessions.map((one) => [titleOf(one), ...howOf(one), ...marksOf(one), ...saidOf(one)].join(" · ")),
    incidents: visit.incidents.map(incidentWords),
    note: byId("note").value.trim(),
  });
}

function show(visit) {
  whose = visit.patient;
  latest = visit;
  byId("copy").disabled = false;
  setText(byId("whose"), visit.initials === "" ? visit.patient : `${visit.patient} · ${visit.initials}`);
  setText(byId("when"), own("opened", { at: dateTime(visit.opened_ms) }));
  setText(byId("state"), stateOf(visit));
  setText(byId("one-to-one"), oneToOne(visit));
  byId("simulated").hidden = !isSimulated(visit);
  setText(byId("norm"), visit.sessions.length === 0 ? "" : say(visit.sessions.every(hasNoNorm) ? "page.all.no-norm" : "page.visit.norm-elsewhere"));
  byId("sets").replaceChildren(...visit.sessions.map(set));
  setText(byId("none"), visit.sessions.length > 0 ? "" : own("none"));
  byId("incidents-card").hidden = visit.incidents.length === 0;
  byId("incidents").replaceChildren(...visit.incidents.map(incidentRow));
  if (document.activeElement !== byId("note") && !typed()) showNote(visit.note);
  byId("sign").hidden = visit.state !== "open";
  byId("hands").hidden = visit.state !== "open";
  setText(byId("held"), own(visit.held_by === "" ? "hands-nobody" : "hands-of", { by: visit.held_by }));
}

async function tried(what, problem) {
  setText(problem, "");
  try {
    show(await what());
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, what: said, detail, code } = error.problem;
    const newer = code === "changed-meanwhile" ? await get(PATH).catch(() => null) : null;
    if (newer !== null) {
      before = newer.note;
      setText(problem, say("page.all.newer", { words: before === "" ? "–" : before }));
    } else setText(problem, fields.length > 0 ? sentences([said, ...fields.map(({ message }) => message)]) : detail);
    problem.scrollIntoView({ block: "center" });
    return false;
  }
}

const named = (body) => {
  const name = byId("name").value.trim();
  keepName(name);
  return { name, ...body };
};

// The other's name, or one's own: who takes over need not look for who gives.
async function handOver(to) {
  const name = byId("hander").value.trim();
  const lacks = name === "" ? "name" : to === "" ? "to" : "";
  if (lacks !== "") {
    setText(byId("hands-problem"), own(`hands-lack-${lacks}`));
    byId(lacks === "name" ? "hander" : "to").focus();
    return;
  }
  keepName(name);
  document.activeElement?.blur();
  if (await tried(() => post(`${PATH}/hand-over`, { name, to }), byId("hands-problem"))) byId("to").value = "";
}

byId("hands").addEventListener("submit", (event) => {
  event.preventDefault();
  handOver(byId("to").value.trim());
});
byId("take-over").addEventListener("click", () => handOver(byId("hander").value.trim()));
byId("note-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  document.activeElement.blur();
  const note = byId("note").value;
  const kept = await tried(() => post(`${PATH}/note`, named({ note, before })), byId("note-problem"));
  if (kept) before = note;
  setText(byId("kept"), kept ? own("kept") : "");
});
byId("copy").addEventListener("click", () => copyOut(asNote(latest)));
byId("print").addEventListener("click", () => print());
addEventListener("beforeprint", () => setText(byId("printed-note"), byId("note").value)); // whole, however long its field is
byId("sign").addEventListener("click", async () => {
  if (await tried(() => post(`${PATH}/sign`, named({})), byId("note-problem"))) forgetForm();
});
const openMove = startMove(PATH, () => latest, show);
if (await tried(() => first(() => get(PATH), (words) => setText(byId("problem"), words)), byId("problem"))) openMove();
