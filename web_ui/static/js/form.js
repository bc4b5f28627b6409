// The prescription: a drill's ranges in the form, and what the therapist filled in.

import { get, Refused } from "./api.js";
import { startSearch } from "./drill-search.js";
import * as fields from "./fields.js";
import { askedLevel, lacksReason, levelRange, levelWords, onLevel, chosenRung, showLevel, whyNoReason, wishRung } from "./form-level.js";
import { strengthWords } from "./shakes.js";
import { drillTitle, say, sentences, shortest } from "./texts.js";
import { clock, number, put, setText, setWords, together, used } from "./values.js";

const form = document.getElementById("setup");
const NUMBERS = ["frequency_hz", "displacement_pp_mm", "hold_s", "trials"];
const USUAL = "one-leg"; // what the form begins with: never a drill that vibrates, or asks more of who is new to it
const SHAKEN = "single-leg-vibration"; // with vibration, where that is asked for: the least that stands on one leg
let drills = [];
let tests = new Set(); // names of the drills that measure and train nothing
let byHand = false; // a person has chosen the drill that is filled in
let platform = null; // what fixes the displacement, as GET /drills says; null where any can be asked for
let longest = null; // hold, in s, of the frequency that is filled in; null where that is not known yet
let whose = ""; // the known patient for whom the form was filled in last
const typed = new Set(); // names of the numbers that the therapist has changed since the drill was chosen
let strengths = {}; // what is called mild and medium, as GET /drills says
let quantities = {}; // label and unit of each number, as GET /drills says

const own = (key, values) => say(`page.therapist.${key}`, values);
const field = (name) => form.elements.namedItem(name);
const drill = () => drills.find((one) => one.name === field("drill").value);
const canVibrate = () => drill()?.frequency_hz !== null;
const legNow = () => form.querySelector("[name=leg]:checked")?.value ?? "";
const codeNow = () => field("patient").value.trim().toUpperCase();
// What is asked for of this number: by the level, where there is one, else by the drill.
const usual = (name) => levelRange(name) ?? drill()?.[name];
const vibrates = () => canVibrate() && field("vibration").checked;

function withUnit(name, value, space = "\u00a0") {
  const { unit } = quantities[name];
  const text = typeof value === "number" ? shortest(value) : value;
  return unit ? together(`${text}${space}${unit}`) : text;
}

// What a drill is called on the page; its name where the list has not come yet.
export function titleOf(name) {
  const { title, language } = drills.find((one) => one.name === name) ?? {};
  return drillTitle(name, title, language);
}

// What can be marked while this drill runs; nothing where the list has not come yet.
export const marksOf = (name) => drills.find((one) => one.name === name)?.marks ?? [];

// Whether the drills and their ranges are in the form.
export const isFilled = () => drills.length > 0;

function optionOf(name) {
  const option = new Option("", name);
  setWords(option, titleOf(name));
  return option;
}

function groupOf({ title, drills: names }) {
  const group = document.createElement("optgroup");
  group.label = title;
  group.append(...names.map(optionOf));
  return group;
}

export function fillDrills({ drills: list, platform: fixed, quantities: words, strength, groups }) {
  strengths = strength;
  drills = list;
  platform = fixed;
  quantities = words;
  tests = new Set(groups.flatMap((group) => (group.tests ? group.drills : [])));
  field("drill").replaceChildren(...groups.map(groupOf));
  startSearch(groups, titleOf, (name) => {
    field("drill").value = name;
    field("drill").dispatchEvent(new Event("change"));
    field("drill").focus();
  });
  fillUsual();
  for (const waiting of form.querySelectorAll("[data-filled]")) waiting.disabled = false;
}

function fillUsual() {
  byHand = false;
  field("vibration").checked = true;
  if (drills.some(({ name }) => name === USUAL)) field("drill").value = USUAL;
  chooseDrill();
}

// The level of what is filled in; asked again for another patient, drill or leg.
export function followLevel() {
  const chosen = drill();
  if (chosen) showLevel(chosen, legNow(), codeNow());
}

onLevel((stepped) => {
  for (const name of stepped ? ["hold_s", "trials"] : []) typed.delete(name);
  showNumbers();
  showVibration();
});

