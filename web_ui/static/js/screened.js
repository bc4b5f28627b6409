// What the answers of this patient allow, beside the vibration's fields, and the way to the questions.

import { get, Refused } from "./api.js";
import { asksVibration, formState, onVibration } from "./form.js";
import { keepForm } from "./kept.js";
import { dateTime, say } from "./texts.js";
import { put, setText } from "./values.js";

const own = (key, values) => say(`page.therapist.screened.${key}`, values);
const byId = (id) => document.getElementById(id);
let shown = "";
let ending = null; // the moment at which what is shown ends

// Says what holds. Resolves with what the station said; null where it says nothing, or the code is none.
export async function showScreened(code) {
  shown = code;
  let view = null;
  try {
    if (code) view = await get(`/patients/${encodeURIComponent(code)}/screening`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (shown === code) paint(code, view);
  return view;
}

// Beside a drill without vibration it would read as a warning of it: only what forbids every drill stands there.
const FORBIDS = ["red", "ended"]; // every drill
let said = null; // the state of what is said
const showPlace = () => { put(byId("screened"), "hidden", said === null || (!FORBIDS.includes(said) && !asksVibration())); };
onVibration(showPlace);

function paint(code, view) {
  clearTimeout(ending);
  said = view === null ? null : stateOf(view);
  showPlace();
  if (view === null) return;
  const state = said;
  setText(byId("screened-words"), own(state, { at: view.until_ms === null ? "" : dateTime(view.until_ms) }));
  byId("screened").dataset.state = state;
  byId("to-questions").href = `/therapist/p/${encodeURIComponent(code)}/questions?form`;
  setText(byId("to-questions"), own("questions", { code }));
  const { left_s: left } = view;
  if (left !== null) ending = setTimeout(() => showScreened(shown), Math.min(left * 1000 + 100, 2 ** 31 - 1));
}

function stateOf({ required, session, ended, fault, vibration }) {
  if (!session) return "red";
  if (ended) return "ended";
  if (vibration) return "allowed";
  if (!required) return "not-needed";
  return fault === "screening-lacking" ? "lacking" : "locked";
}

// Why a Start would be refused for the answers; "" where it would not. Who does not know says nothing: the station decides.
export function refusedFor(view, vibrates) {
  if (view === null) return "";
  const state = stateOf(view);
  return FORBIDS.includes(state) || (vibrates && (state === "lacking" || state === "locked")) ? own(`refused.${state}`) : "";
}

// What stands beside Start before it is tapped: why no drill starts today; "" where one may.
export const refusedNow = () => (FORBIDS.includes(said) ? own(`refused.${said}`) : "");

// A fall may have been told on another page meanwhile, or the questions asked again.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && shown !== "" && showScreened(shown));

byId("to-questions").addEventListener("click", () => keepForm(formState()));
