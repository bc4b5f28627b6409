// What cannot be undone is asked on its own button: a second tap does it. The question ends after a while, and as soon as
// anything else is tapped; a finger that bounces, or a key that is held down, has not answered it.

import { settle } from "./tap.js";

const SURE_MS = 10_000; // to read the question and look up; who needs longer taps again, and nothing is lost
let asked = null; // the button that asks, or null
let repeats = false; // a key is held down, and taps again and again

// Whether a button asks now.
export const isAsking = () => asked !== null;

// The question is over, answered or not.
export function calm() {
  if (asked === null) return;
  clearTimeout(asked.timer);
  const { show } = asked;
  asked = null;
  show(false);
}

// For a tap on `button`: whether it is the second one. `show(asks)` writes on the button what a tap does now.
export function isSure(button, show) {
  if (repeats) return false;
  const answered = asked?.button === button;
  calm();
  if (answered) return true;
  asked = { button, show, timer: setTimeout(calm, SURE_MS) };
  show(true);
  settle();
  return false;
}

addEventListener("click", ({ target }) => asked !== null && !asked.button.contains(target) && calm(), true);
addEventListener("keydown", ({ repeat }) => { repeats = repeat; }, true);
for (const over of ["keyup", "pointerdown", "blur"]) addEventListener(over, () => { repeats = false; }, true);
