// After the panel's button: the patient's screen shows how a phone is paired.

import { get, Refused } from "./api.js";
import { showOffer } from "./offer.js";
import { put } from "./values.js";

const LOOK_MS = 700;

// `place` has the parts of an offer.
export class PairScreen {
  constructor(place) {
    Object.assign(this, { place, shown: false, asked: -Infinity });
  }

  show(shown) {
    if (!shown) put(this.place, "hidden", true);
    this.shown = shown;
    if (!shown || performance.now() - this.asked < LOOK_MS) return;
    this.asked = performance.now();
    this.ask();
  }

  async ask() {
    try {
      const offer = await get("/pairing/pressed");
      if (this.shown) showOffer(this.place, offer);
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // asked again in a moment
    }
  }
}
