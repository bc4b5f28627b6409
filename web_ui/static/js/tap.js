// A tap does what the finger was aimed at. No page moves, hides or replaces anything while a finger is down on something
// that can be tapped: what the stream and the station's answers change waits until the tap is over (page.js and api.js ask
// here, and no page needs to). What has moved takes no new finger until the eye has caught up, and a tap that came too
// early is seen to be lost. STOP acts when the finger comes down, holds nothing up, and is always taken.

const CLICKED_MS = 50; // the click of a touch comes a moment after the finger has left
const HELD_MS = 2000; // a finger that rests holds nothing back for longer: a trip is to be seen
const SETTLE_MS = 400; // a finger that was on its way must not hit what has just moved under it
const CONTROLS = "a, button, label, summary, input, select, textarea";
const TAPPED = "a, button, label, summary, input[type=checkbox], input[type=radio], input[type=submit]";
const KEY = "key"; // the space bar acts when it is let go, as a finger does
const fingers = new Set(); // ids of what is down
const waiting = new Map(); // what to do by what it is about, in the order in which each came first
let held = null; // the longest time of the tap that is under way; null while none is
let clicked = null;
let settling = null;

const controlOf = ({ target }) => target.closest?.(CONTROLS) ?? null;

function aimed(event) {
  const control = controlOf(event);
  return control !== null && control.matches(TAPPED) && control.id !== "stop";
}

// More fingers make it no longer: else a palm that rests while a thumb taps would hold all back for ever.
function press(id) {
  fingers.add(id);
  clearTimeout(clicked);
  held ??= setTimeout(over, HELD_MS);
}

function lift(id) {
  if (!fingers.delete(id) || fingers.size > 0) return;
  clicked = setTimeout(over, CLICKED_MS);
}

function over() {
  fingers.clear();
  clearTimeout(clicked);
  clearTimeout(held);
  held = null;
  const changes = [...waiting.values()];
  waiting.clear();
  for (const change of changes) queueMicrotask(change); // one that fails takes no other with it
}

// While the page moves its controls take no finger: what is tapped then is no control. One beside them has been tapped.
function missed() {
  const content = document.getElementById("content");
  content?.classList.toggle("missed", content.classList.contains("settling"));
}

addEventListener("pointerdown", (event) => {
  if (aimed(event)) press(event.pointerId);
  else if (controlOf(event) === null) missed();
}, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, ({ pointerId }) => lift(pointerId), true);
addEventListener("keydown", (event) => event.key === " " && !event.repeat && aimed(event) && press(KEY), true);
addEventListener("keyup", ({ key }) => key === " " && lift(KEY), true);
addEventListener("blur", () => held !== null && over()); // of the window: it hears of no finger any more

// Does `change` now, or as soon as no tap is under way. Of changes about the same only the last one is done.
export function afterTap(change, about = change) {
  if (held === null) change();
  else waiting.set(about, change);
}

// Fulfilled when no tap is under way.
export const tapOver = () => new Promise((done) => { afterTap(done); });

// The page has moved, or does in this moment.
export function settle() {
  const content = document.getElementById("content");
  content.classList.add("settling");
  clearTimeout(settling);
  settling = setTimeout(() => content.classList.remove("settling", "missed"), SETTLE_MS);
}
