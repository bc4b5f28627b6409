// The self-test: what failed first, what to do now, and a retry of what did not pass.

import { get, post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { settle } from "./tap.js";
import { dateTime, say } from "./texts.js";
import { number, putRows, setText } from "./values.js";

const own = (key, values) => say(`page.selftest.${key}`, values);
const byId = (id) => document.getElementById(id);
const CALM_MS = 5000;
const BUSY_MS = 500;
const MARKS = new Map([[true, "good"], [false, "bad"], [null, "quiet"]]);
let timer = 0;
let before = "";
let learnedBefore = "";

byId("name").value = lastName();

function text(tag, words, className = "") {
  const element = document.createElement(tag);
  setText(element, words);
  if (className) element.className = className;
  return element;
}

function partOf(part) {
  const box = document.createElement("article");
  box.className = part.passed === false ? "notice bad" : "card";
  const mark = part.passed === false ? "failed" : part.passed ? "passed" : "left-out";
  box.append(text("h2", part.passed === false ? part.what : part.name));
  if (part.passed === false) box.append(text("p", part.name, "where"));
  box.append(text("p", own(mark), MARKS.get(part.passed)), text("p", part.seen));
  if (part.to_do) box.append(text("b", say("page.selftest.do")), text("p", part.to_do));
  return box;
}

// What was learned beside what is in use: the slower the motor at the same duty, the lower the line.
function lineOf(speeds, read, highest) {
  return speeds.map((one) => `${(20 + 260 * one.duty).toFixed(1)},${(150 - (140 * read(one)) / highest).toFixed(1)}`).join(" ");
}

function showLearned(learned) {
  const now = JSON.stringify(learned);
  if (now === learnedBefore) return;
  learnedBefore = now;
  byId("learned").hidden = learned === null;
  if (learned === null) return;
  const { speeds, most_hz: most, spin_up_s: spinUp, used } = learned;
  const highest = Math.max(1, ...speeds.flatMap((one) => [one.hz, one.in_use_hz]));
  byId("speeds-learned").setAttribute("points", lineOf(speeds, (one) => one.hz, highest));
  byId("speeds-in-use").setAttribute("points", lineOf(speeds, (one) => one.in_use_hz, highest));
  setText(byId("learned-most"), own("learned-most", { most, spin_up: spinUp }));
  byId("learned-unused").hidden = used;
  putRows(byId("learned-rows"), speeds.map((one) => {
    const line = document.createElement("tr");
    for (const [value, digits] of [[100 * one.duty, 0], [one.hz, 1], [one.in_use_hz, 1]]) {
      const cell = line.insertCell();
      cell.className = "number";
      setText(cell, number(value, digits));
    }
    return line;
  }));
}

function show({ selftest, drill_runs: runs }) {
  const { state, parts, at_ms: at } = selftest;
  const running = state === "running";
  const failed = parts.filter((part) => part.passed === false).length;
  const passed = parts.filter((part) => part.passed).length;
  const verdict = byId("verdict");
  verdict.className = `verdict ${running || state === "none" ? "quiet" : failed > 0 ? "bad" : "good"}`;
  setText(verdict, running ? own("running", { n: passed }) : state === "none" ? own("none")
    : own(failed > 0 ? "some-failed" : "all-passed", { n: failed, passed, at: dateTime(at) }));
  byId("to-do").hidden = selftest.to_do === "";
  setText(byId("to-do-what"), selftest.to_do);
  const now = JSON.stringify(parts);
  if (now !== before) putRows(byId("parts"), parts.map(partOf));
  before = now;
  showLearned(selftest.learned);
  for (const id of ["keep-learned", "drop-learned"]) byId(id).disabled = runs || running;
  const again = failed > 0 || (byId("learn").checked && passed > 0);
  showButtons({ running, again });
  for (const id of ["all", "retry"]) byId(id).disabled = runs;
  return running;
}

// The large button is the one that leads on: a retry where there is something to retry, else the whole. While it runs
// there is STOP alone.
function showButtons({ running, again }) {
  const [dock, all, retry] = [document.querySelector(".dock"), byId("all"), byId("retry")];
  if (dock.hidden === running && retry.hidden !== again) return;
  settle();
  dock.hidden = running;
  retry.hidden = !again;
  all.classList.toggle("main", !again);
}

async function look() {
  clearTimeout(timer);
  let busy = false;
  try {
    busy = show(await get("/technician"));
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("verdict"), problem.message);
  }
  timer = setTimeout(look, busy ? BUSY_MS : CALM_MS);
}

// Ask for something by name; "" for what is wrong before that.
async function ask(path, wrong, focused, more) {
  const name = byId("name").value.trim();
  setText(byId("problem"), name === "" ? own("name-first") : wrong);
  if (byId("problem").textContent !== "") {
    byId("problem").scrollIntoView({ block: "center" });
    byId(name === "" ? "name" : focused).focus();
    return;
  }
  keepName(name);
  try {
    await post(path, { name, ...more });
    byId("alone").checked = false; // asked anew each time: the plate may carry somebody by then
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
    byId("problem").scrollIntoView({ block: "center" });
  }
  clearTimeout(timer);
  timer = setTimeout(look, BUSY_MS);
}

function begin(retry) {
  return ask("/technician/selftest", byId("alone").checked ? "" : own("alone-first"), "alone", { retry, learn: byId("learn").checked });
}

byId("all").addEventListener("click", () => begin(false));
byId("retry").addEventListener("click", () => begin(true));
byId("learn").addEventListener("change", look);
byId("keep-learned").addEventListener("click", () => ask("/technician/speed-map", "", "name", { keep: true }));
byId("drop-learned").addEventListener("click", () => ask("/technician/speed-map", "", "name", { keep: false }));
startShell();
look();
