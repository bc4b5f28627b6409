// The fields of an own drill: where each stands, what it is called, how it is typed, and what its key allows.

import { has, say, shortest } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.own.${key}`, values);
const LONG_TEXT = 40; // letters: more are typed in several lines
const LINES = 3;
const UNIT = /(?<!_per)_(mm|s|hz|g|db|percent)$/;
const ENDS = /^(default|min|max)(_s)?$/;
const CONDITIONS = ["surface", "eyes", "hands", "feedback.level", "feedback.kind", "stance.orientation"];

export const PARTS = ["dose", "how", "exercise", "vibration", "success", "patient", "about"];

// In which part of the form the value of this key path stands.
export function partOf(path) {
  if (path.startsWith("steps.exercise.parameters.")) return "exercise";
  if (path.startsWith("steps.exercise.vibration.")) return "vibration";
  if (path.startsWith("steps.") || path.startsWith("trials.")) return "dose";
  if (CONDITIONS.includes(path)) return "how";
  if (path.startsWith("success.")) return "success";
  return path === "title" || path.startsWith("script.") ? "patient" : "about";
}

// What a key is called: by its last two names where that is said, else by its last; a new one as it stands.
function nameOf(names) {
  const keys = [names.slice(-2).join("."), names.at(-1)].map((key) => `page.own.key.${key}`);
  const known = keys.find(has);
  return known === undefined ? names.at(-1) : say(known);
}

export function labelOf(path) {
  const names = path.split(".");
  const end = ENDS.exec(names.at(-1));
  const measured = end !== null && !end[2] ? names.at(-2) : names.at(-1);
  const what = end === null ? nameOf(names) : own(`end.${end[1]}`, { what: nameOf(names.slice(0, -1)) });
  const unit = UNIT.exec(measured);
  return unit === null ? what : own("unit", { what, unit: say(`unit.${unit[1]}`) });
}

const isNumber = ({ kind }) => kind === "number" || kind === "integer";

function rangeOf({ kind, least, most, choices }) {
  if (most === null || choices.length > 0) return "";
  const range = least === most ? shortest(most) : own("range", { least, most });
  if (isNumber({ kind })) return range;
  return kind === "array" ? own("a-line-each", { range }) : own("letters", { most });
}

function select(values, words, value) {
  const input = document.createElement("select");
  for (const one of values) input.append(new Option(words(one), one, false, one === value));
  return input;
}

const wordOf = (choice) => (has(`page.own.word.${choice}`) ? own(`word.${choice}`) : choice);

function inputOf({ kind, value, most, choices }) {
  if (kind === "boolean") return select(["true", "false"], (one) => own(one === "true" ? "yes" : "no"), String(value));
  if (choices.length > 0) return select(choices, wordOf, value);
  const isLong = kind === "array" || (kind === "string" && (most ?? 0) > LONG_TEXT);
  const input = document.createElement(isLong ? "textarea" : "input");
  if (isLong) input.rows = LINES;
  else Object.assign(input, { type: "text", inputMode: isNumber({ kind }) ? "decimal" : "text" });
  input.autocomplete = "off";
  input.value = isNumber({ kind }) ? shortest(value) : kind === "array" ? value.join("\n") : value;
  return input;
}

// Fill `place` with the field; gives its input.
export function fieldOf(place, field, language) {
  const input = inputOf(field);
  input.id = `own-${field.path}`;
  const [range, shipped, problem] = place.querySelectorAll("p");
  Object.assign(range, { id: `${input.id}-range`, textContent: rangeOf(field) });
  problem.id = `${input.id}-problem`;
  shipped.id = `${input.id}-shipped`;
  input.setAttribute("aria-describedby", `${range.id} ${shipped.id} ${problem.id}`);
  const isText = field.kind !== "boolean" && field.choices.length === 0 && !isNumber(field);
  if (isText && field.path !== "language") Object.assign(input, { lang: language, dir: "auto" });
  const label = place.querySelector("label");
  label.htmlFor = input.id;
  setText(label, labelOf(field.path));
  label.after(input);
  return input;
}

const shown = ({ kind, choices, shipped }) => {
  if (kind === "boolean") return own(shipped ? "yes" : "no");
  if (choices.length > 0) return wordOf(shipped);
  return isNumber({ kind }) ? shortest(shipped) : kind === "array" ? shipped.join(" · ") : shipped;
};

// The shipped drill's value stands beside one that is another.
export function showShipped(field, input) {
  const place = document.getElementById(`${input.id}-shipped`);
  const same = JSON.stringify(valueOf(field, input)) === JSON.stringify(field.shipped);
  place.hidden = same;
  // What somebody wrote stays in their language.
  place.translate = field.choices.length > 0 || !["string", "array"].includes(field.kind);
  setText(place, same ? "" : own("shipped", { value: field.shipped === null ? own("shipped.none") : shown(field) }));
}

// What stands in it, as the station takes it. What is no number is sent as it is, and refused by name.
export function valueOf({ kind }, input) {
  const text = input.value;
  if (kind === "boolean") return text === "true";
  if (kind === "array") return text.split("\n").map((one) => one.trim()).filter((one) => one !== "");
  if (kind === "string") return text;
  const typed = text.trim().replace("\u2212", "-").replace(",", ".");
  if (typed === "") return null;
  return Number.isFinite(Number(typed)) ? Number(typed) : text;
}