// A drill with vibration, which was asked for on the patient's page; what they vibrated with last is proposed over it.
export function chooseShaken() {
  if (!drills.some(({ name }) => name === SHAKEN)) return;
  field("drill").value = SHAKEN;
  chooseDrill();
}

// What this patient trained last, where nobody has chosen otherwise; with vibration only where that vibrated.
export function proposeDrill(name, vibrated) {
  if (byHand || tests.has(name) || NUMBERS.some((number) => typed.has(number)) || !drills.some((one) => one.name === name)) return;
  field("drill").value = name;
  if (canVibrate()) field("vibration").checked = vibrated;
  chooseDrill();
}

// What is said to the patient before the drill, line by line.
function showScript({ script, language }) {
  const lines = Object.values(script ?? {}).map((words) => {
    const line = document.createElement("li");
    setWords(line, { words, language });
    return line;
  });
  document.getElementById("drill-script").replaceChildren(...lines);
  document.getElementById("say-this").hidden = lines.length === 0;
}

function chooseDrill() {
  const chosen = drill();
  if (!chosen) return;
  typed.clear();
  const { summary, language } = chosen;
  setWords(document.getElementById("drill-summary"), { words: summary.replace(/\s+/g, " "), language });
  showScript(chosen);
  document.getElementById("leg-asked").textContent = chosen.front ? own("front") : own("leg");
  for (const radio of form.querySelectorAll("[name=leg]")) {
    radio.closest("label").hidden = !chosen.legs.includes(radio.value);
    if (!chosen.legs.includes(radio.value)) radio.checked = false;
  }
  const only = chosen.legs.length === 1 ? form.querySelector(`[name=leg][value=${chosen.legs[0]}]`) : null;
  if (only) only.checked = true;
  followLevel();
  showNumbers();
  form.querySelector("[data-field=vibration]").hidden = !canVibrate();
  const cannot = !canVibrate() && chosen.peak_acceleration_max_g !== null;
  put(document.getElementById("cannot-vibrate"), "hidden", !cannot);
  form.querySelector("[data-field=displacement_pp_mm]").hidden = platform !== null;
  put(document.getElementById("platform-does"), "hidden", platform === null);
  showVibration();
  clearProblems();
}

function showNumbers() {
  for (const name of NUMBERS) {
    const range = usual(name);
    if (!range) continue;
    if (!typed.has(name)) field(name).value = String(range.default);
    showRange(name, range);
    form.querySelector(`[data-field=${name}]`).hidden = range.min === range.max;
  }
}

function showRange(name, { min, max }) {
  const most = withUnit(name, max);
  const words = min === max ? own("always", { most }) : own("range", { least: min, most });
  document.getElementById(`${name}-range`).textContent = words;
}

// What can be asked for; a hold that vibrates ends before one that does not.
function rangeOf(name) {
  const range = usual(name);
  const most = name === "hold_s" && vibrates() ? longest ?? drill()?.hold_vibrating_s?.max : undefined;
  return range && most !== undefined ? { ...range, max: Math.min(range.max, most) } : range;
}

let followed = () => {}; // what else is said of a drill with vibration only
export const onVibration = (then) => { followed = then; };

// Whether this drill vibrates, and when: a plate that is still at first is no wrong drill.
function whenWords() {
  const { still_first_s: seconds, with_without: half } = drill() ?? {};
  if (!vibrates()) return own("no-vibration");
  return half ? own("blind") : own("still-first", { seconds: shortest(seconds ?? 0) });
}

function showVibration() {
  setText(document.getElementById("when-shakes"), whenWords());
  followed();
  for (const id of ["vibration-fields", "dose-field"]) document.getElementById(id).hidden = !vibrates();
  longest = null;
  showLongest();
  showPeak();
}

// A hold that the therapist did not type is never more than can be asked for.
function showLongest() {
  const range = rangeOf("hold_s");
  if (!range) return;
  showRange("hold_s", range);
  if (!typed.has("hold_s")) field("hold_s").value = String(Math.min(usual("hold_s").default, range.max));
}

// The values that the form shows for this drill, as the station takes them. An empty number is sent as it is: no default.
function chosenNumbers() {
  const chosen = drill();
  const asked = {};
  for (const name of NUMBERS) {
    if (!chosen[name] || (!vibrates() && (name === "frequency_hz" || name === "displacement_pp_mm"))) continue;
    const value = field(name).valueAsNumber;
    asked[name] = Number.isFinite(value) ? value : "";
  }
  if (chosen.peak_acceleration_max_g && !vibrates()) asked.displacement_pp_mm = 0;
  return asked;
}

