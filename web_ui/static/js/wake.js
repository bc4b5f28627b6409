// Keeps the screen on while it is wanted and the page is looked at, where the browser lets us: it does on a page that
// came over HTTPS or from this computer.

const SOON_MS = 1000; // what is taken back so soon is refused
let held = null;
let asking = false;
let wanted = false;
let refused = !("wakeLock" in navigator && navigator.wakeLock);

async function ask() {
  if (!wanted || refused || asking || held !== null || document.visibilityState !== "visible") return;
  asking = true;
  try {
    hold(await navigator.wakeLock.request("screen"));
  } catch {
    refused = document.visibilityState === "visible"; // a low battery, or a setting: the screen may go dark
  } finally {
    asking = false;
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
  });
}

// Whether the screen may be kept on, as far as is known.
export const mayKeepAwake = () => !refused;

// Whether it is kept on now.
export const isKeptAwake = () => held !== null;

export function keepAwake(yes = true) {
  if (yes === wanted) return;
  wanted = yes;
  if (yes) ask();
  else {
    held?.release();
    held = null;
  }
}

// Why the screen may lock, tried in this moment: "http" or "refused"; "" where it can be kept on.
export async function whyNotAwake() {
  if (held !== null) return "";
  if (!isSecureContext) return "http";
  try {
    (await navigator.wakeLock.request("screen")).release();
    return "";
  } catch {
    return "refused"; // or a browser that cannot
  }
}

document.addEventListener("visibilitychange", ask);
