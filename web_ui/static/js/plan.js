// The plan of one patient: what is done today and what is next, at which level and why; the next one starts from here.

import { get, post, Refused } from "./api.js";
import { because } from "./because.js";
import { keepName } from "./signer.js";
import { changeOf, showAccept, startAccept, struckRow } from "./plan-change.js";
import { startShell } from "./shell.js";
import { say, sentences } from "./texts.js";
import { setText } from "./values.js";

const AGAIN_MS = 5000;
const own = (key, values) => say(`page.plan.${key}`, values);
const byId = (id) => document.getElementById(id);
const { patient: code } = document.body.dataset;
const PATH = `/patients/${encodeURIComponent(code)}/plan`;
const WITHOUT_SIDES = ["lift-off"]; // both legs rise
let newest = null; // the plan as it was read last
let next = null; // the first row that is not done and not locked
let asked = null; // the row that is being confirmed
let seen = null; // of the newest snapshot: a STOP after it makes a Start stale
let busy = false;
let may = false; // nothing runs, and what is shown is fresh

startShell((snapshot) => {
  seen = snapshot?.seen ?? null;
  may = snapshot !== null && snapshot.session === 0 && snapshot.trip === null;
  showNext();
});

const named = ({ title, leg, said }) => (leg === "both" ? title : own("with-leg", { title, leg: say(`leg.${said}`) }));

// A drill that is done on each leg has a row for each.
function rowsOf(plan) {
  return plan.drills.flatMap((line) => {
    const legs = line.legs.length > 0 ? line.legs : ["both"];
    return legs.map((leg, at) => ({
      ...line,
      leg,
      isFirst: at === 0,
      said: line.leg_words?.[at] ?? leg,
      level: line.levels.find((one) => one.leg === leg) ?? null,
      sets: line.today.filter((one) => one.leg === leg),
    }));
  });
}

// The first set of a day may be the one try that tells how much was kept; then the drill itself is still to be done.
const setsOf = ({ sets }) => sets.filter(({ probe }, at) => !probe || at > 0);
const isDone = (row) => setsOf(row).length > 0;
// What was kept since the last visit is asked before anything else of this drill.
const isProbeDue = ({ level, sets }) => level !== null && level.last_day !== null && sets.length === 0;
const isLocked = ({ level }) => level !== null && (level.locked || level.not_before !== null);
const startable = (row) => row.document !== "" && !isDone(row) && !isLocked(row);

function numberOf({ value, unit }) {
  const share = ["weight", "best", "order", "cost"].includes(unit);
  return own(`unit.${unit}`, { value: share ? 100 * value : value });
}

// How many tries a Start asks for: as a person changed the line, else as the drill of its level has it.
const triesOf = ({ changed, level, trials }) => changed?.trials ?? level?.trials ?? trials?.default ?? null;

function levelWords(row) {
  const { level, dose } = row;
  const words = level === null ? own("dose", { dose }) : own("level", { rung: level.rung, rungs: level.rungs, number: numberOf(level) });
  const tries = triesOf(row);
  return tries === null ? words : own("level-tries", { level: words, tries: own("tries", { n: tries }) });
}

function how(row) {
  if (!isDone(row)) return row.document === "" ? own("not-here") : levelWords(row);
  const sets = setsOf(row);
  const trials = sets.reduce((sum, one) => sum + one.trials, 0);
  const passed = sets.reduce((sum, one) => sum + one.passed, 0);
  const held = own("held", { passed, trials });
  return row.level === null ? held : own("held-level", { held, rung: row.level.rung });
}

function show({ plan }) {
  byId("none").hidden = plan !== null;
  newest = plan;
  const struck = plan?.left_out.filter(({ by }) => by !== "") ?? [];
  byId("list").hidden = plan === null || plan.drills.length + struck.length === 0 || asked !== null;
  showAccept(plan, asked !== null);
  const ended = plan?.ended ?? ""; // by a fall
  byId("stop-today").hidden = plan === null || (plan.stop.length === 0 && ended === "");
  byId("why").hidden = plan === null || asked !== null;
  if (plan === null) {
    next = null;
    showNext();
    return;
  }
  setText(byId("stop-why"), sentences([ended, ...plan.stop.map(({ text }) => text)]).trim());
  const rows = rowsOf(plan);
  next = ended === "" ? rows.find(startable) ?? null : null;
  const done = rows.filter(isDone).length;
  const left = plan.drills.reduce((sum, line, at, all) => {
    const own_ = rows.filter((row) => row.drill === all[at].drill);
    return sum + (line.minutes * own_.filter((row) => !isDone(row)).length) / own_.length;
  }, 0);
  setText(byId("done"), rows.length === 0 ? "" : own("done", { done, of: rows.length, minutes: Math.ceil(left) }));
  // What somebody types stays until they have done.
  if (!byId("list").contains(document.activeElement) && !byId("rows").querySelector(".edit details[open]")) {
    byId("rows").replaceChildren(...rows.map(rowShown));
    byId("struck").replaceChildren(...struck.map((one) => struckRow(one, send)));
  }
  showVibrated(plan);
  showReasons(plan);
  showNext();
}

function rowShown(row, at) {
  const item = byId("row").content.cloneNode(true).firstElementChild;
  const mark = item.querySelector(".mark");
  mark.className = `mark ${isLocked(row) ? "locked" : isDone(row) ? "allowed" : row === next ? "now" : ""}`;
  setText(mark, isLocked(row) ? "▲" : isDone(row) ? "✓" : String(at + 1));
  mark.title = isLocked(row) ? own("locked") : isDone(row) ? own("is-done") : "";
  setText(item.querySelector("b"), named(row));
  setText(item.querySelector(".how"), how(row));
  setText(item.querySelector(".because"), row === next || isLocked(row) ? because(row.level, row) : "");
  if (row === next) item.setAttribute("aria-current", "step");
  if (row.level?.locked) item.querySelector(".grow").append(unlockForm(row));
  if (row.isFirst) item.querySelector(".grow").append(changeOf(row, send));
  return item;
}