const preview = (name, asked) => get(`/drills/${encodeURIComponent(name)}/preview?${new URLSearchParams(asked)}`);

// Peak acceleration, and the platform's displacement, so that the therapist sees what the numbers mean together. One
// question at a time: what was typed meanwhile is asked next.
let asking = false;
let askAgain = false;

async function showPeak() {
  const chosen = drill();
  if (!chosen || !vibrates() || !chosen.peak_acceleration_max_g) return;
  askAgain = asking;
  if (asking) return;
  asking = true;
  const patient = codeNow();
  const { hold_s: hold, trials, ...shaking } = chosenNumbers();
  const whole = { ...(patient && { patient, ...(hold > 0 && { hold_s: hold }), ...(trials > 0 && { trials }) }) }; // what is left of their day
  let would = null; // no number, or no answer: nothing is said of it
  try {
    would = await preview(chosen.name, { ...whole, ...shaking });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  } finally {
    asking = false;
  }
  if (askAgain) {
    showPeak();
    return;
  }
  showWould(chosen, would);
}

// What is left of this patient's vibration today, by what is nearest to its end, and what the drill would take of it.
function showDose(dose) {
  const place = document.getElementById("dose");
  const left = dose === null ? 0 : dose.most_s * Math.max(0, 1 - dose.share);
  const asks = () => [own("dose-asks", { asks: clock(used(dose.asks_s)) }), ...(dose.too_much ? [own("dose-too-much")] : [])];
  const words = () => (dose.used_up ? own("dose-left-none") : sentences([own("dose-left", { left: clock(left), most: clock(dose.most_s) }), ...asks()]));
  setText(place, dose === null ? "" : words());
  place.classList.toggle("warn", dose !== null && (dose.too_much || dose.used_up));
}

// What the figure means: how strong that is, and what is called so. No number, no word.
function scaleWords(would) {
  if (!would?.strength) return "";
  const { mild_most_g: mild, medium_most_g: medium, proposed } = strengths;
  return own(proposed ? "strength-scale" : "strength-scale-signed", { strength: own(`strength.${would.strength}`), mild, medium });
}

function showWould(chosen, would) {
  longest = would?.hold_most_s ?? null;
  showLongest();
  const peak = document.getElementById("peak");
  const hard = would?.too_hard ?? false;
  if (platform) {
    const own = withUnit("displacement_pp_mm", number(would?.displacement_pp_mm, 2));
    document.getElementById("platform-mm").textContent = own;
  }
  const most = would?.peak_acceleration_max_g ?? chosen.peak_acceleration_max_g;
  peak.textContent = own(hard ? "peak-too-much" : "peak", { peak: number(would?.peak_acceleration_g, 2), most });
  peak.classList.toggle("problem", hard);
  setText(document.getElementById("strength"), scaleWords(would));
  showDose(would?.dose ?? null);
}

// What was asked for, as POST /drill/start takes it, and what the plate would do; null when something is wrong, and then
// the form says what.
export async function readForm() {
  clearProblems();
  const chosen = drill();
  if (!chosen) return null;
  const [leg, patient, level] = [legNow(), codeNow(), await askedLevel()];
  const numbers = chosenNumbers();
  const problems = [];
  if (!patient) problems.push({ field: "patient", message: own("enter-code") });
  if (!leg) problems.push({ field: "leg", message: own("choose-leg") });
  let would = null;
  try {
    would = await preview(chosen.name, { ...numbers, ...(patient && { patient }), ...(leg && { leg }), ...(level.rung && { rung: level.rung }) });
    problems.push(...would.fields);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problems.push(...fields.problemsOf(error.problem));
  }
  if (lacksReason(level)) problems.push({ field: "rung", message: whyNoReason() });
  showProblems(problems);
  return problems.length === 0 ? { asked: { patient, drill: chosen.name, leg, ...numbers, ...level }, would } : null;
}

// Each beside its field, the first of them in sight and in focus.
export const asksVibration = () => vibrates();
export const showProblems = (problems) => fields.showProblems(form, problems);
export const clearProblems = () => fields.clearProblems(form);

