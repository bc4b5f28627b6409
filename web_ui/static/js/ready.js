// "Get ready": before each try what the drill is, what to look at and what is always allowed, beside where the feet go.

import { has, say } from "./texts.js";

const BEFORE = ["get-on", "weigh", "settle"];
const LINES = ["goal", "look", "safe"]; // what to do is the instruction's
const READY = "scene.ready-on-";
const own = (key, values) => say(`page.patient.${key}`, values);

// Whether the picture and the words are of the time before a try: on the plate, or in the last seconds of a rest.
export const isBefore = (phase, scene) => scene?.view === "plate" && (BEFORE.includes(phase) || scene.word.startsWith(READY));

// What to look at is drawn once the try begins: who reads of a dot now looks for it in vain.
const later = (line, at) => (LINES[at] === "look" ? own("when-it-starts", { line }) : line);

// The lines of a shipped drill, or those of a therapist's own; where there are none what holds for each.
export function scriptOf({ drill, script, hold_target_s: holds }) {
  if (script.length === LINES.length) return script.map(later);
  if (script.length > 0) return script;
  const lines = LINES.map((line, at) => [`drill.${drill}.${line}`, at]).filter(([key]) => has(key));
  if (lines.length > 0) return lines.map(([key, at]) => later(say(key), at));
  const whole = Math.round(holds ?? 0);
  return [...(whole > 0 ? [own("for-seconds", { n: whole })] : []), own("rail-any-time")];
}

// Puts the lines into the list; none hides it. Where there is no room for all of them, what to look at goes first, which
// stands in the picture too; the goal stays.
export function showScript(list, lines) {
  list.hidden = lines.length === 0;
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  while (list.children.length > 1 && !fits(list.parentElement)) list.children[1].remove();
}

// Whether all of it is inside the page's middle part.
export function fits(place) {
  const [own, room] = [place.getBoundingClientRect(), place.parentElement.getBoundingClientRect()];
  return own.top >= room.top && own.bottom <= room.bottom;
}
