// The level in the form: where this patient stands in this drill on this leg, and why; another one by a stepper.

import { get, Refused } from "./api.js";
import { because } from "./because.js";
import { keepName, lastName } from "./signer.js";
import { dayOf, say } from "./texts.js";
import { put, setText } from "./values.js";

const byId = (id) => document.getElementById(id);
const place = document.querySelector("[data-field=rung]");
let level = null; // as GET /drills/{name}/level says it; null where the drill has none, or nobody has asked yet
let rung = null; // the one that is chosen, from 1
let stepped = false; // a person has chosen it
let about = ""; // drill, leg and patient of what is shown
let asks = {}; // name, leg and patient of it
let coming = Promise.resolve();
let changed = () => {}; // the form fills in what the level asks for
let wished = null; // what was chosen before, for the level that comes next

export const onLevel = (then) => { changed = then; };

// As a Start has it: what no plan leads over is not refused.
const isRefused = () => level !== null && level.planned && (level.locked || level.not_before !== null);
// What stands beside Start then; "" where it may start.
export const refusedLevel = () => (isRefused() ? say(`page.therapist.${level.locked ? "locked" : "rests"}`) : "");

const isAbove = () => level !== null && level.planned && rung > level.rung;

// What the chosen level asks of this number, as a drill has it; undefined where the drill itself says it.
export function levelRange(name) {
  return level === null || !(level.known || stepped) ? undefined : level.rungs[rung - 1][name];
}

// What a Start is told of it, once it is known.
export async function askedLevel() {
  await coming;
  if (level === null || !(level.known || stepped)) return {};
  return { rung, ...(isAbove() && { by: byId("rung-name").value.trim(), reason: byId("rung-reason").value.trim() }) };
}

// Whether a Start would be refused for it: somebody must say why.
export const lacksReason = ({ rung: asked, by, reason }) => asked !== undefined && by !== undefined && (by === "" || reason === "");
export const whyNoReason = () => say("seen.rung-without-reason", { rung: level.rung });

// What a person has chosen, to be chosen again; null where nobody has.
export const chosenRung = () => (stepped ? rung : null);
export const wishRung = (one) => { wished = one; };

// In words for the confirmation; "" where the drill is as it is.
export function levelWords() {
  if (level === null || !(level.known || stepped)) return "";
  return say("page.plan.for", { title: say("field.rung.name"), why: numberWords() });
}

const numberWords = () => say("page.therapist.of", { part: rung, whole: level.rungs.length });

// The level of this drill is asked for, where it has any; it comes when leg and patient are known.
export function showLevel({ name, rungs }, leg, code) {
  const asked = JSON.stringify([name, leg, code]);
  put(place, "hidden", !rungs);
  if (asked === about) return;
  about = asked;
  level = null;
  stepped = false;
  paint();
  asks = { name, leg, patient: code };
  coming = rungs && leg && code ? look(asked, name, { leg, patient: code }) : Promise.resolve();
}

// Whether it is locked may have changed: by what was told of the last set, or on another page. What is chosen stays.
export async function lookAgain() {
  const asked = about;
  if (level === null) return;
  const found = await ask(asks.name, { leg: asks.leg, patient: asks.patient });
  if (asked !== about || found === null || level === null) return;
  level = found;
  if (!stepped) ({ rung } = found);
  paint();
}
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lookAgain());

async function ask(name, query) {
  try {
    return (await get(`/drills/${encodeURIComponent(name)}/level?${new URLSearchParams(query)}`)).level;
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // it starts as the plan has it
    return null;
  }
}

async function look(asked, name, query) {
  const found = await ask(name, query);
  if (asked !== about) return;
  level = found;
  rung = found === null ? null : Math.min(wished ?? found.rung, found.rungs.length);
  stepped = found !== null && wished !== null;
  wished = null;
  put(place, "hidden", found === null);
  paint();
  changed(false);
}

function step(by) {
  rung = Math.min(Math.max(rung + by, 1), level.rungs.length);
  stepped = true;
  if (byId("rung-name").value === "") byId("rung-name").value = lastName();
  paint();
  changed(true);
}

// Of another level what is otherwise there.
function factsWords() {
  const { facts } = level.rungs[rung - 1];
  if (rung === level.rung) return facts;
  const usual = level.rungs[level.rung - 1].facts;
  return facts.filter((one) => !usual.includes(one));
}

function whyWords() {
  if (!level.known) return say("page.therapist.level-usual", { value: say("page.therapist.of", { part: level.rung, whole: level.rungs.length }) });
  const why = because(level, level);
  return level.last_day === null || why === "" ? why : say("page.plan.for", { title: dayOf(level.last_day), why });
}

function leftWords({ left }) {
  if (left.of === undefined) return "";
  return say("page.plan.for", { title: say("page.today.title"), why: say("page.plan.done", left) });
}

function paint() {
  put(byId("rung-less"), "disabled", level === null || rung <= 1);
  put(byId("rung-more"), "disabled", level === null || rung >= level.rungs.length);
  setText(byId("rung"), level === null ? "–" : numberWords());
  setText(byId("rung-facts"), level === null ? "" : factsWords().join(" · "));
  setText(byId("rung-why"), level === null ? "" : whyWords());
  byId("rung-why").classList.toggle("problem", isRefused());
  put(byId("to-unlock"), "hidden", !isRefused() || !level.locked);
  byId("to-unlock").href = `/therapist/p/${encodeURIComponent(asks.patient ?? "")}/plan`;
  setText(byId("rung-left"), level === null ? "" : leftWords(level));
  const other = level !== null && level.known && rung !== level.rung;
  setText(byId("rung-other"), !other ? "" : isAbove() ? whyNoReason() : say("page.therapist.level-other", { rung: level.rung }));
  put(byId("rung-asked"), "hidden", !isAbove());
}

byId("rung-name").addEventListener("change", ({ target }) => keepName(target.value.trim()));
byId("rung-less").addEventListener("click", () => step(-1));
byId("rung-more").addEventListener("click", () => step(1));
