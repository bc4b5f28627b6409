// A phone whose screen the browser does not keep on locks by itself, and a vibration ends soon after. No page knows when: it
// counts from the last touch to the shortest time that is usual (proposed), and says so in time to touch the phone again.

import { say } from "./texts.js";
import { put, setText } from "./values.js";
import { heldBy, onHeld } from "./wake.js";

const LOCKS_S = 30;
const WARN_S = 20;
const SHAKE_S = 10; // whose eyes are on the patient feels it
const PROVES_S = 310; // on for so long by the silent video alone: it works on this phone. Phones lock within 5 min, or never (proposed)
const KEY = "silent-video-works";
const bar = document.getElementById("locking");
let touchedAt = performance.now();
let aloneAt = touchedAt; // since when nothing but what holds the screen kept it on
let holds = "";
let matters = false;
let shaken = false;

function works() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember(yes) {
  try {
    if (yes) localStorage.setItem(KEY, "1");
    else localStorage.removeItem(KEY);
  } catch {
    return; // it warns for longer than it need
  }
}

// A phone that goes dark untouched while the video plays does not obey it. One that was put away so late is taken for that, too:
// it warns for longer than it need.
function seen() {
  if (document.visibilityState === "hidden" && matters && heldBy() === "video" && untouchedS() > SHAKE_S) remember(false);
  aloneAt = performance.now();
}

const untouchedS = () => (performance.now() - touchedAt) / 1000;

function isKept() {
  if (heldBy() !== "video") return heldBy() === "lock";
  const known = works();
  if (!known && performance.now() - aloneAt >= PROVES_S * 1000) remember(true);
  return known;
}

function touched() {
  touchedAt = aloneAt = performance.now();
  shaken = false;
  show();
}

function changed() {
  if (heldBy() !== holds) aloneAt = performance.now(); // each time that the video begins anew is no change
  holds = heldBy();
  show();
}

function show() {
  const left = LOCKS_S - untouchedS();
  const warns = matters && left <= WARN_S && !isKept();
  put(bar, "hidden", !warns);
  if (!warns) return;
  setText(bar, left > 0 ? say("page.therapist.touch", { seconds: Math.ceil(left) }) : say("page.therapist.touch-now"));
  if (shaken || left > SHAKE_S) return;
  shaken = true;
  navigator.vibrate?.([200, 100, 200]);
}

// It matters where this phone controls a drill that vibrates. What is shown stays over a gap.
export function showLocking(snapshot, me) {
  if (snapshot !== null) matters = snapshot.presence_left_s !== null && (snapshot.holder === me.name || snapshot.holder === "");
  show();
}

document.addEventListener("visibilitychange", seen);
onHeld(changed);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched, true);
