// Keeps the screen on while it is wanted and the page is looked at: by asking the browser, which grants it to a page that
// came over HTTPS or from this computer; by a silent video to others.

import { isPlaying, mayPlay, playSilent, primeSilent, waitForTouch } from "./silent.js";

const SOON_MS = 1000; // what is taken back so soon is refused
const canAsk = "wakeLock" in navigator && Boolean(navigator.wakeLock);
let held = null;
let asking = false;
let wanted = false;
let refused = false;
const told = [];
const tell = () => told.forEach((each) => each());

// What the page says of each way, and of none.
export const HELD_WORDS = { lock: "page.shell.stays-on", video: "page.shell.video-holds", "": "page.shell.may-lock" };

async function ask() {
  if (!wanted || !canAsk || refused || asking || held !== null || document.visibilityState !== "visible") return;
  asking = true;
  try {
    hold(await navigator.wakeLock.request("screen"));
  } catch {
    refused = document.visibilityState === "visible"; // a low battery, or a setting: the screen may go dark
  } finally {
    asking = false;
    tell();
  }
}

function hold(lock) {
  if (!wanted) {
    lock.release();
    return;
  }
  held = lock;
  const since = performance.now();
  lock.addEventListener("release", () => { // the browser takes it back: the page is hidden, or the battery low
    if (held !== lock) return;
    held = null;
    if (document.visibilityState === "visible" && performance.now() - since < SOON_MS) refused = true;
    ask();
    tell();
  });
}

// What keeps the screen on now: "lock", "video", or "" for nothing.
export function heldBy() {
  if (held !== null || asking) return "lock";
  return isPlaying() ? "video" : "";
}

// By what it may be kept on while something runs, as far as is known; "" for nothing.
export function mayBeHeldBy() {
  if (canAsk) return refused ? "" : "lock";
  return mayPlay ? "video" : "";
}

// `changed()` is called when what keeps the screen on changes by itself.
export const onHeld = (changed) => told.push(changed);

// To be called in a tap after which a drill runs.
export function prime() {
  if (!canAsk) primeSilent();
}

export function keepAwake(yes = true) {
  if (yes === wanted) return;
  wanted = yes;
  if (!canAsk) playSilent(yes, tell);
  else if (yes) ask();
  else {
    held?.release();
    held = null;
  }
}

// Why the screen may lock, tried in this moment: "video" where only that keeps it on, "http" or "refused"; "" where it can be
// kept on.
export async function whyNotAwake() {
  if (held !== null) return "";
  if (!canAsk && mayPlay) return "video";
  if (!isSecureContext) return "http";
  try {
    (await navigator.wakeLock.request("screen")).release();
    return "";
  } catch {
    return "refused"; // or a browser that cannot
  }
}

if (canAsk) document.addEventListener("visibilitychange", ask);
else waitForTouch();
