// With vibration beside without it: what differs, between what the difference lies, and plainly where nothing does.

import { get } from "./api.js";
import { say, sentences } from "./texts.js";
import { NOTHING, number, put, setText } from "./values.js";

const own = (key, values) => say(`page.compared.${key}`, values);
const byId = (id) => document.getElementById(id);
const PERCENT = "unsafe_share"; // a share, which people read in percent
const DIGITS = { hold_s: 1, [PERCENT]: 0, mean_velocity_mm_s: 1, ellipse_area_mm2: 0 };

const worth = (name, value) => (value === null ? NOTHING
  : own(`value.${name}`, { value: number(name === PERCENT ? 100 * value : value, DIGITS[name]) }));

// What is said of one figure, and the numbers that it rests on.
function words(one) {
  const name = own(`name.${one.name}`);
  if (one.differs === null) return [own("unknown", { name }), one.why];
  const [of, without, apart, low, high] = ["with_mean", "without_mean", "difference", "low", "high"].map((key) => worth(one.name, one[key]));
  const numbers = own("means", { of, without });
  const more = one.why === "" ? own("apart", { apart, low, high }) : one.why;
  return [own(`says.${one.better || "none"}`, { name }), sentences([numbers, more])];
}

function line([said, numbers]) {
  const item = document.createElement("li");
  const small = document.createElement("span");
  small.className = "sub";
  small.textContent = numbers;
  item.append(said, small);
  return item;
}

const list = (differences) => differences.map((one) => line(words(one)));

export function paintCompared(found) {
  put(byId("compared"), "hidden", !found.ready);
  if (!found.ready) return;
  const { now, estimate } = found;
  setText(byId("compared-early"), found.complete ? "" : own("ended-early", { n: found.vibrated.length }));
  setText(byId("compared-verdict"), own(`verdict.${now.verdict}`));
  byId("compared-now").replaceChildren(...list(now.differences));
  put(byId("compared-visits"), "hidden", estimate === null);
  if (estimate !== null) {
    setText(byId("compared-over"), own("over", { count: estimate.sessions }));
    setText(byId("compared-visits-verdict"), own(`verdict.${estimate.verdict}`));
    byId("compared-estimate").replaceChildren(...list(estimate.differences));
  }
  const turns = found.vibrated.map((vibrated) => own(vibrated ? "turn.with" : "turn.without")).join(own("between"));
  setText(byId("compared-order"), own("order", { turns, seed: found.seed === null ? NOTHING : String(found.seed) }));
}

// Whether these trials are of a drill that compares, and of both kinds.
export function compares(trials) {
  const vibrated = trials.map(({ vibration }) => vibration.asked_hz > 0);
  return vibrated.includes(true) && vibrated.includes(false);
}

export const comparisonOf = (id) => get(`/sessions/${encodeURIComponent(id)}/with-without`);
