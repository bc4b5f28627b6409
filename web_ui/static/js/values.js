// Puts the snapshot's values where the page asks for them by `data-value="path"`, and takes them away again.
// `data-say` is the beginning of the key that says the value in words.

import { decimal, say, shortest } from "./texts.js";

export const NOTHING = "–";

const spots = [...document.querySelectorAll("[data-value]")].map((element) => ({
  element,
  path: element.dataset.value.split("."),
  digits: element.dataset.digits === undefined ? null : Number(element.dataset.digits),
  unit: element.dataset.unit ?? "",
  words: element.dataset.say ?? "",
}));

// Minutes and seconds.
// Seconds of vibration, as they are said everywhere: one that began counts (station/records/dose.py, `said_s`).
export const used = (seconds) => Math.ceil(Math.round(seconds * 1000) / 1000);

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const TICK = "\x60";
const COMMAND = new RegExp(`${TICK}([^${TICK}]+)${TICK}`, "g"); // as the texts mark what is typed into a terminal, or a file

// Writes only what changed: thirty snapshots a second must not lay the page out thirty times. A command in it is shown as
// code; what a person has typed (it is not to be translated) stands as it was typed.
export function setText(element, text) {
  if (typeof text === "string" && text.includes(TICK) && element.translate) setCommands(element, text);
  else if (element.textContent !== text) element.textContent = text;
}

// The same for whatever else a snapshot says of an element: an attribute that is written again, also as it was, makes the
// browser look for what that changes in the whole page.
export function put(element, name, value) {
  if (element[name] !== value) element[name] = value;
}

function setCommands(element, text) {
  if (element.textContent === text.replace(COMMAND, "$1") && element.querySelector("code")) return;
  element.replaceChildren(...text.split(COMMAND).map((part, at) => (at % 2 === 0 ? part : command(part))));
}

function command(words) {
  const code = document.createElement("code");
  code.textContent = words;
  Object.assign(code, { dir: "ltr", translate: false });
  return code;
}

// The same for words that may be of another language than the page: a screen reader and the browser must know which.
export function setWords(element, { words, language }) {
  setText(element, words);
  if (language && language !== document.documentElement.lang) {
    if (element.lang !== language) Object.assign(element, { lang: language, dir: "auto" });
  } else {
    element.removeAttribute("lang");
    element.removeAttribute("dir");
  }
}

// What a control is to who uses it: of which kind, in the row of whom or what. What it says may be another since.
function likeness(place, control) {
  const row = [...place.children].find((one) => one.contains(control));
  const about = row?.querySelector(".code, b, h2")?.textContent;
  return [control.tagName, control.className, about].join("\n");
}

// Other rows in the place of these. The focus stays on what is like what had it: who goes by the keyboard, or hears the page,
// would else begin again each time. A row that is there already and has the focus is not even moved: it may be typed in.
export function putRows(place, rows) {
  const stays = rows.findIndex((one) => one.parentNode === place && one.contains(document.activeElement));
  if (stays >= 0) {
    for (const one of [...place.children]) if (one !== rows[stays]) one.remove();
    rows[stays].before(...rows.slice(0, stays));
    rows[stays].after(...rows.slice(stays + 1));
    return;
  }
  const held = place.contains(document.activeElement) ? likeness(place, document.activeElement) : null;
  place.replaceChildren(...rows);
  if (held === null) return;
  const again = [...place.querySelectorAll("a, button, summary")].find((one) => likeness(place, one) === held);
  again?.focus({ preventScroll: true });
}

export function number(value, digits) {
  return value === null || value === undefined || !Number.isFinite(value) ? NOTHING : decimal(value, digits);
}

// Whole seconds that were held in full. A tick short of a second is that second: the loop's ticks are 4 ms.
export const heldSeconds = (seconds) => Math.floor((seconds ?? 0) + 0.05);

// The same of so many that were asked for: once they are held, they are all of them, also where they are no whole seconds.
export const heldOf = (seconds, asked) => (asked > 0 && seconds + 0.05 >= asked ? asked : heldSeconds(seconds));

// A figure and its unit stay side by side, in the order of the unit's letters, where words run from right to left.
export const together = (figure) => (document.dir === "rtl" ? `\u2068${figure}\u2069` : figure);

function format(value, { digits, unit, words }) {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (words) return say(`${words}${value}`);
  const whole = () => (typeof value === "number" ? shortest(value) : String(value));
  const text = digits === null ? whole() : number(value, digits);
  return unit && text !== NOTHING ? together(`${text}\u00a0${unit}`) : text;
}

export function showValues(snapshot) {
  for (const spot of spots) {
    const value = spot.path.reduce((at, key) => at?.[key], snapshot);
    setText(spot.element, format(value, spot));
  }
}

export function blankValues() {
  for (const spot of spots) setText(spot.element, NOTHING);
}
