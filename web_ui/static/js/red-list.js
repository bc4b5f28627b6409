// What is wrong with the station, a card each, the worst first; and what a technician may have done about it.

import { get, post, Refused } from "./api.js";
import { begin } from "./errand.js";
import { keepName, lastName } from "./signer.js";
import { dateTime, person, say, sentences } from "./texts.js";
import { putRows, setText } from "./values.js";

const own = (key, values) => say(`page.technician.${key}`, values);
const byId = (id) => document.getElementById(id);
const CALM_MS = 10_000;
const BUSY_MS = 1_000;
const OLD_MS = 600_000; // a doctor's word that is older is asked for again
const MARKS = { ok: "\u25CF", warn: "\u25B2", fail: "\u2715", na: "\u2013" };
const REPAIRED = "repaired"; // kept while a repair leads to another page and back
let asked = false;
let repaired = sessionStorage.getItem(REPAIRED) !== null; // since the doctor looked: what it says may be over
let timer = 0;
let shown = "";

byId("name").value = lastName();

function part(tag, text, className = "") {
  const element = document.createElement(tag);
  setText(element, text);
  if (className) element.className = className;
  return element;
}

// What a button of a card, or of the page, sends. Some lead to a page of their own.
const WAYS = { calibrate: "/technician/calibrate", selftest: "/technician/selftest" };
const SENT = {
  backup: () => ["/technician/backup", {}],
  clock: () => ["/technician/clock", { wall_ms: Date.now() }],
  doors: () => ["/technician/doors", {}],
  restart: () => ["/technician/restart", {}],
  care: (task) => ["/technician/care", { task }],
};

async function send(kind, detail) {
  const name = byId("name").value.trim();
  setText(byId("problem"), "");
  setText(byId("answer"), "");
  if (name === "") {
    setText(byId("problem"), own("name-first"));
    byId("name").focus();
    return;
  }
  keepName(name);
  try {
    const [path, body] = SENT[kind](detail);
    await post(path, { ...body, name }, 8000);
    setText(byId("answer"), own(`done.${kind}`));
    repaired = true;
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
    byId("problem").scrollIntoView({ block: "center" });
  }
  look();
}

function fix(card) {
  if (card.repair === "") return null;
  if (WAYS[card.repair]) {
    const way = part("a", own(`repair.${card.repair}`), "button");
    way.href = WAYS[card.repair];
    way.addEventListener("click", () => sessionStorage.setItem(REPAIRED, card.repair));
    return way;
  }
  const button = part("button", own(`repair.${card.repair}`));
  button.type = "button";
  const task = card.repair === "care" ? card.code.replace("care-", "") : undefined;
  button.addEventListener("click", () => send(card.repair, task));
  return button;
}

function cardOf(card) {
  const box = part("article", "", `notice ${card.level === "red" ? "bad" : "warn"}`);
  box.dataset.group = card.group;
  box.dataset.code = card.code;
  if (card.cell !== null) box.dataset.cell = card.cell;
  box.append(part("h2", card.what));
  if (card.where) {
    const where = part("p", card.where, "where");
    where.dir = "auto";
    box.append(where);
  }
  const steps = part("ol", "", "fix");
  if (card.cause) steps.append(step("checked", card.cause));
  if (card.to_do) steps.append(step("fix", card.to_do));
  box.append(steps);
  const button = fix(card);
  if (button !== null) box.append(button);
  if (card.number !== null) box.append(part("p", own("number", { number: card.number, code: card.code }), "small quiet"));
  return box;
}

function step(kind, words) {
  const item = part("li", "", kind);
  item.append(part("b", own(`step.${kind}`)), part("span", words));
  return item;
}

