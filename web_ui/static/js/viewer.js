// Plays a recording in one file, without the station: what the patient's screen showed, at its own time.

import { drawScene, footOf } from "./scene.js";
import { secondsOf, wordValues } from "./scene-say.js";
import { say } from "./texts.js";
import { number, setText } from "./values.js";

const own = (key, values) => say(`page.viewer.${key}`, values);
const byId = (id) => document.getElementById(id);
const { points, scenes, tries, plain } = JSON.parse(byId("recording").textContent);
const TRAIL_POINTS = 150; // 3 s
const MS_A_POINT = 20;
const NAMES = ["dot", "dot-outside", "dot-edge", "trail", "box", "box-ground", "foot", "axis", "card", "ground", "ink", "ink-soft",
  "line-strong", "lead", "leave", "stop-line"];
const canvas = byId("plate");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const length = points.length * MS_A_POINT;

// Each scene says only what is other than before.
const whole = [];
let last = {};
for (const [at, changed] of scenes) {
  last = changed === null ? {} : { ...last, ...changed };
  whole.push([at, changed === null ? null : last]);
}

function sceneAt(ms) {
  let [low, high] = [0, whole.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (whole[middle][0] <= ms) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : whole[low - 1][1];
}

function colours() {
  const style = getComputedStyle(canvas);
  return { ...Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])), family: style.fontFamily };
}

let at = 0;
let begun = null; // while it plays: the page's time at which the recording began

function draw() {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * ratio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const index = Math.min(Math.floor(at / MS_A_POINT), points.length - 1);
  const shown = sceneAt(at);
  const trail = [];
  for (let one = Math.max(0, index - TRAIL_POINTS); one <= index; one += 1) {
    if (points[one] === null) trail.length = 0;
    else trail.push([one, ...points[one]]);
  }
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  const live = { cop: points[index] ?? null, trail, unsure: false, always: false };
  const dark = ["closed", "dark"].includes(shown?.eyes); // as the patient's screen was
  document.body.toggleAttribute("data-dark", dark);
  if (!dark) drawScene(context, { width, height, ratio }, shown ?? plain, live, { colours: colours(), say, calm: calm.matches, labelled: true });
  const word = dark ? "" : shown?.word ?? "";
  setText(byId("word"), word === "" ? "" : say(word, wordValues(shown)));
  setText(byId("clock"), dark || shown === null || shown.clock_kind === "none" ? "" : own("seconds", { seconds: secondsOf(shown) }));
  setText(byId("score"), !dark && shown !== null && (shown.goal > 0 || shown.score > 0) ? own("score", { score: shown.score, goal: shown.goal }) : "");
  setText(byId("no-scene"), dark ? own("dark") : shown === null ? own("no-scene") : "");
  setText(byId("foot"), dark || shown === null || footOf(shown) === "" ? "" : say(`page.patient.foot.${footOf(shown)}`));
  byId("place").value = String(at);
  setText(byId("time"), own("time", { at: number(at / 1000, 1), of: number(length / 1000, 1) }));
  setText(byId("play"), own(begun === null ? "play" : "pause"));
}

function step(now) {
  if (begun === null) return;
  at = Math.min(now - begun, length);
  if (at >= length) begun = null;
  draw();
  if (begun !== null) requestAnimationFrame(step);
}

function go(ms) {
  at = ms;
  if (begun !== null) begun = performance.now() - at;
  draw();
}

byId("place").max = String(length);
byId("place").addEventListener("input", ({ target }) => go(Number(target.value)));
byId("play").addEventListener("click", () => {
  if (begun === null) {
    begun = performance.now() - (at >= length ? 0 : at);
    requestAnimationFrame(step);
  } else {
    begun = null;
    draw();
  }
});
for (const { number: count, at: ms } of tries) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = own("try", { number: count });
  button.addEventListener("click", () => go(ms));
  byId("tries").append(button);
}
new ResizeObserver(draw).observe(canvas);
draw();
