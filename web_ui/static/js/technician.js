// The technician's page: cells, timing, processes, and the catalogue of faults.

import { get } from "./api.js";
import { startPage } from "./page.js";
import { NOTHING, number, setText } from "./values.js";

const byId = (id) => document.getElementById(id);
const cells = [...document.querySelectorAll("[data-cell]")];
const signs = new Map(["control", "recorder", "web"].map((name) => [name, processRow(name)]));

startPage((snapshot) => {
  for (const cell of cells) {
    const now = snapshot?.cells[Number(cell.dataset.cell)];
    cell.dataset.bad = String(now?.usable === false);
    cell.querySelector("meter").value = now?.newtons ?? 0;
  }
  setText(byId("estop"), snapshot === null ? NOTHING : snapshot.estop_closed ? "closed (not pressed)" : "OPEN (pressed)");
  setText(byId("hand-switch"), snapshot === null ? NOTHING : snapshot.hand_switch ? "held" : "not held");
  setText(byId("foot-switch"), snapshot === null ? NOTHING : snapshot.foot_switch ? "PRESSED" : "not pressed");
  for (const [name, row] of signs) {
    const state = snapshot?.processes[name];
    row.state.className = state?.ok === false ? "bad" : "good";
    setText(row.state, state === undefined ? NOTHING : state.ok ? "● well" : `▲ ${state.why}`);
    setText(row.age, state?.age_s === undefined || state.age_s === null ? NOTHING : `${number(state.age_s, 1)} s ago`);
  }
  const trip = snapshot?.trip ?? null;
  byId("trip").hidden = trip === null;
  if (trip !== null) {
    setText(byId("trip-what"), `${trip.number}: ${trip.what}`);
    setText(byId("trip-words"), `${trip.cause} ${trip.remedy} (${trip.code})`);
  }
});

function processRow(name) {
  const line = document.createElement("tr");
  const [title, state, age] = [0, 1, 2].map(() => line.insertCell());
  title.textContent = name;
  age.className = "number";
  byId("processes").append(line);
  return { state, age };
}

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
    summary.append(strong, `  ${fault.what}`);
    const words = document.createElement("p");
    words.textContent = `Likely cause: ${fault.cause} What to do: ${fault.remedy}`;
    const code = document.createElement("p");
    code.className = "quiet small";
    code.textContent = fault.code;
    details.append(summary, words, code);
    return { details, text: `${fault.number} ${fault.code} ${fault.what} ${fault.cause}`.toLowerCase() };
  });
  byId("faults").replaceChildren(...entries.map((entry) => entry.details));
  const find = () => {
    const wanted = byId("fault-search").value.trim().toLowerCase();
    const found = entries.filter((entry) => entry.text.includes(wanted));
    for (const entry of entries) entry.details.hidden = !found.includes(entry);
    byId("fault-count").textContent = `${found.length} of ${entries.length}`;
  };
  byId("fault-search").addEventListener("input", find);
  find();
}
loadFaults();