function showRed({ red, fine, drill_runs: runs, doctor }) {
  const now = JSON.stringify([red, document.documentElement.lang]);
  if (now !== shown) putRows(byId("red"), red.map(cardOf));
  shown = now;
  const bad = red.filter((card) => card.level === "red").length;
  const verdict = byId("verdict");
  verdict.className = `verdict ${bad > 0 ? "bad" : red.length > 0 ? "warn" : "good"}`;
  setText(verdict, bad > 0 ? own("wrong-n", { n: bad }) : red.length > 0 ? own("due-n", { n: red.length })
    : doctor.state === "done" ? own("all-well") : own("well-so-far"));
  byId("fine").hidden = fine.length === 0;
  setText(byId("fine-what"), fine.map((group) => own(`group.${group}`)).join(" \u00B7 "));
  for (const button of document.querySelectorAll("#again, .house button, #red button")) button.disabled = runs;
  if (runs) setText(byId("problem"), own("drill-runs"));
  else if (byId("problem").textContent === own("drill-runs")) setText(byId("problem"), "");
}

function showHouse(house) {
  const room = own("room-free", { gib: house.free_gib });
  setText(byId("room"), house.room_days === null ? room
    : sentences([room, own("room-days", { n: house.room_days, mb: house.mb_per_day })]));
  setText(byId("hours"), own("hours-on", { hours: house.on_hours, n: house.sessions }));
  setText(byId("vibrated"), own("hours-vibrated", { hours: house.vibrated_hours }));
  byId("backup-now").hidden = house.backup_place === "";
  byId("clock-set").hidden = !house.clock_settable;
  putRows(byId("calendar"), house.care.map((care) => {
    const line = part("li", "", care.due ? "bad" : "good");
    line.append(part("b", own(`care.${care.task}`)), part("span", left(care)));
    if (care.task !== "calibration") {
      const done = part("button", own("care-done"));
      done.type = "button";
      done.setAttribute("aria-label", own("care-done-of", { task: own(`care.${care.task}`) }));
      done.addEventListener("click", () => send("care", care.task));
      line.append(done);
    }
    return line;
  }));
}

function left(care) {
  if (care.days_left === null) return own("care-never");
  const when = care.days_left < 0 ? own("care-over", { n: -care.days_left }) : own("care-left", { n: care.days_left });
  const last = own("care-last", { at: dateTime(care.last_ms), by: person(care.by) });
  return care.by === "" ? when : sentences([when, last]);
}

function showDoctor(doctor) {
  const at = doctor.at_ms === null ? "" : dateTime(doctor.at_ms);
  const words = own(`doctor.${doctor.state}`, { at, problem: doctor.problem });
  setText(byId("doctor-when"), doctor.settings ? sentences([words, own("doctor-by", { file: doctor.settings })]) : words);
  if (doctor.state === "running") return;
  byId("doctor").replaceChildren(...doctor.checks.map((check) => {
    const line = document.createElement("tr");
    line.className = check.state;
    const mark = part("td", MARKS[check.state]);
    mark.setAttribute("aria-label", own(`mark.${check.state}`));
    const seen = part("td", check.seen);
    if (check.to_do) seen.append(part("p", check.to_do, "to-do"));
    const name = part("th", check.name);
    name.scope = "row";
    line.append(mark, name, seen);
    return line;
  }));
}

async function look() {
  clearTimeout(timer);
  let busy = false;
  try {
    const seen = await get("/technician");
    showRed(seen);
    showHouse(seen.house);
    showDoctor(seen.doctor);
    busy = seen.errand !== "";
    const old = seen.doctor.at_ms === null || Date.now() - seen.doctor.at_ms > OLD_MS;
    if ((repaired || (!asked && old)) && !busy && !seen.drill_runs) {
      asked = true;
      await post("/technician/doctor");
      repaired = false;
      sessionStorage.removeItem(REPAIRED);
      busy = true;
    }
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("verdict"), problem.message);
    byId("verdict").className = "verdict bad";
  }
  timer = setTimeout(look, busy ? BUSY_MS : CALM_MS);
}

async function again() {
  setText(byId("problem"), "");
  try {
    await begin("/technician/doctor");
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setText(byId("problem"), problem.message);
  }
  look();
}

export function startRedList() {
  byId("again").addEventListener("click", again);
  byId("backup-now").addEventListener("click", () => send("backup"));
  byId("clock-set").addEventListener("click", () => send("clock"));
  look();
}
