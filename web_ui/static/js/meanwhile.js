// The patient's screen beside a drill: what comes next, and between two patients wiping, the zero, and a piece of advice.

import { sayTo } from "./child.js";
import { decimal, drillTitle, say } from "./texts.js";

const own = (key, values) => say(`page.patient.${key}`, values);
const SOLES = { left: ["sole-left"], right: ["sole-right"], both: ["sole-left", "sole-right"] };
// How far the right foot is from the middle to the side and ahead, in 0.1 mm, as in drills/framing.py.
const PLACES = { apart: [1000, 0], together: [520, 0], "semi-tandem": [520, 650], tandem: [0, 1350] };

const FOR_CHILDREN = [1, 2, 3, 5, 6, 8, 11]; // pieces of advice that are no matter of grown-ups

// What is said between two patients, to a child in its words; "" where something else is to be said.
export function meanwhileWords({ stage, message, off_cell: cell, off_n: force, child }) {
  const to = (key, values) => sayTo(child, `page.patient.${key}`, values);
  if (stage === "zero-off") return to("between.zero-off", { cell: say(`page.patient.corner.${cell}`), force: decimal(force, 0) });
  if (stage === "free" && message > 0) return to(`message.${child ? FOR_CHILDREN[(message - 1) % FOR_CHILDREN.length] : message}`);
  return stage === "none" ? "" : to(`between.${stage}`);
}

// What comes next of the plan, in words; "" for nothing.
export function nextWords(next) {
  if (!next) return "";
  const { words } = drillTitle(next.drill, "", "");
  return own(`next.${next.leg_word}`, { drill: words });
}

// Where the feet go for it, as a scene.
export function feetOf({ leg_word: leg, feet }, plate) {
  const [aside, ahead] = PLACES[feet] ?? PLACES.apart;
  const leads = leg === "left-front" ? -1 : 1; // the right one in front where nobody says which
  const slots = (SOLES[leg] ?? SOLES.both).map((look, at, all) => {
    const [x, y] = all.length === 1 ? [0, 0] : [(2 * at - 1) * aside, (2 * at - 1) * leads * ahead];
    return { kind: "place", id: at + 1, look, state: "now", x, y, size: 0, value: 0, says: "" };
  });
  return { ...plate, outcome: "next", slots };
}

// The time of day, as a clock on the wall has it.
export function timeOfDay() {
  const now = new Date();
  return [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
