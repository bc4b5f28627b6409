// Both legs of one test beside each other: at once from what has just happened, then with the figures of the records.

import { get, post } from "./api.js";
import { dateTime, say, sentences } from "./texts.js";
import { NOTHING, number, setText } from "./values.js";

const own = (key, values) => say(`page.legs.${key}`, values);
const byId = (id) => document.getElementById(id);
const SIDES = ["left", "right"];
const OTHER = { left: "right", right: "left" };
const AGAIN_MS = 500;

const legOf = (tries) => ({
  tries, best_s: tries.length > 0 ? Math.max(...tries.map((one) => one.hold_s)) : null, mean_s: null, sway_mm_s: null,
});

// What is known before the records have figures: the snapshot's result.
export function early({ trials, outcome }) {
  const of = (side) => legOf(trials.filter((one) => one.leg === side).map((one) => ({ ...one, sway_mm_s: null, suspect: false, feet: "", feet_said: false })));
  return { left: of("left"), right: of("right"), ready: false, complete: outcome === "completed" };
}

const inSeconds = (value) => (value === null ? NOTHING : own("seconds", { seconds: value }));
const oneTry = ({ outcome, hold_s: seconds, feet, alone_s: alone }) =>
  (feet === "both" ? own("both") : typeof alone === "number" ? own("by-hand", { seconds: number(alone, 1) }) : outcome === "held" ? own("held") : number(seconds, 1));

export function paintLegs(both) {
  byId("legs").hidden = false;
  const { left, right } = both;
  for (const [side, leg] of [["left", left], ["right", right]]) {
    setText(byId(`${side}-best`), inSeconds(leg.best_s));
    setText(byId(`${side}-tries`), leg.tries.length === 0 ? NOTHING : leg.tries.map(oneTry).join(own("between")));
    setText(byId(`${side}-mean`), inSeconds(leg.mean_s));
    setText(byId(`${side}-sway`), leg.sway_mm_s === null ? (both.ready ? NOTHING : own("follows")) : own("sway-value", { sway: leg.sway_mm_s }));
  }
  if (both.started_ms) setText(byId("legs-when"), dateTime(both.started_ms));
  const count = left.tries.length + right.tries.length;
  setText(byId("legs-early"), both.complete ? "" : own("ended-early", { n: count }));
  if (!both.ready) return;
  const apart = both.asymmetry_best_percent;
  setText(byId("legs-apart"), apart === null ? "" : own("asymmetry", {
    best: apart, mean: both.asymmetry_mean_percent ?? NOTHING, sway: both.asymmetry_sway_percent ?? NOTHING,
  }));
  paintVerdict(both);
  paintFeet(both);
}

// Tries of which the plate cannot say that they were on one leg: who has seen it says so.
function paintFeet(both) {
  const asked = SIDES.flatMap((side) => both[side].tries.map((one) => ({ ...one, side }))).filter(({ feet }) => feet !== "");
  byId("feet").hidden = asked.length === 0;
  if (byId("feet-rows").contains(document.activeElement)) document.activeElement.blur();
  byId("feet-rows").replaceChildren(...asked.map((one) => feetRow(both, one)));
}

function feetRow(both, { number: at, side, feet, feet_said: said, sway_mm_s: sway }) {
  const row = document.createElement("div");
  const words = document.createElement("p");
  words.textContent = own(`feet.${said ? "said-" : ""}${feet}`, { number: at, leg: say(`leg.${side}`), sway: sway ?? NOTHING });
  const buttons = document.createElement("div");
  buttons.className = "row";
  for (const [key, oneLeg] of [["one-leg", true], ["both-feet", false]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = own(`feet.${key}`);
    button.setAttribute("aria-pressed", String(said && (feet === "one") === oneLeg));
    button.addEventListener("click", async () => {
      try {
        paintLegs(await post(`/sessions/${encodeURIComponent(both.id)}/tries/${at}`, { one_leg: oneLeg }));
      } catch (error) {
        setText(byId("feet-problem"), error.problem?.detail ?? "");
      }
    });
    buttons.append(button);
  }
  row.append(words, buttons);
  return row;
}

function paintVerdict(both) {
  const box = byId("verdict");
  const weak = both.less_steady;
  box.hidden = false;
  box.classList.toggle("warn", weak !== "");
  setText(byId("verdict-title"), weak === "" ? own(both.enough ? "no-difference" : "too-few") : own(`less-steady.${weak}`));
  setText(byId("verdict-why"), sentences([...reasons(both), ...doubts(both), own("no-norms")]));
}

function reasons(both) {
  const weak = both.less_steady;
  if (weak === "") return both.enough ? [own(both.by.length > 0 ? "contrary" : "overlap")] : [];
  const one = both[weak];
  const other = both[OTHER[weak]];
  const said = both.by.map((by) => (by === "time"
    ? own("by-time", { best: one.best_s, other: other.best_s })
    : own("by-sway", { more: one.sway_mm_s - other.sway_mm_s })));
  return [...said, own("chance", { count: both.chance_one_in })];
}

function doubts(both) {
  return SIDES.some((side) => both[side].tries.some((one) => one.suspect)) ? [own("suspect")] : [];
}

// The session's legs once its figures are there. `still()` says whether anybody waits; `found` is asked for its name.
export async function whenReady(found, still, soon = () => {}) {
  while (still()) {
    try {
      const id = await found();
      const both = id === "" ? null : await get(`/sessions/${encodeURIComponent(id)}/legs`);
      if (both?.ready) return both;
      if (both !== null) soon(both);
    } catch (error) {
      if (error.problem?.code === "session-unknown") throw error;
      // The records may be busy: the next look shows it.
    }
    await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
  }
  return null;
}