function unlockForm({ drill, leg }) {
  const part = byId("unlock").content.cloneNode(true).firstElementChild;
  const form = part.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, reason } = Object.fromEntries(new FormData(form));
    send({ action: "unlock", drill, leg, name, reason }, form.querySelector(".problem"));
  });
  return part;
}

const inLines = (texts) => texts.map((text) => Object.assign(document.createElement("li"), { textContent: text }));

// That a comparison is due, or that vibration ends: not hidden among the reasons.
function showVibrated({ vibrated = [] }) {
  const key = JSON.stringify(vibrated);
  byId("vibrated").hidden = vibrated.length === 0 || asked !== null;
  if (byId("vibrated").dataset.key === key) return;
  byId("vibrated").dataset.key = key;
  byId("vibrated").replaceChildren(...inLines(vibrated.map(({ text }) => text)));
}

function showReasons({ drills, left_out: left, notes, proposed, review }) {
  const lines = drills.map(({ title, reasons }) => own("for", { title, why: reasons[0]?.text ?? "" }));
  const out = left.map(({ title, reason, by }) => own(by === "" ? "left-out" : "struck", { title, reason, by }));
  const all = [...lines, ...out, ...notes.map(({ text }) => text), ...(review === null ? [] : [own("review", { on: review })])];
  byId("reasons").replaceChildren(...inLines(all));
  setText(byId("proposed"), proposed ? own("proposed") : "");
}

function showNext() {
  const row = asked ?? next;
  setText(byId("next-verb"), asked === null ? own("next") : "");
  setText(byId("next-what"), asked !== null ? own("go") : row === null ? own(byId("stop-today").hidden ? "all-done" : "not-today") : named(row));
  byId("next").disabled = row === null || busy || !may;
  byId("change").href = `/therapist/drill?${new URLSearchParams({ patient: code, ...(row !== null && { drill: row.document, leg: row.leg }) })}`;
  byId("next").hidden = newest === null; // there is nothing to come next
  byId("back").hidden = asked === null;
  byId("change").hidden = asked !== null;
}

async function ask(row) {
  asked = row;
  setText(byId("confirm-leg"), say(`leg.${row.said}`));
  setText(byId("confirm-drill"), row.title);
  setText(byId("confirm-level"), levelWords(row));
  setText(byId("confirm-vibration"), "");
  const query = new URLSearchParams({ patient: code, leg: row.leg });
  const would = await get(`/drills/${encodeURIComponent(row.document)}/preview?${query}`);
  byId("probe").hidden = !isProbeDue(row);
  byId("side").hidden = row.kind !== "game" || WITHOUT_SIDES.includes(row.document);
  byId("side").open = false;
  setText(byId("side-note"), row.document === "slalom" ? own("side.slalom") : "");
  byId("side-which").value = row.changed?.side ?? "even";
  const { vibrates, frequency_hz: hz, displacement_pp_mm: mm } = would;
  setText(byId("confirm-vibration"), vibrates ? own("vibrates", { hz, mm }) : own("still"));
  showMode();
}

function showMode() {
  byId("confirm").hidden = asked === null;
  byId("list").hidden = asked !== null;
  showAccept(newest, asked !== null);
  byId("why").hidden = asked !== null;
  if (asked !== null) byId("vibrated").hidden = true;
  showNext();
  if (asked !== null) byId("confirm").focus();
}

async function go(probe = false) {
  const { document: drill, level, leg } = asked;
  const body = { probe, patient: code, drill: level?.document ?? drill, leg, request: crypto.getRandomValues(new Uint32Array(4)).join("-") };
  await post("/drill/start", { ...body, ...(seen && { seen }) });
  location.assign("/therapist/drill");
}

async function tried(what, problem = byId("problem")) {
  if (busy) return;
  busy = true;
  setText(problem, "");
  showNext();
  try {
    await what();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    asked = null;
    showMode();
    const { fields, what: said, detail } = error.problem;
    setText(problem, fields.length > 0 ? sentences([said, ...fields.map(({ message }) => message)]) : detail);
    problem.scrollIntoView({ block: "center" });
  } finally {
    busy = false;
    showNext();
  }
}

function send(body, problem) {
  return tried(async () => {
    const answer = await post(PATH, body);
    document.activeElement.blur();
    for (const open of byId("rows").querySelectorAll("details[open]")) open.open = false;
    show(answer);
  }, problem);
}

byId("side-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { side, name } = Object.fromEntries(new FormData(event.target));
  send({ action: "change", drill: asked.drill, side, name }, event.target.querySelector(".problem"));
});
startAccept(send);
byId("make").addEventListener("submit", (event) => {
  event.preventDefault();
  keepName(byId("make-name").value.trim());
  byId("accept-name").value = byId("make-name").value;
  send({ action: "make", name: byId("make-name").value });
});
byId("next").addEventListener("click", () => tried(() => (asked === null ? ask(next) : go())));
byId("probe-go").addEventListener("click", () => tried(() => go(true)));
byId("back").addEventListener("click", () => {
  asked = null;
  showMode();
});

async function look() {
  try {
    const answer = await get(PATH);
    if (asked === null) show(answer);
    if (location.hash === "#next") { // by today's list: one tap from the list to the confirmation
      history.replaceState(null, "", location.pathname);
      if (next !== null) tried(() => ask(next));
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
  setTimeout(look, AGAIN_MS);
}
look();
