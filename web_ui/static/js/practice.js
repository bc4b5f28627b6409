// What this phone's owner has practised of what makes them trained; and the red button of the simulated panel.

import { get, post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const AGAIN_MS = 5000;
const own = (key, values) => say(`page.practice.${key}`, values);
const byId = (id) => document.getElementById(id);

function words({ practises, earns, trained, seconds, needed_s: needed }) {
  if (!practises) return own("off");
  if (trained) return own("trained");
  const done = own("minutes", { done: Math.floor(seconds / 60), of: Math.round(needed / 60) });
  return earns ? done : own("no-phone");
}

function line({ name, done }) {
  const item = document.createElement("li");
  item.className = "item";
  const mark = document.createElement("span");
  mark.className = done ? "mark allowed" : "mark";
  setText(mark, done ? "✓" : "");
  const text = document.createElement("span");
  setText(text, own(done ? "done" : "to-do", { what: own(`step.${name}`) }));
  item.append(mark, text);
  return item;
}

function show(practice) {
  setText(byId("state"), words(practice));
  byId("time").value = Math.min(1, practice.seconds / practice.needed_s);
  byId("steps").replaceChildren(...(practice.practises ? practice.steps.map(line) : []));
  byId("panel").hidden = !practice.practises;
  byId("begin").hidden = !practice.may_begin;
  byId("end").hidden = !practice.may_end;
}

async function attempt(ask) {
  try {
    await ask();
    setText(byId("problem"), "");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

const look = () => attempt(async () => show(await get("/practice")));

// The station goes, and another comes at the same address: this page is loaded anew once it is there (`stream.js`).
async function change(path) {
  await attempt(async () => {
    await post(`/practice/${path}`, {});
    for (const each of ["begin", "end"]) byId(each).hidden = true;
    setText(byId("state"), own("changing"));
  });
}

byId("begin-now").addEventListener("click", () => change("begin"));
byId("end-now").addEventListener("click", () => change("end"));
byId("press").addEventListener("click", () => attempt(() => post("/practice/red-button", { pressed: true })));
byId("turn").addEventListener("click", () => attempt(() => post("/practice/red-button", { pressed: false })));

startShell();
look();
setInterval(look, AGAIN_MS);
