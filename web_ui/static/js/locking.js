// A phone whose screen the browser does not keep on locks by itself, and a vibration ends soon after. No page knows when: it
// counts from the last touch to the shortest time that is usual (proposed), and says so in time to touch the phone again.

import { say } from "./texts.js";
import { put, setText } from "./values.js";
import { isKeptAwake } from "./wake.js";

const LOCKS_S = 30;
const WARN_S = 20;
const SHAKE_S = 10; // whose eyes are on the patient feels it
const bar = document.getElementById("locking");
let touchedAt = performance.now();
let matters = false;
let shaken = false;

function touched() {
  touchedAt = performance.now();
  shaken = false;
  show();
}

function show() {
  const left = LOCKS_S - (performance.now() - touchedAt) / 1000;
  const warns = matters && left <= WARN_S && !isKeptAwake();
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

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, touched, true);
