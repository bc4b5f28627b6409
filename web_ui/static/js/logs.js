// The journal of the station's services, searched on the page, and the support file with what it holds.

import { get, Refused } from "./api.js";
import { begin } from "./errand.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { dateTime, say } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.logs.${key}`, values);
const byId = (id) => document.getElementById(id);
const AGAIN_MS = 500;
const WARNING = 4; // of syslog's priorities; less is worse
let lines = [];

byId("name").value = lastName();

async function until(path, show) {
  for (;;) {
    const view = await get(path);
    show(view);
    if (view.state !== "running") return;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

async function told(work) {
  setText(byId("problem"), "");
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
  }
}

function showLines() {
  const wanted = byId("find").value.trim().toLowerCase();
  const worst = byId("bad-only").checked ? WARNING : 7;
  const found = lines.filter((line) => line.priority <= worst && `${line.unit} ${line.text}`.toLowerCase().includes(wanted));
  byId("lines").replaceChildren(...found.map((line) => {
    const item = document.createElement("li");
    item.className = line.priority <= WARNING ? "bad" : "";
    const unit = document.createElement("b");
    unit.textContent = line.unit;
    const at = document.createElement("span");
    at.textContent = `${dateTime(line.at_ms)}  ${line.text}`;
    item.append(unit, at);
    return item;
  }));
  return found.length;
}

function showJournal(view) {
  if (view.state === "failed") setText(byId("problem"), view.problem);
  if (view.state === "done") lines = view.lines;
  const count = showLines();
  const words = view.state === "running" ? own("reading") : lines.length === 0 ? own("no-lines") : own("lines", { n: count, all: lines.length, out: view.left_out });
  setText(byId("journal-state"), view.state === "none" ? "" : words);
}

function showSupport(view) {
  byId("holds").replaceChildren(...view.holds.map((one) => {
    const item = document.createElement("li");
    const what = document.createElement("b");
    what.textContent = one.what;
    const size = document.createElement("span");
    size.textContent = one.bytes === null ? "" : own("bytes", { kb: one.bytes / 1000 });
    item.append(what, size);
    return item;
  }));
  const words = { none: "", running: own("making"), failed: view.problem, done: own("made", { at: dateTime(view.at_ms ?? 0), kb: (view.bytes ?? 0) / 1000 }) };
  setText(byId("support-state"), words[view.state]);
  byId("fetch").hidden = !view.ready;
  byId("make").disabled = view.state === "running";
}

const readJournal = () => told(async () => {
  await begin("/technician/logs");
  await until("/technician/logs", showJournal);
});

byId("again").addEventListener("click", readJournal);
byId("find").addEventListener("input", showLines);
byId("bad-only").addEventListener("change", showLines);
byId("make").addEventListener("click", () => told(async () => {
  const name = byId("name").value.trim();
  if (name === "") {
    setText(byId("problem"), own("name-first"));
    byId("name").focus();
    return;
  }
  keepName(name);
  await begin("/technician/support", { name });
  await until("/technician/support", showSupport);
}));
startShell();
told(async () => showSupport(await get("/technician/support")));
readJournal();
