// What the patient reads of the tries: each in a pill, how the last one ended, and at the end what came of all.

import { sayTo, starred, starsOf } from "./child.js";
import { counted } from "./counted.js";
import { say, sentences } from "./texts.js";
import { heldSeconds, put, setText } from "./values.js";

const own = (key, values) => say(`page.patient.${key}`, values);
const HELD = "held";
const WHY = { held: "scene.held", "foot-down": "scene.foot-came-down", "step-off": "scene.stepped-off",
  "not-started": "page.patient.why.not-started", stopped: "page.patient.why.stopped" };
const byId = (id) => document.getElementById(id);

// `result` is the snapshot's, or null; `ended`: the drill is over, and the words are of all its tries.
// `said`: the sentence of how the last try ended stands there already. `child`: stars instead of numbers, for tries of
// `asked` seconds.
// `before`: their own best of earlier rounds, 0 for none.
export function showTries(result, { ended, said, child, asked, before }) {
  const block = byId("result");
  put(block, "hidden", !result || result.trials.length === 0);
  if (block.hidden) return;
  const key = JSON.stringify([child, result.trials]);
  if (block.dataset.key !== key) {
    block.dataset.key = key;
    byId("result-tries").replaceChildren(...result.trials.map((trial) => {
      const item = document.createElement("li");
      item.className = trial.outcome === HELD && trial.score !== 0 ? HELD : "";
      item.textContent = child ? starred(starsOf(trial, asked)) : tryWords(trial, result.counts);
      if (child) item.setAttribute("aria-label", own("child.stars", { n: starsOf(trial, asked) }));
      return item;
    }));
  }
  const last = result.trials.at(-1);
  const why = said || (ended && last.outcome === HELD) ? [] : [whyEnded(last, child)];
  const lines = [...why, ...(ended ? [child ? own("child.praise") : praise(result, before)] : [])].filter((words) => words !== "");
  setText(byId("result-words"), lines.length > 0 ? sentences(lines) : "");
}

// Why a try ended, without blame. Who reached a number of things reads it in the pill.
function whyEnded({ outcome, goal }, child) {
  if (outcome === HELD && goal !== null) return "";
  return WHY[outcome] ? sayTo(child, WHY[outcome]) : "";
}

const tenths = (seconds) => Math.round((seconds ?? 0) * 10) / 10; // what was asked for, as it was asked for

// What was reached, where the exercise counts that; else how long it was held.
function tryWords({ number: count, outcome, hold_s: seconds, score, goal }, counts) {
  if (goal !== null) return own("try-scored", { number: count, ...counted({ score, goal }, counts) });
  return own(outcome === HELD ? "try-held" : "try-not-held", { number: count, seconds: outcome === HELD ? tenths(seconds) : heldSeconds(seconds) });
}

// Kind, and true: nobody reads that a lost balance was a success.
function praise({ trials, counts }, before) {
  const scored = trials.filter(({ goal }) => goal !== null);
  if (scored.length > 0) return reached(scored, counts, before);
  const held = trials.filter((trial) => trial.outcome === HELD).length;
  const longest = Math.max(...trials.map((trial) => heldSeconds(trial.hold_s)));
  if (held === trials.length) return own(held > 2 ? "praise.all" : `praise.all-${held}`, { count: held });
  if (held > 0) return own("praise.some", { held, count: trials.length });
  return longest > 0 ? own("praise.longest", { seconds: longest }) : own("praise.none");
}

function reached(scored, counts, before) {
  const best = scored.reduce((best, one) => (one.score > best.score ? one : best));
  if (best.score === 0) return own("praise.none-reached");
  if (before > 0 && best.score > before) return sentences([say("phrase.8"), say("scene.new-best", { a: best.score })]);
  return own(scored.length > 1 ? "praise.best-reached" : "praise.reached", counted(best, counts));
}
