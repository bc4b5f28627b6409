// The patient's screen: one sentence, one number, one picture.

import { sayTo, starred, STARS, storyOf } from "./child.js";
import { counted } from "./counted.js";
import { Plate } from "./draw.js";
import { fitGlass } from "./glass.js";
import { feetOf, meanwhileWords, nextWords, timeOfDay } from "./meanwhile.js";
import { startPage } from "./page.js";
import { PairScreen } from "./pair-screen.js";
import { fits, isBefore, scriptOf, showScript } from "./ready.js";
import { footOf, showsDot } from "./scene.js";
import { SceneSay, toDo } from "./scene-say.js";
import { patientShakes } from "./shakes.js";
import { Sounds } from "./sounds.js";
import { standForMe } from "./stand.js";
import { TakeAlong } from "./take.js";
import { beside, drillTitle, say, sentences } from "./texts.js";
import { showTries } from "./tries.js";
import { NOTHING, number, put, setText, setWords } from "./values.js";
import { keepAwake } from "./wake.js";

const PLACING = ["idle", "get-on", "weigh", "rest", "change", "pause", "get-off", "done"]; // show the plate, not the dot
const BETWEEN = ["rest", "change", "pause"];
const ENDED = ["scene.held", "scene.foot-came-down", "scene.stepped-off"];
const EMPTY_PLATE = { view: "plate", turn: 0, centre_x: 0, centre_y: 0, dot: "hidden", outcome: "none", slots: [] };
const own = (key, values) => say(`page.patient.${key}`, values);
const MANY_LETTERS = 64;
const MOST_LETTERS = 110;
const FITS = ["few", "many", "most"];
const byId = (id) => document.getElementById(id);
const plate = new Plate(byId("plate"), { say, labelled: true });
let playing = 0; // the session in which `bestBefore` was seen
let bestBefore = 0; // the patient's own of earlier rounds of this game; 0 for none
let silent = false; // the browser lets nothing be heard until somebody has touched the screen
const sounds = new Sounds((number) => `/phrases/${number}`, (blocked) => { silent = blocked; });
const NOBODY = { session: 0 };
const QUIET = { volume: 0, large: false, child: false, stage: "none", next: null };
const take = new TakeAlong(byId("take"));
const pairing = new PairScreen(byId("pairing"));
const figures = new SceneSay(byId("countdown-block"), byId("countdown"), byId("countdown-unit"));

startPage((snapshot) => {
  const halted = Boolean(snapshot?.trip || snapshot?.notice);
  const screen = snapshot?.screen ?? QUIET;
  const between = halted || snapshot?.session > 0 ? "" : meanwhileWords(screen);
  const result = snapshot?.result?.on_show && between === "" ? snapshot.result : null;
  const scene = halted || result ? null : snapshot?.scene ?? null;
  const next = halted || snapshot?.session > 0 || between !== "" ? null : screen.next;
  if (snapshot !== null) document.body.toggleAttribute("data-busy", snapshot.session > 0); // also while nothing comes
  sounds.hear(snapshot, screen.volume / 100);
  setText(byId("silent"), screen.volume > 0 && silent ? own("silent") : "");
  mark("stage", between === "" ? "none" : screen.stage);
  document.body.toggleAttribute("data-large", screen.large);
  document.body.toggleAttribute("data-child", screen.child);
  plate.large = screen.large;
  document.body.classList.toggle("halted", halted);
  mark("eyes", scene?.eyes ?? "open");
  setText(byId("patient"), result?.patient || snapshot?.patient || NOTHING);
  const { drill, title, language } = result ?? snapshot ?? {};
  setWords(byId("title"), drill ? drillTitle(drill, title, language) : { words: "", language: "" });
  const before = isBefore(snapshot?.phase.name, scene);
  document.body.toggleAttribute("data-ready", before);
  const tale = screen.child && scene !== null && scene.view !== "plate" && scene.eyes === "open" ? [storyOf(scene.view)] : [];
  const words = between || sentences([...tale, ...toDo(scene, asked(snapshot), (key, values) => sayTo(screen.child, key, values))]);
  setText(byId("instruction"), byWord(words));
  const confirmed = between ? "" : asked(snapshot).map((key) => beside(`instruction.${key}`)).join(" ").trim();
  put(byId("confirmed"), "hidden", confirmed === "");
  setText(byId("confirmed"), confirmed);
  const shakes = patientShakes(snapshot ?? NOBODY, scene, (key, values) => sayTo(screen.child, key, values));
  put(byId("shakes"), "hidden", !shakes.told);
  setText(byId("shakes"), byWord(shakes.words));
  setText(byId("tries"), snapshot && snapshot.trials > 0 ? tryOf(snapshot, scene) : "");
  figures.show(scene, {
    unit: (n) => own("seconds", { n }), score: screen.child ? scoreStars : (score) => scoreWords(score, snapshot?.counts),
    best: screen.child ? () => "" : bestWords,
  });
  if (scene === null) showCountdown(halted || result ? null : snapshot);
  const resting = !before && BETWEEN.includes(snapshot?.phase.name);
  if (snapshot?.session > 0 && snapshot.session !== playing) [playing, bestBefore] = [snapshot.session, 0];
  if (snapshot?.trial === 1 && snapshot.phase.name === "hold") bestBefore = scene?.best ?? 0; // it comes with the round
  showTries(result ?? (resting ? snapshot.result : null), {
    ended: result !== null, said: ENDED.includes(scene?.word), child: screen.child, asked: snapshot?.hold_target_s ?? 0, before: bestBefore,
  });
  pairing.show(between !== "" && screen.stage === "pair");
  put(byId("next"), "hidden", next === null);
  setText(byId("next"), nextWords(next));
  const lines = !before ? [] : screen.child ? [own("child.story"), sayTo(true, "page.patient.rail-any-time")] : scriptOf(snapshot);
  const crowded = scene !== null && scene.clock_kind !== "none" && scene.goal > 0;
  const shown = [words, confirmed, ...lines, nextWords(next), byId("result").hidden ? "" : byId("result").textContent,
    shakes.told, shakes.state];
  const letters = (crowded ? 2 : 1) * (screen.large ? 1.6 : 1) * words.length;
  fitWords([...shown, byId("countdown-block").hidden, crowded, screen.large, innerWidth, innerHeight].join("\n"), lines, letters);
  put(byId("time"), "hidden", document.body.dataset.stage !== "free");
  setText(byId("time"), byId("time").hidden ? "" : timeOfDay());
  take.show(result !== null && !halted && snapshot.session === 0 ? `${result.epoch} ${result.session}` : "");
  showPicture(snapshot, { halted, scene, next: result ? null : next });
}, { screen: true });
fitGlass(document.querySelector(".say"));
keepAwake();
standForMe(byId("plate").parentElement, byId("plate"));

