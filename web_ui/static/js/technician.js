// The technician's page: cells, timing, processes, and the catalogue of faults.

import { get } from "./api.js";
import { startPage } from "./page.js";
import { startRedList } from "./red-list.js";
import { cellsOf, dateTime, faultWords, has, say, sentences } from "./texts.js";
import { NOTHING, number, put, setText } from "./values.js";

const own = (key, values) => say(`page.technician.${key}`, values);
const byId = (id) => document.getElementById(id);
const cells = [...document.querySelectorAll("[data-cell]")];
const signs = new Map(["control", "recorder", "web"].map((name) => [name, processRow(name)]));

startPage((snapshot) => {
  for (const cell of cells) {
    const now = snapshot?.cells[Number(cell.dataset.cell)];
    put(cell.dataset, "known", String(now !== undefined));
    put(cell.dataset, "bad", String(now?.usable === false));
    const [meter, newtons] = [cell.querySelector("meter"), String(now?.newtons ?? 0)];
    if (meter.getAttribute("value") !== newtons) meter.setAttribute("value", newtons);
  }
  const either = (id, is, yes, no) => setText(byId(id), typeof is === "boolean" ? own(is ? yes : no) : NOTHING);
  either("estop", snapshot?.estop_closed, "estop.closed", "estop.open");
  either("hand-switch", snapshot?.hand_switch, "hand.held", "hand.not");
  either("foot-switch", snapshot?.foot_switch, "foot.pressed", "foot.not");
  const shaken = snapshot?.vibration.degrades_point;
  setText(byId("point"), shaken === true ? say("page.all.point-degraded") : shaken === false ? own("well") : NOTHING);
  for (const [name, row] of signs) {
    const state = snapshot?.processes[name];
    put(row.state, "className", state?.ok === false ? "bad" : "good");
    setText(row.state, state === undefined ? NOTHING : how(state));
    setText(row.age, Number.isFinite(state?.age_s) ? own("ago", { age: number(state.age_s, 1) }) : NOTHING);
  }
  setText(byId("supply"), snapshot === null ? NOTHING : supplied(snapshot.supply));
  const trip = snapshot?.trip ?? null;
  put(byId("trip"), "hidden", trip === null);
  if (trip !== null) {
    const words = { ...faultWords(trip.code), code: trip.code, number: trip.number };
    const cells = cellsOf(trip);
    const said = own("trip", words);
    setText(byId("trip-what"), cells === "" ? said : sentences([said, say("page.all.cells", { cells })]));
    setText(byId("trip-words"), own("trip-words", words));
  }
});

function how({ ok, why, fault: code }) {
  if (ok && !has(`fault.${code}.what`)) return own("well");
  if (code === "") return own(`why.${why}`);
  return has(`fault.${code}.what`) ? own("why.fault", faultWords(code)) : own("why.fault-unknown", { code });
}

function supplied(supply) {
  if (supply === null) return own("supply.unknown");
  const [when, seen] = supply.now.length > 0 ? ["now", supply.now] : ["past", supply.past];
  if (seen.length === 0) return own("supply.well");
  return own(`supply.${when}`, { what: seen.map((one) => own(`supply.${one}`)).join(", ") });
}

function processRow(name) {
  const line = document.createElement("tr");
  const [title, state, age] = [0, 1, 2].map(() => line.insertCell());
  title.textContent = own(`process.${name}`);
  age.className = "number";
  byId("processes").append(line);
  return { state, age };
}

const BACKUP_AGAIN_MS = 60_000;

async function showBackup() {
  try {
    const { state, age_days: days, at_ms: at, problem } = await get("/backup");
    const words = own(`backup.${state}`, { days: days ?? 0, at: at === null ? "" : dateTime(at) });
    byId("backup").className = `words ${state === "fresh" && problem === "" ? "good" : "bad"}`;
    setText(byId("backup"), problem === "" ? words : sentences([words, problem]));
  } catch {
    setText(byId("backup"), NOTHING);
  }
  setTimeout(showBackup, BACKUP_AGAIN_MS);
}
showBackup();

async function loadFaults() {
  let faults;
  try {
    ({ faults } = await get("/faults"));
  } catch {
    setTimeout(loadFaults, 1000);
    return;
  }
  const entries = faults.map((fault) => {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    const strong = document.createElement("b");
    strong.textContent = `${fault.number}`;
    const what = document.createElement("span");
    setText(what, `  ${fault.what}`);
    summary.append(strong, what);
    const words = document.createElement("p");
    setText(words, own("fault-words", fault));
    const code = document.createElement("p");
    code.className = "quiet small";
    code.translate = false;
    code.textContent = fault.code;
    details.append(summary, words, code);
    return { details, text: `${fault.number} ${fault.code} ${fault.what} ${fault.cause}`.toLowerCase() };
  });
  byId("faults").replaceChildren(...entries.map((entry) => entry.details));
  const find = () => {
    const wanted = byId("fault-search").value.trim().toLowerCase();
    const found = entries.filter((entry) => entry.text.includes(wanted));
    for (const entry of entries) entry.details.hidden = !found.includes(entry);
    byId("fault-count").textContent = own("found", { found: found.length, count: entries.length });
  };
  byId("fault-search").addEventListener("input", find);
  find();
}
loadFaults();
startRedList();
