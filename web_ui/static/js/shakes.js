// Whether the plate vibrates now; else that it does not, and when it will. In words, large, beside the seconds that are left.

import { say, shortest } from "./texts.js";
import { NOTHING, number, setText, together } from "./values.js";

const MOVES_HZ = 0.5; // what is measured below it is no vibration
const PAUSED = "pause"; // the phase: nobody knows for how long
const own = (key, values) => say(`page.therapist.${key}`, values);

// What the plate does, as the page has it in its figures: the frequency that is measured, the displacement that is asked for.
function howWords({ measured_hz: measured, asked_hz: asked, asked_pp_mm: mm, strength, strength_proposed: proposed }, { hz, mm: millimetre }) {
  const frequency = together(`${number(measured >= MOVES_HZ ? measured : asked, 0)}\u00a0${hz}`);
  const displacement = mm > 0 ? [together(`${shortest(Number(mm.toFixed(2)))}\u00a0${millimetre}`)] : [];
  const how = [frequency, ...displacement].join(" · ");
  return strength === "" ? how : `${how}\n${strengthWords(strength, proposed)}`; // a line of its own, where there is room
}

// How strong it is, in a word, and whether a clinician has still to confirm what is called so.
export function strengthWords(name, proposed) {
  const strength = own(`strength.${name}`);
  return proposed ? own("strength-proposed", { strength }) : strength;
}

function stillWords({ comes, next_s: seconds }, phase) {
  if (!comes) return own("still");
  if (phase === PAUSED) return own("still-paused");
  return seconds === null ? own("still-next") : own("still-in", { seconds: number(Math.ceil(seconds), 0) });
}

// Whether it moves now, as asked for or as measured.
const moves = ({ output_pp_mm: mm, measured_hz: hz }) => mm > 0 || hz >= MOVES_HZ;

function wordsOf(snapshot, units) {
  if (snapshot === null) return ["", NOTHING];
  const { vibration, vibrates, session, phase } = snapshot;
  if (moves(vibration)) return ["moves", own("vibrating", { how: howWords(vibration, units) })];
  if (session === 0) return ["", ""];
  return vibrates ? ["still", stillWords(vibration, phase.name)] : ["none", own("no-vibration")];
}

export function showShakes(place, snapshot) {
  const [state, words] = wordsOf(snapshot, place.dataset);
  if (place.dataset.state !== state) place.dataset.state = state;
  setText(place, words);
}

const WARNED_S = 5; // so long before it begins the patient reads it
const STANDS = ["settle", "baseline", "ramp-up", "hold", "ramp-down"]; // somebody is on the plate, and a try goes on
const SEEN = ["live", "live-outside", "ml-only", "drives-slot-0"]; // the dot
const STOPS = "scene.vibration-stops"; // the first line says it
const NOT_TOLD = { told: false, state: "", words: "" };

// Whether the patient looks at the picture. Who is to look at a star, or at nothing, is not to look beside it either.
const looksHere = (scene) => scene !== null && scene.eyes === "open" && (["plate", "gauge"].includes(scene.view) || SEEN.includes(scene.dot));

// What the patient reads of it, `told` where there is to be room for it: a line that comes moves nothing. `said(key, values)`
// makes words.
export function patientShakes({ session, phase, vibration }, scene, said) {
  if (!(session > 0) || !vibration.foreseen || !STANDS.includes(phase.name) || !looksHere(scene)) return NOT_TOLD;
  const line = (state, values) => ({ told: true, state, words: state === "" ? "" : said(`page.patient.shakes-${state}`, values) });
  if (moves(vibration)) return line(scene.word === STOPS ? "" : "now");
  const { next_s: left } = vibration;
  return left !== null && left <= WARNED_S ? line("in", { seconds: number(Math.max(1, Math.ceil(left)), 0) }) : line("");
}
