// The prescription: a drill's ranges in the form, and what the therapist filled in.

import { get, Refused } from "./api.js";
import { drillTitle, has, say, sentences, shortest } from "./texts.js";
import { number } from "./values.js";

const form = document.getElementById("setup");
const NUMBERS = ["frequency_hz", "displacement_pp_mm", "hold_s", "trials"];
let drills = [];
let platform = null; // what fixes the displacement, as GET /drills says; null where any can be asked for
let quantities = {}; // label and unit of each number, as GET /drills says

const own = (key, values) => say(`page.therapist.${key}`, values);
const field = (name) => form.elements.namedItem(name);
const drill = () => drills.find((one) => one.name === field("drill").value);
const canVibrate = () => drill()?.frequency_hz !== null;
const vibrates = () => canVibrate() && field("vibration").checked;

function withUnit(name, value, space = "\u00a0") {
  const { unit } = quantities[name];
  const text = typeof value === "number" ? shortest(value) : value;
  return unit ? `${text}${space}${unit}` : text;
}

// What a drill is called on the page; its name where the list has not come yet.
export function titleOf(name) {
  return drillTitle(name, drills.find((one) => one.name === name)?.title);
}

export function fillDrills({ drills: list, platform: fixed, quantities: words }) {
  drills = list;
  platform = fixed;
  quantities = words;
  field("drill").replaceChildren(...list.map((one) => new Option(titleOf(one.name), one.name)));
  const vibrating = list.find((one) => one.peak_acceleration_max_g !== null);
  if (vibrating) field("drill").value = vibrating.name;
  chooseDrill();
}

function chooseDrill() {
  const chosen = drill();
  if (!chosen) return;
  const about = `drill.${chosen.name}.summary`;
  document.getElementById("drill-summary").textContent = (has(about) ? say(about) : chosen.summary).replace(/\s+/g, " ");
  for (const radio of form.querySelectorAll("[name=leg]")) {
    radio.closest("label").hidden = !chosen.legs.includes(radio.value);
    if (!chosen.legs.includes(radio.value)) radio.checked = false;
  }
  const only = chosen.legs.length === 1 ? form.querySelector(`[name=leg][value=${chosen.legs[0]}]`) : null;
  if (only) only.checked = true;
  for (const name of NUMBERS) {
    const range = chosen[name];
    if (!range) continue;
    field(name).value = String(range.default);
    const most = withUnit(name, range.max);
    document.getElementById(`${name}-range`).textContent =
      range.min === range.max ? own("always", { most }) : own("range", { least: range.min, most });
    form.querySelector(`[data-field=${name}]`).hidden = range.min === range.max;
  }
  form.querySelector("[data-field=vibration]").hidden = !canVibrate();
  const cannot = !canVibrate() && chosen.peak_acceleration_max_g !== null;
  document.getElementById("cannot-vibrate").hidden = !cannot;
  form.querySelector("[data-field=displacement_pp_mm]").hidden = platform !== null;
  document.getElementById("platform-does").hidden = platform === null;
  showVibration();
  clearProblems();
}

function showVibration() {
  document.getElementById("vibration-fields").hidden = !vibrates();
  showPeak();
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
  const { hold_s: _hold, trials: _trials, ...shaking } = chosenNumbers();
  let would = null; // no number, or no answer: nothing is said of it
  try {
    would = await preview(chosen.name, shaking);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  } finally {
    asking = false;
  }
  if (askAgain) {
    showPeak();
    return;
  }
  const peak = document.getElementById("peak");
  const hard = would?.too_hard ?? false;
  if (platform) {
    const own = withUnit("displacement_pp_mm", number(would?.displacement_pp_mm, 2));
    document.getElementById("platform-mm").textContent = own;
  }
  const most = chosen.peak_acceleration_max_g;
  peak.textContent = own(hard ? "peak-too-much" : "peak", { peak: number(would?.peak_acceleration_g, 2), most });
  peak.classList.toggle("problem", hard);
}

// What was asked for, as POST /drill/start takes it, and what the plate would do; null when something is wrong, and then
// the form says what.
export async function readForm() {
  clearProblems();
  const chosen = drill();
  if (!chosen) return null;
  const leg = form.querySelector("[name=leg]:checked")?.value;
  const patient = field("patient").value.trim().toUpperCase();
  const numbers = chosenNumbers();
  const problems = [];
  if (!patient) problems.push({ field: "patient", message: own("enter-code") });
  if (!leg) problems.push({ field: "leg", message: own("choose-leg") });
  let would = null;
  try {
    would = await preview(chosen.name, { ...numbers, ...(patient && { patient }), ...(leg && { leg }) });
    problems.push(...would.fields);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, what, remedy } = error.problem;
    problems.push(...(fields.length > 0 ? fields : [{ field: "body", message: sentences([what, remedy]) }]));
  }
  showProblems(problems);
  return problems.length === 0 ? { asked: { patient, drill: chosen.name, leg, ...numbers }, would } : null;
}

export function showProblems(problems) {
  for (const { field: name, message } of problems) {
    const place = document.getElementById(`${name}-problem`) ?? document.getElementById("body-problem");
    place.textContent = place.textContent ? sentences([place.textContent, message]) : message;
    const input = document.getElementById(name);
    if (input) input.setAttribute("aria-invalid", "true");
  }
  const first = problems[0] && form.querySelector(`[data-field=${problems[0].field}]`);
  if (first) {
    first.scrollIntoView({ block: "center" });
    first.querySelector("input, select")?.focus({ preventScroll: true });
  }
}

export function clearProblems() {
  for (const place of form.querySelectorAll("p.problem:not(#peak)")) place.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

// The lines of the confirmation, in the order in which a mistake would hurt.
export function summary({ asked, would }) {
  const mm = platform ? Number(would.displacement_pp_mm.toFixed(2)) : would.displacement_pp_mm;
  const frequency = withUnit("frequency_hz", would.frequency_hz, " ");
  const displacement = withUnit("displacement_pp_mm", mm, " ");
  const vibration = would.vibrates ? own("shaking", { frequency, displacement }) : own("no-vibration");
  const trials = own("trials-of", { count: asked.trials, hold: withUnit("hold_s", asked.hold_s, " ") });
  return { patient: asked.patient, leg: say(`leg.${asked.leg}-leg`), vibration, trials, title: titleOf(asked.drill) };
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = field(button.dataset.for);
  const range = drill()?.[button.dataset.for];
  const step = Number(button.dataset.step);
  const next = (input.valueAsNumber || 0) + step;
  const digits = Math.abs(step) < 1 ? 2 : 0;
  input.value = String(Math.min(Math.max(Number(next.toFixed(digits)), range?.min ?? 0), range?.max ?? Infinity));
  showPeak();
});
form.addEventListener("input", showPeak);
field("drill").addEventListener("change", chooseDrill);
field("vibration").addEventListener("change", showVibration);
