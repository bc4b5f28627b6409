// The prescription: a drill's ranges in the form, and what the therapist filled in.

import { NOTHING, number } from "./values.js";

const form = document.getElementById("setup");
const NUMBERS = ["frequency_hz", "displacement_pp_mm", "hold_s", "trials"];
const UNITS = { frequency_hz: "Hz", displacement_pp_mm: "mm p-p", hold_s: "s", trials: "" };
const WORDS = { frequency_hz: "Frequency", displacement_pp_mm: "Displacement", hold_s: "Hold", trials: "Trials" };
const PATIENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const GRAVITY = 9.80665;
let drills = [];
let platform = null; // what fixes the displacement, as GET /drills says; null where any can be asked for

const field = (name) => form.elements.namedItem(name);
const drill = () => drills.find((one) => one.name === field("drill").value);
const canVibrate = () => drill()?.frequency_hz !== null;
const vibrates = () => canVibrate() && field("vibration").checked;

// Straight lines between the pairs of Hz and mm, level beyond the ends: as the platform does.
function platformMm(hz) {
  const pairs = platform.displacement_pp_mm;
  const next = pairs.findIndex(([at]) => at >= hz);
  if (next <= 0) return pairs.at(next)[1];
  const [[lowHz, lowMm], [highHz, highMm]] = pairs.slice(next - 1, next + 1);
  return lowMm + ((highMm - lowMm) * (hz - lowHz)) / (highHz - lowHz);
}

const displacementMm = () =>
  platform ? platformMm(field("frequency_hz").valueAsNumber) : field("displacement_pp_mm").valueAsNumber;

// What a drill is called on the page; its name where the list has not come yet.
export function titleOf(name) {
  return drills.find((one) => one.name === name)?.title ?? name;
}

export function fillDrills({ drills: list, platform: fixed }) {
  drills = list;
  platform = fixed;
  field("drill").replaceChildren(...list.map((one) => new Option(one.title, one.name)));
  const vibrating = list.find((one) => one.peak_acceleration_max_g !== null);
  if (vibrating) field("drill").value = vibrating.name;
  chooseDrill();
}

function chooseDrill() {
  const chosen = drill();
  if (!chosen) return;
  document.getElementById("drill-summary").textContent = chosen.summary.replace(/\s+/g, " ");
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
    const unit = UNITS[name] && `\u00a0${UNITS[name]}`;
    document.getElementById(`${name}-range`).textContent =
      range.min === range.max ? `always ${range.min}${unit}` : `${range.min} to ${range.max}${unit}`;
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

// Peak acceleration 2 pi^2 f^2 D, so that the therapist sees what both numbers mean together.
function showPeak() {
  const peak = document.getElementById("peak");
  const limit = drill()?.peak_acceleration_max_g;
  if (!vibrates() || !limit) return;
  const g = (2 * Math.PI ** 2 * field("frequency_hz").valueAsNumber ** 2 * displacementMm()) / 1000 / GRAVITY;
  if (platform) document.getElementById("platform-mm").textContent = `${number(displacementMm(), 2)}\u00a0mm`;
  peak.textContent = `Peak acceleration ${number(g, 2)} g; the most is ${limit} g${g > limit ? ": too much" : ""}.`;
  peak.classList.toggle("problem", g > limit);
}

// What was asked for, as POST /drill/start takes it; null when something is wrong, and then the form says what.
export function readForm() {
  clearProblems();
  const chosen = drill();
  const leg = form.querySelector("[name=leg]:checked")?.value;
  const asked = { patient: field("patient").value.trim().toUpperCase(), drill: chosen?.name ?? "", leg };
  const problems = [];
  if (!asked.patient) problems.push({ field: "patient", message: "Enter the patient's code." });
  else if (!PATIENT.test(asked.patient)) {
    problems.push({ field: "patient", message: "Use letters, digits, dot, dash and underline only, without spaces." });
  }
  if (!leg) problems.push({ field: "leg", message: "Choose the leg to stand on." });
  for (const name of NUMBERS) {
    const range = chosen?.[name];
    if (!range || (!vibrates() && (name === "frequency_hz" || name === "displacement_pp_mm"))) continue;
    const value = field(name).valueAsNumber;
    const unit = UNITS[name] && ` ${UNITS[name]}`;
    if (!(value >= range.min && value <= range.max)) {
      problems.push({ field: name, message: `${WORDS[name]} must be from ${range.min} to ${range.max}${unit}.` });
    } else if (name === "trials" && !Number.isInteger(value)) {
      problems.push({ field: name, message: "Trials must be a whole number." });
    }
    asked[name] = value;
  }
  if (chosen?.peak_acceleration_max_g && !vibrates()) asked.displacement_pp_mm = 0;
  showProblems(problems);
  return problems.length === 0 ? asked : null;
}

export function showProblems(problems) {
  for (const { field: name, message } of problems) {
    const place = document.getElementById(`${name}-problem`) ?? document.getElementById("body-problem");
    place.textContent = place.textContent ? `${place.textContent} ${message}` : message;
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
export function summary(asked) {
  const chosen = drills.find((one) => one.name === asked.drill);
  const mm = platform && asked.frequency_hz ? Number(platformMm(asked.frequency_hz).toFixed(2)) : asked.displacement_pp_mm;
  const shaking = mm ? `${asked.frequency_hz} Hz, ${mm} mm` : "no vibration";
  const trials = `${asked.trials} × ${asked.hold_s} s`;
  const leg = asked.leg === "both" ? "BOTH legs" : `${asked.leg.toUpperCase()} leg`;
  return { patient: asked.patient, leg, vibration: shaking, trials, title: chosen?.title ?? NOTHING };
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
