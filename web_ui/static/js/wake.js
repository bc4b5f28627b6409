// Keeps the screen on while it is wanted and the page is looked at, where the browser lets us: it does on a page that
// came over HTTPS or from this computer.

let held = null;
let wanted = false;
let refused = !("wakeLock" in navigator && navigator.wakeLock);

async function ask() {
  if (!wanted || refused || held !== null || document.visibilityState !== "visible") return;
  try {
    held = await navigator.wakeLock.request("screen");
    held.addEventListener("release", () => { held = null; }); // the browser takes it back when the page is hidden
    if (!wanted) held.release();
  } catch {
    refused = document.visibilityState === "visible"; // a low battery, or a setting: the screen may go dark
  }
}

// Whether the screen may be kept on, as far as is known.
export const mayKeepAwake = () => !refused;

export function keepAwake(yes = true) {
  if (yes === wanted) return;
  wanted = yes;
  if (yes) ask();
  else held?.release();
}

document.addEventListener("visibilitychange", ask);
