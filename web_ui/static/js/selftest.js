// The self-test: what failed first, what to do now, and a retry of what did not pass.

import { get, post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { dateTime, say } from "./texts.js";
import { putRows, setText } from "./values.js";

const own = (key, values) => say(`page.selftest.${key}`, values);
const byId = (id) => document.getElementById(id);
const CALM_MS = 5000;
const BUSY_MS = 500;
const MARKS = new Map([[true, "good"], [false, "bad"], [null, "quiet"]]);
let timer = 0;
let before = "";

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
  byId("all").disabled = runs || running;
  byId("retry").disabled = runs || running || failed === 0;
  return running;
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

async function begin(retry) {
  const name = byId("name").value.trim();
  setText(byId("problem"), name === "" ? own("name-first") : byId("alone").checked ? "" : own("alone-first"));
  if (byId("problem").textContent !== "") {
    byId("problem").scrollIntoView({ block: "center" });
    byId(name === "" ? "name" : "alone").focus();
    return;
  }
  keepName(name);
  try {
    await post("/technician/selftest", { name, retry });
    byId("alone").checked = false; // asked anew each time: the plate may carry somebody by then
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
    byId("problem").scrollIntoView({ block: "center" });
  }
  clearTimeout(timer);
  timer = setTimeout(look, BUSY_MS);
}

byId("all").addEventListener("click", () => begin(false));
byId("retry").addEventListener("click", () => begin(true));
startShell();
look();
