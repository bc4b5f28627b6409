// The patient's screen, from a phone: how loud, how large, and whether a child looks at it. It shows what the screen says
// back, and not what was tapped.

import { post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const STEP = 20;
const own = (key, values) => say(`page.screen.${key}`, values);
const byId = (id) => document.getElementById(id);
let now = null; // as the newest snapshot has it

startShell((snapshot) => {
  now = snapshot?.screen ?? null;
  setText(byId("volume"), now === null ? "–" : now.volume > 0 ? own("volume", { percent: now.volume }) : own("is-off"));
  for (const button of document.querySelectorAll("[data-option]")) {
    const on = String(now?.[button.dataset.option] === true);
    if (button.getAttribute("aria-pressed") !== on) button.setAttribute("aria-pressed", on);
  }
});

const volumes = {
  off: () => 0,
  softer: ({ volume }) => Math.max(0, volume - STEP),
  louder: ({ volume }) => Math.min(100, volume + STEP),
};

async function send(body) {
  try {
    await post("/screen", body);
    setText(byId("problem"), "");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

for (const button of document.querySelectorAll("[data-volume]")) {
  button.addEventListener("click", () => { if (now) send({ volume: volumes[button.dataset.volume](now) }); });
}
for (const button of document.querySelectorAll("[data-option]")) {
  button.addEventListener("click", () => { if (now) send({ [button.dataset.option]: now[button.dataset.option] !== true }); });
}
