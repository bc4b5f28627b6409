// One patient: what holds today, the last visit, and what comes next.

import { get, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { dateTime, say, sentences } from "./texts.js";
import { NOTHING, clock, putRows, setText, together, used } from "./values.js";

const AGAIN_MS = 5000;
const own = (key, values) => say(`page.person.${key}`, values);
const byId = (id) => document.getElementById(id);
const { patient: code } = document.body.dataset;
const MARKS = { allowed: "✓", locked: "▲", "red-flag": "✕", lacking: "?" };

// Which of the two is meant is seen by its colour: each stays where it is and as large as it is, under whatever thumb.
function showFirst(id) {
  for (const way of document.querySelectorAll(".dock > *")) {
    way.classList.toggle("main", way.id === id);
    way.classList.toggle("plain", way.id !== id);
  }
}

function showQuestions({ state, at_ms: at, by, until_ms: until }, ended) {
  byId("questions-mark").className = `mark ${state}`;
  setText(byId("questions-mark"), MARKS[state]);
  setText(byId("questions"), own(`questions.${state}`));
  byId("ended").hidden = !ended;
  const asked = at === null ? own("never-asked") : own("asked", { at: dateTime(at), by });
  setText(byId("questions-more"), until === null ? asked : own("until", { at: dateTime(until), by }));
  showFirst(ended || state === "lacking" || state === "red-flag" ? "to-questions" : "to-drill");
}

function showDose({ used_s: had, most_s: most, share }, { questions: { state: questions }, ended }) {
  const words = share !== null && share >= 1 ? "dose-used-up" : most === null ? "dose-unknown" : "dose";
  setText(byId("dose"), own(words, { used: clock(used(had)), most: most === null ? NOTHING : clock(most) }));
  byId("shake").hidden = ended || questions !== "allowed" || words === "dose-used-up";
  byId("share").hidden = share === null;
  byId("share").value = Math.min(share ?? 0, 1);
}

function showWeek({ days, drills, vibration_s: vibrated }) {
  setText(byId("week"), own("week", { days, drills, used: clock(used(vibrated)) }));
}

function showLeft({ state, days, minutes, ends_on: ends, proposed }) {
  const words = own(`left-${state === "stopped" ? "none" : state}`, { days, minutes, on: ends ?? "" });
  setText(byId("left"), proposed && state !== "none" && state !== "stopped" ? sentences([words, say("page.plan.proposed")]) : words);
}

function showLast(last) {
  const running = last?.running ?? "";
  setText(byId("last"), last === null ? own("new") : own(running === "" ? "last" : "now-here", { at: dateTime(last.at_ms) }));
  byId("to-visit").hidden = running === "";
  byId("to-visit").href = `/therapist/visit/${encodeURIComponent(running)}`;
  const minutes = Math.round((last?.seconds ?? 0) / 60);
  setText(byId("last-drills"), last === null ? own("new-more") : own("last-drills", { n: last.drills, minutes }));
  const held = last !== null && last.outcome !== null && last.trials_count > 0;
  const words = { drill: last?.title, leg: last && say(`leg.${last.leg_word}`), held: last?.trials_held, count: last?.trials_count };
  setText(byId("last-drill"), last === null ? "" : own(held ? "last-drill" : "last-drill-only", words));
}

function show(patient) {
  const { today } = patient;
  setText(byId("who"), patient.initials === "" ? code : `${code} · ${patient.initials}`);
  setText(byId("born"), patient.birth_year === null ? "" : own("born", { year: patient.birth_year }));
  setText(byId("goals"), patient.goals === "" ? "" : own("goal", { words: patient.goals }));
  showQuestions(today.questions, today.ended);
  putRows(byId("locks"), today.locks.map(lockRow));
  showDose(today.dose, today);
  showWeek(today.week);
  showLeft(today.left);
  showLast(today.last);
  for (const name of ["height_cm", "foot_length_mm"]) {
    const place = byId(name);
    setText(place, patient[name] === null ? NOTHING : together(`${patient[name]}\u00a0${place.dataset.unit}`));
  }
  setText(byId("notes"), patient.notes);
  showConsent(patient);
}

// Who agreed where no initials may pass has given none yet; there nobody can tell either.
function showConsent({ consent_ms: at, consent_initials: initials }) {
  const due = at !== null && initials === "" && document.body.dataset.may.split(" ").includes("names");
  const agreed = { at: at === null ? "" : dateTime(at), initials };
  const words = at === null ? own("not-agreed") : own(initials === "" ? "agreed-on" : "agreed", agreed);
  setText(byId("consent"), due ? sentences([words, own("initials-due")]) : words);
  byId("to-consent").hidden = at !== null && !due;
}

function row(href, title, more) {
  const way = document.createElement("a");
  way.className = "item chevron";
  way.href = href;
  const label = document.createElement("span");
  label.className = "grow";
  const name = document.createElement("b");
  name.textContent = title;
  const sub = document.createElement("span");
  sub.className = "sub";
  sub.textContent = more;
  label.append(name, sub);
  way.append(label);
  return way;
}

// What a therapist must unlock, with the way to where that is done.
function lockRow({ title, leg, leg_word: said, text: why }) {
  const drill = leg === "both" ? title : say("page.plan.with-leg", { title, leg: say(`leg.${said}`) });
  return row(`/therapist/p/${encodeURIComponent(code)}/plan`, `▲ ${own("locked", { drill })}`, own("locked-more", { why }));
}

const VISIT = { open: "visit-open", closed: "visit-signed", left: "visit-left" };

function showVisits({ visits, incidents }) {
  putRows(byId("visits"), visits.map(({ id, state, running, opened_ms: at, closed_by: by }) =>
    row(`/therapist/visit/${encodeURIComponent(id)}`, dateTime(at), own(running ? "visit-running" : VISIT[state], { by }))));
  setText(byId("visits-title"), own(visits.some(({ running }) => running) ? "all-visits" : "visits"));
  byId("before").hidden = visits.length + incidents.length === 0;
  byId("visits-title").hidden = visits.length === 0;
  byId("incidents-title").hidden = incidents.length === 0;
  putRows(byId("incidents"), incidents.map(({ id, kind, at_ms: at, note }) =>
    row(`/therapist/fall?of=${encodeURIComponent(id)}`, `▲ ${own(`incident.${kind || "unsaid"}`)}`, note === "" ? dateTime(at) : `${dateTime(at)} · ${note}`)));
}

async function lookBack() {
  try {
    const found = await get(`/patients/${encodeURIComponent(code)}/visits`);
    showVisits(found);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // the page's own look says so
  }
}

async function look() {
  lookBack();
  try {
    const { patient } = await get(`/patients/${encodeURIComponent(code)}`);
    setText(byId("problem"), "");
    byId("unknown").hidden = patient !== null;
    for (const part of document.querySelectorAll(".known")) part.hidden = patient === null;
    document.querySelector(".dock").hidden = patient === null;
    if (patient !== null) show(patient);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.what);
    setTimeout(look, AGAIN_MS);
  }
}

let running = false;
startShell((snapshot) => {
  const now = snapshot !== null && snapshot.session > 0;
  if (snapshot !== null && running && !now) look(); // what was done counts
  if (snapshot !== null) running = now;
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
look();
