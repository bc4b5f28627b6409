// "Stand for me": on the simulated rig, mouse, finger or keys over the picture lean the simulated person. Only there is the
// button shown, and control refuses it everywhere else.

import { get, post } from "./api.js";
import { say } from "./texts.js";

const EVERY_MS = 80;
const MOST = { ml: 120, ap: 100 }; // mm
const VIEW = { width: 560, height: 435, gain: 2 }; // as the games show it: the dot goes to where the mouse is
const KEYS = { ArrowLeft: ["ml", -1], ArrowRight: ["ml", 1], ArrowUp: ["ap", 1], ArrowDown: ["ap", -1], Home: ["middle", 0] };
const KEY_MM = 7; // a tap of a key; held, it leans farther by as much each time, 90 mm a second
const SOON = 5; // and after so many times twice as fast
const clip = (value, most) => Math.min(most, Math.max(-most, value));

class Puppet {
  constructor(button, picture) {
    Object.assign(this, { button, picture, ml: 0, ap: 0, up: false, timer: 0, asking: false, held: new Map() });
    button.addEventListener("click", () => this.turn(!this.on));
    picture.addEventListener("pointermove", (event) => this.point(event));
    picture.addEventListener("pointerdown", () => { this.up = true; });
    document.addEventListener("pointerup", () => { this.up = false; });
    document.addEventListener("keydown", (event) => this.press(event, true));
    document.addEventListener("keyup", (event) => this.press(event, false));
    this.turn(false);
  }

  turn(on) {
    Object.assign(this, { on, ml: 0, ap: 0, up: false });
    this.held.clear();
    this.button.setAttribute("aria-pressed", String(on));
    this.button.textContent = say(on ? "page.patient.stand-how" : "page.patient.stand");
    clearInterval(this.timer);
    if (on) this.timer = setInterval(() => this.tell(), EVERY_MS);
  }

  async tell() {
    for (const [key, times] of this.held) {
      this.lean(key, times > SOON ? 2 : 1);
      this.held.set(key, times + 1);
    }
    if (this.asking) return;
    this.asking = true;
    const body = { ml_mm: Math.round(this.ml), ap_mm: Math.round(this.ap), up: this.up };
    await post("/stand-for-me", body, 1000).catch(() => {});
    this.asking = false;
  }

  lean(key, times) {
    const [axis, way] = KEYS[key];
    this[axis] = clip(this[axis] + way * times * KEY_MM, MOST[axis]);
  }

  point({ clientX, clientY }) {
    const { left, top, width, height } = this.picture.getBoundingClientRect();
    const pixelsPerMm = VIEW.gain * Math.min(width / VIEW.width, height / VIEW.height);
    this.ml = clip((clientX - left - width / 2) / pixelsPerMm, MOST.ml);
    this.ap = clip((top + height / 2 - clientY) / pixelsPerMm, MOST.ap);
  }

  press(event, down) {
    const way = KEYS[event.key];
    if (!this.on || (way === undefined && event.key !== "PageUp")) return;
    if (way === undefined) this.up = down;
    else if (way[0] === "middle") Object.assign(this, { ml: 0, ap: 0 });
    else if (!down) this.held.delete(event.key);
    else if (!event.repeat) {
      this.held.set(event.key, 0);
      this.lean(event.key, 1); // at once: a tap may be shorter than the time between two questions
    }
    event.preventDefault();
  }
}

// Adds the button to `place`, and listens on `picture`.
export async function standForMe(place, picture) {
  const { possible } = await get("/stand-for-me").catch(() => ({ possible: false }));
  if (!possible) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "stand" });
  place.append(button);
  new Puppet(button, picture);
}
