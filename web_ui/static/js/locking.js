// A phone whose screen the browser does not keep on locks by itself, and a vibration ends soon after. No page knows when: it
// counts from the last touch to the shortest time that is usual (proposed), and says so in time to touch the phone again.

import { say } from "./texts.js";
import { put, setText } from "./values.js";
import { heldBy, onHeld } from "./wake.js";

const LOCKS_S = 30;
const WARN_S = 20;
const SHAKE_S = 10; // whose eyes are on the patient feels it
const PROVES_S = 180; // untouched for so long with the silent video playing, and not locked: it works on this phone (proposed)
const KEY = "silent-video-works";
const bar = document.getElementById("locking");
let touchedAt = performance.now();
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

// A phone that has locked by itself while the video played does not obey it; one that is put away was touched for that.
function hidden() {
  if (document.visibilityState === "hidden" && matters && heldBy() !== "lock" && untouchedS() > SHAKE_S) remember(false);
}

const untouchedS = () => (performance.now() - touchedAt) / 1000;

function isKept() {
  if (heldBy() !== "video") return heldBy() === "lock";
  if (untouchedS() >= PROVES_S) remember(true);
  return works();
}

function touched() {
  touchedAt = performance.now();
  shaken = false;
  show();
}

function show() {
  const left = LOCKS_S - untouchedS();
  const warns = matters && left <= WARN_S && !isKept();
  put(bar, "hidden", !warns);
  if (!warns) return;
  setText(bar, say("page.therapist.touch", { seconds: Math.max(0, Math.ceil(left)) }));
  if (shaken || left > SHAKE_S) return;
  shaken = true;
  navigator.vibrate?.([200, 100, 200]);
}

// It matters where this phone controls a drill that vibrates. What is shown stays over a gap.
export function showLocking(snapshot, me) {
  if (snapshot !== null) matters = snapshot.presence_left_s !== null && (snapshot.holder === me.name || snapshot.holder === "");
  show();
}

document.addEventListener("visibilitychange", hidden);
onHeld(show);
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched, true);
