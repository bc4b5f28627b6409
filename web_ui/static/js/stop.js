// STOP: one tap, no dialog, by HTTP and by WebSocket at once; the first confirmation counts.

import { post } from "./api.js";
import { say } from "./texts.js";

const CONFIRM_MS = 2000;
const SHOW_MS = 3000;

// `send` puts a message on the open WebSocket. Returns the handler for its answers.
export function installStop(send) {
  const button = document.getElementById("stop");
  let asked = 0; // number of the last tap
  let tappedAt = -Infinity;
  let timer = null;

  function show(state) {
    button.dataset.state = state;
    button.textContent = say(`page.all.stop.${state}`);
  }

  function confirmed(number) {
    if (number !== asked || button.dataset.state === "stopped") return;
    show("stopped");
    clearTimeout(timer);
    timer = setTimeout(() => show("ready"), SHOW_MS);
  }

  function stop() {
    const mine = ++asked;
    tappedAt = performance.now();
    show("asking");
    clearTimeout(timer);
    timer = setTimeout(() => show("unconfirmed"), CONFIRM_MS);
    send({ type: "stop", id: mine });
    post("/stop", undefined, CONFIRM_MS).then(() => confirmed(mine), () => {});
  }

  button.addEventListener("pointerdown", stop); // not the click: that comes only when the finger leaves
  button.addEventListener("click", () => performance.now() - tappedAt > 1000 && stop()); // the keyboard's way
  return (answer) => answer.ok && confirmed(answer.id);
}
