// The patient's screen: one sentence, one number, one picture.

import { Plate } from "./draw.js";
import { startPage } from "./page.js";
import { footOf, showsDot } from "./scene.js";
import { SceneSay } from "./scene-say.js";
import { standForMe } from "./stand.js";
import { drillTitle, say, sentences } from "./texts.js";
import { keepAwake } from "./wake.js";
import { heldSeconds, NOTHING, number, setText, setWords } from "./values.js";

const PLACING = ["idle", "get-on", "weigh", "rest", "change", "get-off", "done"]; // show the plate, not the dot
const BETWEEN = ["rest", "change"];
const EMPTY_PLATE = { view: "plate", turn: 0, centre_x: 0, centre_y: 0, dot: "hidden", outcome: "none", slots: [] };
const own = (key, values) => say(`page.patient.${key}`, values);
const MANY_LETTERS = 64;
const MOST_LETTERS = 110;
const byId = (id) => document.getElementById(id);
const plate = new Plate(byId("plate"), { say, labelled: true });
const beside = new SceneSay(byId("countdown-block"), byId("countdown"), byId("countdown-unit"));

startPage((snapshot) => {
  const halted = Boolean(snapshot?.trip || snapshot?.notice);
  const result = snapshot?.result?.on_show ? snapshot.result : null;
  const scene = halted || result ? null : snapshot?.scene ?? null;
  document.body.classList.toggle("halted", halted);
  document.body.dataset.eyes = scene?.eyes ?? "open";
  setText(byId("patient"), result?.patient || snapshot?.patient || NOTHING);
  const { drill, title, language } = result ?? snapshot ?? {};
  setWords(byId("title"), drill ? drillTitle(drill, title, language) : { words: "", language: "" });
  showInstruction(sentences(toDo(snapshot, scene)), scene !== null && scene.clock_kind !== "none" && scene.goal > 0);
  setText(byId("tries"), snapshot && snapshot.trials > 0 ? own("try", { number: snapshot.trial, count: snapshot.trials }) : "");
  beside.show(scene, { unit: (n) => own("seconds", { n }), score: scoreWords, best: bestWords });
  if (scene === null) showCountdown(halted || result ? null : snapshot);
  showTries(result ?? (BETWEEN.includes(snapshot?.phase.name) ? snapshot.result : null), result !== null);
  showPicture(snapshot, halted, scene);
});
keepAwake();
standForMe(byId("plate").parentElement, byId("plate"));

// What the scene says comes before what the drill said last; that the switch is to be held is said with both.
function toDo(snapshot, scene) {
  const asked = snapshot === null ? ["no-picture"] : snapshot.instruction;
  const first = scene?.word ? [say(scene.word, { a: scene.word_a, b: scene.word_b })] : [];
  return [...first, ...asked.slice(first.length).map((key) => say(`instruction.${key}`))];
}

function scoreWords({ score, goal }) {
  return goal > 0 ? own("score-of", { score, goal }) : number(score, 0);
}

function bestWords({ best, level }) {
  if (best > 0 && level > 0) return own("best-and-level", { best, level });
  return best > 0 ? own("best", { best }) : level > 0 ? own("level", { level }) : "";
}

// In one look from the plate: a sentence of more letters is set smaller, and never moves the rest of the page.
// Over a clock and a score there is room for half as many.
function showInstruction(words, crowded) {
  setText(byId("instruction"), words);
  const long = crowded ? 2 * words.length : words.length;
  const letters = long > MOST_LETTERS ? "most" : long > MANY_LETTERS ? "many" : "few";
  byId("instruction").parentElement.dataset.letters = letters;
}

function showCountdown(snapshot) {
  const left = snapshot?.session > 0 && snapshot.phase.name !== "get-on" ? snapshot.countdown_s : null;
  const shown = Number.isFinite(left) && left !== null;
  byId("countdown-block").hidden = !shown;
  if (!shown) return;
  const whole = Math.ceil(left); // up, as what was held is rounded down: the two make the whole hold
  setText(byId("countdown"), number(whole, 0));
  setText(byId("countdown-unit"), own("seconds", { n: whole }));
}

function showTries(result, ended) {
  const block = byId("result");
  block.hidden = !result || result.trials.length === 0;
  if (block.hidden) return;
  const key = JSON.stringify(result.trials);
  if (block.dataset.key !== key) {
    block.dataset.key = key;
    byId("result-tries").replaceChildren(...result.trials.map((trial) => {
      const item = document.createElement("li");
      const held = trial.outcome === "held";
      item.className = held ? "held" : "";
      item.textContent = tryWords(trial);
      return item;
    }));
  }
  setText(byId("result-words"), ended ? praise(result) : "");
}

// What was reached, where the exercise counts that; else how long it was held.
function tryWords({ number: count, outcome, hold_s: seconds, score, goal }) {
  if (goal !== null) return own("try-scored", { number: count, score, goal });
  return own(outcome === "held" ? "try-held" : "try-not-held", { number: count, seconds: heldSeconds(seconds) });
}

// Kind, and true: nobody reads that a lost balance was a success.
function praise({ trials }) {
  const scored = trials.filter(({ goal }) => goal !== null);
  if (scored.length > 0) return reached(scored);
  const held = trials.filter((trial) => trial.outcome === "held").length;
  const longest = Math.max(...trials.map((trial) => heldSeconds(trial.hold_s)));
  if (held === trials.length) return own(held > 2 ? "praise.all" : `praise.all-${held}`, { count: held });
  if (held > 0) return own("praise.some", { held, count: trials.length });
  return longest > 0 ? own("praise.longest", { seconds: longest }) : own("praise.none");
}

function reached(scored) {
  const { score, goal } = scored.reduce((best, one) => (one.score > best.score ? one : best));
  if (score === 0) return own("praise.none-reached");
  return own(scored.length > 1 ? "praise.best-reached" : "praise.reached", { score, goal });
}

function showPicture(snapshot, halted, scene) {
  const placing = snapshot !== null && (halted || (scene === null && PLACING.includes(snapshot.phase.name)));
  const shown = placing ? EMPTY_PLATE : scene;
  const about = shown?.view === "plate" ? aboutPlate(footOf(shown)) : own("plate-about");
  if (byId("plate").getAttribute("aria-label") !== about) byId("plate").setAttribute("aria-label", about);
  plate.show(placing ? { ...snapshot, scene: shown } : snapshot);
  const seen = !placing && snapshot !== null && snapshot.cop_ml_mm !== null;
  showUnsure(seen && (shown === null || showsDot(shown) || shown.dot === "drives-slot-0") ? snapshot.vibration : null);
}

// Who is too light for the vibration sees a hollow dot, and reads why it trembles. `vibration` is null where no dot is seen.
function showUnsure(vibration) {
  const unsure = vibration?.degrades_point === true;
  if (byId("unsure").hidden === !unsure) return;
  byId("unsure").hidden = !unsure;
  setText(byId("unsure"), unsure ? own("unsure") : "");
}

// The same in words, for who cannot see the picture.
function aboutPlate(foot) {
  return foot === "" ? own("placement") : own("placement-of", { foot: own(`foot.${foot}`) });
}