// Writes only what changed: the whole page's style hangs on it.
function mark(name, value) {
  if (document.body.dataset[name] !== value) document.body.dataset[name] = value;
}

const asked = (snapshot) => (snapshot === null ? ["no-picture"] : snapshot.instruction);

// In a rest it is the next try that is spoken of.
function tryOf({ phase, trial, trials: count }, scene) {
  const next = scene !== null && BETWEEN.includes(phase.name) && !ENDED.includes(scene.word);
  return own(next ? "next-try" : "try", { number: Math.min(trial + next, count), count });
}

function scoreWords({ score, goal }, counts) {
  return goal > 0 ? own("score-of", counted({ score, goal }, counts)) : number(score, 0);
}

// What is still to come of a long way is no number of things either.
const scoreStars = ({ score, goal }) => starred(goal > 0 ? Math.round((STARS * Math.min(score, goal)) / goal) : 0);

function bestWords({ best, level }) {
  if (best > 0 && level > 0) return own("best-and-level", { best, level });
  return best > 0 ? own("best", { best }) : level > 0 ? own("level", { level }) : "";
}

// Chinese has no spaces: a line that is read from 3 m breaks where a word ends, as the browser's dictionary has them.
const chinese = document.documentElement.lang.startsWith("zh") && Intl.Segmenter !== undefined ? new Intl.Segmenter("zh", { granularity: "word" }) : null;
const divided = { words: "", text: "" };
function byWord(words) {
  if (chinese === null) return words;
  if (divided.words !== words) {
    const parts = [...chinese.segment(words)].map(({ segment, isWordLike }, at) => (at > 0 && isWordLike ? `\u200b${segment}` : segment));
    Object.assign(divided, { words, text: parts.join("") });
  }
  return divided.text;
}

// In one look from the plate: a sentence of more letters is set smaller, and never moves the rest of the page: over a clock
// and a score there is room for half as many. Where all of it is too much all the same, lines go, then letters shrink.
// Done anew only when something of it is another: `key`.
function fitWords(key, lines, letters) {
  const place = byId("instruction").parentElement;
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  const start = letters > MOST_LETTERS ? 2 : letters > MANY_LETTERS ? 1 : 0;
  place.dataset.letters = FITS[start];
  showScript(byId("script"), lines);
  for (let at = start + 1; at < FITS.length && !fits(place); at += 1) place.dataset.letters = FITS[at];
}

function showCountdown(snapshot) {
  const left = snapshot?.session > 0 && snapshot.phase.name !== "get-on" ? snapshot.countdown_s : null;
  const shown = Number.isFinite(left) && left !== null;
  put(byId("countdown-block"), "hidden", !shown);
  if (!shown) return;
  const whole = Math.ceil(left); // up, as what was held is rounded down: the two make the whole hold
  setText(byId("countdown"), number(whole, 0));
  setText(byId("countdown-unit"), own("seconds", { n: whole }));
}

function showPicture(snapshot, { halted, scene, next }) {
  const placing = snapshot !== null && (halted || (scene === null && PLACING.includes(snapshot.phase.name)));
  const shown = placing ? (next ? feetOf(next, EMPTY_PLATE) : EMPTY_PLATE) : scene;
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
  put(byId("unsure"), "hidden", !unsure);
  setText(byId("unsure"), unsure ? own("unsure") : "");
}

// The same in words, for who cannot see the picture.
function aboutPlate(foot) {
  return foot === "" ? own("placement") : own("placement-of", { foot: own(`foot.${foot}`) });
}
