// The quick test of both legs: who, anything new, confirm, then by itself to the result of both legs.

import { get, post, Refused } from "./api.js";
import { onFreshness } from "./freshness.js";
import { early, paintLegs, whenReady } from "./legs.js";
import { showOrder } from "./order.js";
import { settle } from "./tap.js";
import { startShell } from "./shell.js";
import { dateTime, say, sentences } from "./texts.js";
import { NOTHING, number, setText } from "./values.js";
import { prime } from "./wake.js";
import { whyNotNow } from "./why.js";

const DRILL = "quick-one-leg";
const FIRST = "left"; // the leg that begins
const MOST_ROWS = 8;
const own = (key, values) => say(`page.quick.${key}`, values);
const byId = (id) => document.getElementById(id);
const STEPS = ["who", "anything", "something", "confirm", "runs"];
const BUTTONS = {
  anything: ["back"], something: ["back"], confirm: ["back", "go"], result: ["done", "again"], who: [], runs: [],
};
let step = "who";
let patient = "";
let latest = null;
let mine = ""; // the session that this page has seen running
let shown = ""; // the result that is shown, as far as it is known
let busy = false;
let asked = 0; // how often the list was asked for

const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const me = startShell((snapshot) => {
  latest = snapshot;
  if (snapshot !== null) follow(snapshot);
  showGo();
});
onFreshness(showGo);

function go(next) {
  if (next === step) return;
  step = next;
  settle();
  for (const name of STEPS) byId(name).hidden = name !== step;
  for (const name of ["back", "go", "done", "again"]) byId(name).hidden = !BUTTONS[step].includes(name);
  if (step !== "result") {
    byId("legs").hidden = true;
    byId("verdict").hidden = true;
    byId("feet").hidden = true;
  }
  setText(byId("of-whom"), step === "who" ? "" : patient);
  byId(`${step}-title`)?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

// What runs decides: the page follows it, whoever started it, and shows its result when it has ended.
function follow(snapshot) {
  const runs = snapshot.session > 0 && snapshot.drill === DRILL;
  if (runs) {
    mine = `${snapshot.epoch}/${snapshot.session}`;
    ({ patient } = snapshot);
    go("runs");
    showRun(snapshot);
    return;
  }
  if (step === "runs") go("result");
  const result = snapshot.result;
  if (step === "result" && result !== null && `${result.epoch}/${result.session}` === mine) showResult(result);
}

function showRun({ countdown_s: left, trial, trials, instruction }) {
  setText(byId("left"), Number.isFinite(left) && left !== null ? number(Math.ceil(left), 0) : NOTHING);
  setText(byId("try"), own("try", { number: trial, count: trials }));
  setText(byId("reads"), sentences(instruction.map((key) => say(`instruction.${key}`))));
}

function showResult(result) {
  const name = `${mine} ${result.outcome}`;
  if (result.outcome === "" || shown === name) return;
  shown = name;
  const first = early(result);
  paintLegs(first);
  whenReady(() => sessionOf(result), () => step === "result" && shown === name).then((both) => {
    if (both === null) return;
    paintLegs(both);
    history.replaceState(null, "", `/therapist/result/${encodeURIComponent(both.id)}`);
  });
}

async function sessionOf({ patient: code, epoch, session }) {
  const { sessions } = await get(`/sessions?limit=5&patient=${encodeURIComponent(code)}`);
  return sessions.find((one) => one.ring_epoch === epoch && one.ring_session === session)?.id ?? "";
}

// --- who ----------------------------------------------------------------------------------------------------------

function row(code, words, sub, onTap) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "item chevron";
  const label = document.createElement("span");
  label.className = "grow";
  label.append(words);
  if (sub.length > 0) {
    const small = document.createElement("span");
    small.className = "sub";
    small.append(...sub);
    label.append(small);
  }
  button.append(label);
  button.addEventListener("click", onTap);
  button.dataset.code = code;
  return button;
}

// What is no word of any language: a browser that translates pages leaves it.
function asIs(text) {
  const span = document.createElement("span");
  span.translate = false;
  span.textContent = text;
  return span;
}

function known({ code, initials, last_ms: last }) {
  const parts = [...(initials ? [asIs(initials)] : []), ...(last === null ? [] : [dateTime(last)])];
  if (parts.length > 1) parts.splice(1, 0, own("between"));
  return row(code, asIs(code), parts, () => take(code));
}

function unknown(code) {
  const button = row(code, own("use-new", { code }), [], () => enter(code));
  button.classList.add("fresh");
  return button;
}

// The patients whose code has this part, and the code itself where nobody has it yet.
async function list() {
  const part = byId("code").value.trim().toUpperCase();
  const turn = ++asked;
  let found;
  try {
    found = await get(`/patients?limit=${MOST_ROWS}&q=${encodeURIComponent(part)}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    found = { patients: [], next_code: "" };
    setText(byId("code-problem"), error.problem.detail);
  }
  if (turn !== asked) return; // the answer to an earlier letter
  const rows = found.patients.map(known);
  const fresh = part === "" ? found.next_code : part;
  const exact = found.patients.some(({ code }) => code === part);
  if (fresh !== "" && !exact) rows.push(unknown(fresh));
  byId("rows").replaceChildren(...rows);
}

byId("code").addEventListener("input", () => {
  setText(byId("code-problem"), "");
  list();
});
byId("who-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = byId("code").value.trim().toUpperCase();
  const exact = [...byId("rows").children].find((one) => one.dataset.code === code);
  exact?.click();
});

// A new code: nearly that of somebody else it is asked about first.
async function enter(code) {
  let answer;
  try {
    answer = await get(`/patients/${encodeURIComponent(code)}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("code-problem"), error.problem.detail);
    return;
  }
  if (answer.known || answer.near.length === 0) {
    take(answer.code);
    return;
  }
  setText(byId("code-problem"), own("near", { code }));
  const meant = answer.near.map((near) => row(near, asIs(near), [], () => take(near)));
  const sure = row(code, own("use-new", { code }), [], () => take(code));
  byId("rows").replaceChildren(...meant, sure);
}

function take(code) {
  patient = code;
  showOrder(code);
  go("anything");
}

// --- the question, and the start ------------------------------------------------------------------------------------

byId("nothing-new").addEventListener("click", () => {
  setText(byId("whose"), patient);
  setText(byId("go-problem"), "");
  go("confirm");
});
byId("something-new").addEventListener("click", () => {
  byId("ask").href = `/therapist/p/${encodeURIComponent(patient)}/questions`;
  go("something");
});
byId("back").addEventListener("click", () => go(step === "anything" ? "who" : "anything"));
byId("again").addEventListener("click", () => {
  history.replaceState(null, "", "/therapist/quick");
  go("anything");
});

function showGo() {
  const why = whyNotNow(latest, me);
  byId("go").disabled = why !== "" || busy;
  setText(byId("go-why"), why);
}

byId("go").addEventListener("click", async () => {
  if (busy) return;
  busy = true;
  prime();
  showGo();
  setText(byId("go-problem"), "");
  try {
    // A STOP that comes after this tap makes it stale, and sent twice it starts once.
    const seen = latest?.seen ? { seen: latest.seen } : {};
    await post("/drill/start", { patient, drill: DRILL, leg: FIRST, request: newName(), ...seen });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("go-problem"), error.problem.detail);
  } finally {
    busy = false;
    showGo();
  }
});

list();
