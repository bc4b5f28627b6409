// Zero and calibration of the plate: one step, one picture, one button; what moved and by how much, kept or left.

import { get, post, Refused } from "./api.js";
import { begin } from "./errand.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { say } from "./texts.js";
import { number, setText } from "./values.js";

const own = (key, values) => say(`page.calibrate.${key}`, values);
const byId = (id) => document.getElementById(id);
const PATH = "/technician/calibration";
const AGAIN_MS = 500;
const MM_SHOWN = 200; // half the picture's width stands for so many mm of the plate
let now = null; // what the station said last
let waitUntil = 0;

byId("name").value = lastName();

// What the blue button does now.
function mainAction(view) {
  if (view.action === "zero" && view.state === "done") return "keep-zero";
  if (view.checks.cop_rms_mm !== undefined && !view.kept) return "accept";
  if (view.steps === 0) return "";
  return view.next === null ? "judge" : "read";
}

function show(view) {
  now = view;
  const running = view.state === "running";
  setText(byId("in-use"), view.known ? own(view.in_use === null ? "delivered" : "in-use", { name: view.in_use ?? "" }) : "");
  if (!running) setText(byId("problem"), view.problem);
  byId("step").hidden = view.steps === 0;
  setText(byId("count"), view.next === null ? own("all-read") : own("count", { step: view.next + 1, steps: view.steps }));
  setText(byId("to-do"), running && view.action === "read" ? own("reading") : view.to_do);
  const mark = byId("mark");
  const placed = view.step !== null && view.step.kind !== "zero";
  mark.toggleAttribute("hidden", !placed);
  if (placed) {
    mark.setAttribute("cx", (view.step.ml_mm * 100) / MM_SHOWN);
    mark.setAttribute("cy", (-view.step.ap_mm * 100) / MM_SHOWN);
  }
  waitUntil = view.wait_s > 0 ? Date.now() + 1000 * view.wait_s : 0;
  showMoved(view);
  byId("start").hidden = view.steps > 0 || view.action === "zero";
  const main = mainAction(view);
  byId("go").hidden = main === "";
  setText(byId("go"), own(main === "" ? "read" : main));
  byId("back").hidden = view.steps === 0 || view.next === 0;
  byId("drop").hidden = view.steps === 0 && view.action !== "zero";
  byId("use").hidden = !view.kept;
  byId("zero").hidden = view.steps > 0;
  for (const id of ["go", "back", "drop", "zero", "begin", "use"]) byId(id).disabled = running;
  tick();
}

function showMoved({ moved, kept, action, checks }) {
  byId("moved").hidden = moved.length === 0;
  setText(byId("moved-title"), own(kept ? "kept" : action === "zero" ? "zero-taken" : "judged"));
  byId("moved-rows").replaceChildren(...moved.map((one) => {
    const line = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = say(`cell.${one.cell}`);
    line.append(name);
    for (const [value, digits, unit] of [[one.zero_n, 2, "N"], [one.span_percent, 2, "%"]]) {
      const cell = line.insertCell();
      cell.className = "number";
      cell.textContent = `${value > 0 ? "+" : ""}${number(value, digits)} ${unit}`;
    }
    return line;
  }));
  const fitted = checks.cop_rms_mm === undefined ? "" : own("fit", { mm: checks.cop_rms_mm, percent: checks.force_rms_percent });
  setText(byId("moved-about"), kept ? own("kept-about") : fitted || own("not-kept"));
}

function tick() {
  const left = Math.ceil((waitUntil - Date.now()) / 1000);
  setText(byId("wait"), left > 0 ? own("wait", { n: left }) : "");
  if (left > 0) byId("go").disabled = true;
  else if (now !== null && now.state !== "running") byId("go").disabled = false;
}

async function follow() {
  for (;;) {
    let view;
    try {
      view = await get(PATH);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      setText(byId("problem"), problem.message);
      return;
    }
    show(view);
    if (view.state !== "running") return;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

async function act(action, more = {}) {
  const name = byId("name").value.trim();
  setText(byId("problem"), "");
  if (["begin", "accept", "drop", "keep-zero"].includes(action) && name === "") {
    setText(byId("problem"), own("name-first"));
    byId("name").focus();
    return;
  }
  if (name !== "") keepName(name);
  try {
    show(await begin(PATH, { action, ...(name === "" ? {} : { name }), ...more }));
    await follow();
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
    byId("problem").scrollIntoView({ block: "center" });
  }
}

async function useNow() {
  const name = byId("name").value.trim();
  try {
    await post("/technician/restart", { name });
    setText(byId("moved-about"), own("used"));
    byId("use").hidden = true;
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
  }
}

byId("go").addEventListener("click", () => act(mainAction(now)));
byId("zero").addEventListener("click", () => act("zero"));
byId("back").addEventListener("click", () => act("back"));
byId("drop").addEventListener("click", () => act("drop"));
byId("use").addEventListener("click", useNow);
byId("begin").addEventListener("click", () => act("begin", { masses_kg: [Number(byId("light").value), Number(byId("heavy").value)] }));
setInterval(tick, 1000);
startShell();
// Until it is known how things stand nothing begins: what was asked for while the doctor looked came before this answer,
// which then took its place.
await act("status");
if (now === null) for (const id of ["zero", "begin"]) byId(id).disabled = false; // nobody answers: asking again says so