// Nobody is filled in, nor a leg. What was asked of the one before stays for as long as nobody else is filled in.
export function clearPerson(before) {
  whose = before;
  field("patient").value = "";
  clearLeg();
}

// What the therapist filled in, to be filled in again.
export const formState = () => ({
  patient: codeNow(),
  drill: field("drill").value,
  leg: legNow(),
  rung: chosenRung(),
  vibration: field("vibration").checked,
  numbers: Object.fromEntries([...typed].filter((name) => NUMBERS.includes(name)).map((name) => [name, field(name).value])),
});

export function fillForm({ patient, drill: name, leg, rung = null, vibration, numbers }) {
  wishRung(rung);
  field("patient").value = patient;
  byHand = true;
  if (drills.some((one) => one.name === name)) field("drill").value = name;
  chooseDrill();
  const radio = form.querySelector(`[name=leg][value="${CSS.escape(leg)}"]`);
  if (radio && !radio.closest("label").hidden) radio.checked = true;
  followLevel();
  field("vibration").checked = vibration;
  showVibration();
  for (const [number, value] of Object.entries(numbers)) {
    typed.add(number);
    field(number).value = value;
  }
  showPeak();
}

// The numbers as they were asked for before; where a level says them, only those that vibrate.
export async function fillNumbers({ displacement_pp_mm: mm, ...numbers }) {
  const { rung } = await askedLevel();
  const kept = { ...(mm > 0 && { frequency_hz: numbers.frequency_hz, displacement_pp_mm: mm }), ...(rung === undefined && numbers) };
  for (const name of NUMBERS.filter((one) => kept[one] !== undefined && usual(one))) {
    typed.add(name);
    field(name).value = String(kept[name]);
  }
  showVibration();
}

function clearLeg() {
  if (drill()?.legs.length === 1) return; // there is no other
  for (const radio of form.querySelectorAll("[name=leg]")) radio.checked = false;
  followLevel();
}

// The form is this person's from now on. Nothing that was filled in for somebody else is left in it.
export function fillPerson(code) {
  if (whose !== "" && code !== "" && code !== whose) {
    clearLeg();
    fillUsual();
    whose = "";
  }
  followLevel();
  showPeak();
}

// Somebody has the code that is filled in: the form is theirs.
export const keepPerson = (code) => { whose = code; };

// The leg as it is said of the chosen drill: which leg, or which foot is in front.
function saidLeg(leg) {
  const word = drill()?.leg_words[drill().legs.indexOf(leg)] ?? leg;
  return say(word === leg ? `leg.${leg}-leg` : `leg.${word}`);
}

// The lines of the confirmation, in the order in which a mistake would hurt.
export function summary({ asked, would }) {
  const mm = platform ? Number(would.displacement_pp_mm.toFixed(2)) : would.displacement_pp_mm;
  const frequency = withUnit("frequency_hz", would.frequency_hz, " ");
  const displacement = withUnit("displacement_pp_mm", mm, " ");
  const strong = would.strength === "" ? [] : [strengthWords(would.strength, strengths.proposed)];
  const vibration = would.vibrates ? [own("shaking", { frequency, displacement }), ...strong].join(" · ") : own("no-vibration");
  const trials = own("trials-of", { count: asked.trials, hold: withUnit("hold_s", asked.hold_s, " ") });
  return { patient: asked.patient, leg: saidLeg(asked.leg), vibration, when: would.vibrates ? whenWords() : "", trials, level: levelWords(), title: titleOf(asked.drill) };
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = field(button.dataset.for);
  const range = rangeOf(button.dataset.for);
  typed.add(button.dataset.for);
  const step = Number(button.dataset.step);
  const next = (input.valueAsNumber || 0) + step;
  const digits = Math.abs(step) < 1 ? 2 : 0;
  input.value = String(Math.min(Math.max(Number(next.toFixed(digits)), range?.min ?? 0), range?.max ?? Infinity));
  showPeak();
});
form.addEventListener("input", (event) => {
  if (event.target.name === "") return; // a search asks for nothing
  typed.add(event.target.name);
  showPeak();
});
field("drill").addEventListener("change", () => {
  byHand = true;
  chooseDrill();
});
field("vibration").addEventListener("change", showVibration);
for (const radio of form.querySelectorAll("[name=leg]")) radio.addEventListener("change", followLevel);
