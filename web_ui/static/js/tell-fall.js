// A fall or near fall: one tap stops what runs, and opens the card of what to do, which goes on telling the station
// until it has confirmed both the stop and the record.

import { post } from "./api.js";
import { pressStop } from "./stop.js";
import { put } from "./values.js";

const KEY = "fall-told";
let latest = null; // what runs, as the page saw it last
let about = ""; // the set that the page is about, by its session's name
const button = document.getElementById("fall");

export function wishedFall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export function forgetFall() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // closed to the page: nothing was kept
  }
}

// The page is about this set: a fall that is told there was in it, unless something runs.
export function fallsIn(session) {
  about = session;
  button.hidden = false;
}

// Shown while something runs, and after it; without live data it stays as it was.
export function offerFall(snapshot) {
  if (snapshot !== null) latest = snapshot;
  if (snapshot !== null && button !== null) put(button, "hidden", snapshot.session === 0 && snapshot.result === null && about === "");
}

button?.addEventListener("click", () => {
  const request = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const { session = 0, phase, vibration } = latest ?? {};
  const of = about === "" ? {} : { session: about };
  const ran = session > 0 ? { ...of, phase: phase.name, output_hz: vibration.output_hz } : of;
  post("/fall", { request, ...ran }).catch(() => {}); // the card asks again
  pressStop();
  let query = "";
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ request, ran, at: Date.now() }));
  } catch {
    query = `?told=${request}`;
  }
  location.assign(`/therapist/fall${query}`);
});
