// The signs by which a person sees that screen and phone mean the same pairing. Each has a shape and a name.

import { say } from "./texts.js";

const SHAPES = {
  star: "M12 2l3 7h7l-5.5 4.5L18.500 21 12 16.500 5.500 21l2-7.500L2 9h7z",
  ball: "M12 2a10 10 0 100 20 10 10 0 100-20z",
  square: "M3 3h18v18H3z",
  triangle: "M12 2l11 20H1z",
  diamond: "M12 1l9 11-9 11-9-11z",
  cross: "M9 2h6v7h7v6h-7v7H9v-7H2V9h7z",
  heart: "M12 21S2 14 2 8a5 5 0 0110-2 5 5 0 0110 2c0 6-10 13-10 13z",
  note: "M9 3h11v4h-8v11a4 4 0 11-3-4z",
};
const SVG = "http://www.w3.org/2000/svg";

export function showSigns(place, signs) {
  place.replaceChildren(...signs.map((name) => {
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("d", SHAPES[name]);
    picture.append(shape);
    const words = document.createElement("span");
    words.textContent = say(`page.sign.${name}`);
    const sign = document.createElement("span");
    sign.className = "sign";
    sign.append(picture, words);
    return sign;
  }));
}
