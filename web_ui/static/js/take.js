// What the patient may take along, while the result is on the screen: a picture for the camera of their own phone.

import { get, Refused } from "./api.js";

const AGAIN_MS = 60000; // an address holds longer, and the picture is the same

// `place` has an image; `shown` says of which result, "" for none.
export class TakeAlong {
  constructor(place) {
    Object.assign(this, { place, image: place.querySelector("img"), about: "", asked: -Infinity });
  }

  show(about) {
    if (about !== this.about) {
      this.about = about;
      this.asked = -Infinity;
      this.place.hidden = true;
      this.image.removeAttribute("src");
    }
    if (about === "" || performance.now() - this.asked < AGAIN_MS) return;
    this.asked = performance.now();
    this.ask(about);
  }

  async ask(about) {
    try {
      const { picture } = await get("/card");
      if (about !== this.about || picture === "") return;
      this.image.src = picture;
      this.place.hidden = false;
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // the result has just gone
    }
  }
}
