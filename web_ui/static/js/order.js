// Beside the patient, wherever a drill is chosen: the order of partial load that stands.

import { get, Refused } from "./api.js";
import { settle } from "./tap.js";
import { sentences } from "./texts.js";
import { setText } from "./values.js";

const place = document.getElementById("order");
let shown = ""; // the code that was asked for last

// Says what keeps this patient from a full load. What is not known yet says nothing: the station refuses by itself.
export async function showOrder(code) {
  shown = code;
  let why = [];
  try {
    if (code !== "") ({ why } = await get(`/patients/${encodeURIComponent(code)}/orders`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (shown !== code || place === null) return;
  if (place.hidden !== (why.length === 0)) settle();
  place.hidden = why.length === 0;
  setText(place.querySelector("span"), why.length === 0 ? "" : sentences(why.map(({ message }) => message)));
}
