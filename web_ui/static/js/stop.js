// STOP: one tap, no dialog, by HTTP and by WebSocket at once; the first confirmation counts. Until there is one it is
// sent again and again, over a lost connection and a reload too: whatever runs then is stopped.

import { callNow } from "./api.js";
import { beside, say } from "./texts.js";

const CONFIRM_MS = 2000;
const AGAIN_MS = 500;
const SHOW_MS = 3000;
const HELD_MS = 300; // a letter that is held is meant
const WISH = "stop-wished-at"; // in the browser's store, in ms since 1970, while a STOP waits for its confirmation

// The store may be closed to a page: then the wish lives as long as the page.
const store = {
  read() {
    try {
      return Number(localStorage.getItem(WISH)) || null;
    } catch {
      return null;
    }
  },
  write(atMs) {
    try {
      if (atMs === null) localStorage.removeItem(WISH);
      else localStorage.setItem(WISH, String(atMs));
    } catch {
      // as above
    }
  },
};

let press = () => {};

// As a tap on STOP.
export const pressStop = () => press();

// `send` puts a message on the open WebSocket. Returns the handler for its answers.
export function installStop(send) {
  const button = document.getElementById("stop");
  let wishedAt = null; // of the STOP that waits for its confirmation
  let sent = 0; // number of the last message
  let first = Infinity; // of the first one since the last tap
  let tappedAt = -Infinity;
  let timer = null;
  let again = null;

  function show(state, values = {}) {
    const words = say(`page.all.stop.${state}`, values);
    button.dataset.state = state;
    const confirmed = beside(`page.all.stop.${state}`, values);
    if (confirmed) button.dataset.confirmed = confirmed;
    if (button.textContent !== words) button.textContent = words;
  }

  function showWish() {
    const ageS = Math.max(0, Math.round((Date.now() - wishedAt) / 1000));
    show(ageS * 1000 < CONFIRM_MS ? "asking" : "unconfirmed", { age_s: ageS });
  }

  function confirmed(number) {
    if (wishedAt === null || number < first) return;
    wishedAt = null;
    store.write(null);
    clearTimeout(again);
    show("stopped");
    clearTimeout(timer);
    timer = setTimeout(() => show("ready"), SHOW_MS);
  }

  function ask() {
    if (wishedAt === null) return;
    const mine = ++sent;
    showWish();
    send({ type: "stop", id: mine });
    callNow("/stop", { method: "POST", keepalive: true }, CONFIRM_MS).then(() => confirmed(mine), () => {});
    clearTimeout(again);
    again = setTimeout(ask, AGAIN_MS);
  }

  function stop() {
    tappedAt = performance.now();
    first = sent + 1;
    wishedAt = Date.now();
    store.write(wishedAt);
    clearTimeout(timer);
    ask();
  }

  press = stop;
  button.addEventListener("pointerdown", stop); // not the click: that comes only when the finger leaves
  button.addEventListener("click", () => performance.now() - tappedAt > 1000 && stop()); // the keyboard's way
  let holding = null;
  addEventListener("keydown", ({ key, repeat, target }) => {
    if (repeat) return;
    if (key === "Escape") stop();
    else if (key.toLowerCase() === "s" && !target.matches?.("input, select, textarea")) holding = setTimeout(stop, HELD_MS);
  });
  for (const over of ["keyup", "blur"]) addEventListener(over, () => clearTimeout(holding));
  addEventListener("online", ask);
  document.addEventListener("visibilitychange", ask);
  const left = store.read();
  if (left !== null) {
    first = 1;
    wishedAt = left;
    ask();
  }
  return (answer) => answer.ok && confirmed(answer.id);
}
