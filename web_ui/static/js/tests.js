// The batteries of one patient: how far each is today, its tests, and the next of them, which starts from here.

import { get, post, Refused } from "./api.js";
import { isOpen, lookAtEntries, showEntries, startEntries } from "./entries.js";
import { settle } from "./tap.js";
import { startShell } from "./shell.js";
import { say, sentences } from "./texts.js";
import { number, setText } from "./values.js";

const AGAIN_MS = 5000;
const MARKS = { done: "✓", refused: "–", stopped: "▲" };
const KINDS = { done: "allowed", refused: "", stopped: "locked" };
const own = (key, values) => say(`page.tests.${key}`, values);
const byId = (id) => document.getElementById(id);
const { patient: code } = document.body.dataset;
const PATH = `/patients/${encodeURIComponent(code)}/batteries`;
let all = []; // the batteries
let chosen = decodeURIComponent(location.hash.slice(1)); // the name of the one that is open
let asked = null; // the test that is being confirmed
let seen = null; // of the newest snapshot: a STOP after it makes a Start stale
let busy = false;
let may = false; // nothing runs, and what is shown is fresh
let running = false;

startShell((snapshot) => {
  const now = snapshot !== null && snapshot.session > 0;
  if (snapshot !== null && running && !now) look(); // what was done counts
  if (snapshot !== null) running = now;
  seen = snapshot?.seen ?? null;
  may = snapshot !== null && snapshot.session === 0 && snapshot.trip === null;
  showDock();
});

const open = () => all.find(({ name }) => name === chosen) ?? null;
const nextTest = () => open()?.tests.find(({ id }) => id === open().next) ?? null;
const hasLegs = ({ leg }) => leg !== "both";

function stateWords({ state, done, of, why, lost }) {
  const told = own(`state.${state}`, { done, of, why });
  return lost > 0 ? both(told, own("lost", { n: lost })) : told;
}

const both = (first, second) => own("both", { first, second });
const howTest = (test) => both(own("hold", { seconds: number(test.hold_s, 0), n: test.of }), stateWords(test));

function howBattery({ tests, state, minutes }) {
  const done = tests.filter((one) => one.state === "done").length;
  return both(own("minutes", { minutes: Math.ceil(minutes) }), own(`whole.${state}`, { done, of: tests.length }));
}

// What a test has found, and what is usual, under how far it is.
function addFound(item, { results = [], usual = [], result = "" }) {
  for (const [kind, words] of [...results, ...(result === "" ? [] : [result])].map((one) => ["found", one]).concat(usual.map((one) => ["usual", one]))) {
    const line = document.createElement("span");
    line.className = `sub ${kind}`;
    setText(line, words);
    item.querySelector(".grow").append(line);
  }
}

function row(at, shown, how, isNext, onTap) {
  const { title, state } = shown;
  const item = byId("row").content.cloneNode(true).firstElementChild;
  const mark = item.querySelector(".mark");
  mark.className = `mark ${KINDS[state] ?? (isNext ? "now" : "")}`;
  setText(mark, MARKS[state] ?? String(at + 1));
  setText(item.querySelector("b"), title);
  setText(item.querySelector(".how"), how);
  addFound(item, shown);
  const button = item.querySelector("button");
  if (isNext) button.setAttribute("aria-current", "step");
  button.addEventListener("click", onTap);
  button.dataset.of = title;
  return item;
}

function show() {
  const battery = open();
  const isList = battery === null;
  setText(byId("title"), isList ? own("title") : battery.title);
  setText(byId("minutes"), isList ? "" : own("minutes", { minutes: Math.ceil(battery.minutes) }));
  setText(byId("proposed"), battery?.proposed ? own("proposed") : "");
  byId("list").hidden = asked !== null || isOpen();
  showEntries(isList && asked === null);
  byId("confirm").hidden = asked === null;
  const held = document.activeElement?.dataset?.of ?? null;
  byId("rows").replaceChildren(...(isList
    ? all.map((one, at) => row(at, one, howBattery(one), false, () => choose(one.name)))
    : battery.tests.map((one, at) => row(at, one, howTest(one), one.id === battery.next, () => tapped(one)))));
  if (held !== null) [...byId("rows").querySelectorAll("button")].find(({ dataset }) => dataset.of === held)?.focus();
  showRefusal();
  showDock();
}

// What somebody types stays until they have done.
let refusing = null; // the test that the form is about
function showRefusal() {
  if (byId("refuse").contains(document.activeElement) && byId("refuse").open && refusing !== null) return;
  refusing = asked === null ? nextTest() : null;
  byId("refuse").hidden = refusing === null;
  if (refusing !== null) setText(byId("refuse-what"), own("refuse-what", { title: refusing.title }));
}

function showDock() {
  const test = asked ?? nextTest();
  setText(byId("next-verb"), asked === null ? own("next") : "");
  setText(byId("next-what"), asked !== null ? own("go") : test === null ? own("none-left") : test.title);
  document.querySelector(".dock").hidden = open() === null;
  byId("next").disabled = test === null || busy || !may;
}

function choose(name) {
  chosen = name;
  history.replaceState(null, "", name === "" ? location.pathname : `#${encodeURIComponent(name)}`);
  setText(byId("problem"), "");
  settle();
  show();
  byId("title").focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

// One that was refused is wanted after all; the next one is asked about; the others come in their turn.
function tapped(test) {
  if (test.state === "refused") {
    wantAgain(test);
  } else if (test.id === open().next) ask(test);
}

function ask(test) {
  asked = test;
  setText(byId("confirm-leg"), test.leg_word !== test.leg ? say(`leg.${test.leg_word}`) : hasLegs(test) ? own("first", { leg: say(`leg.${test.leg}-leg`) }) : say("leg.both"));
  setText(byId("confirm-test"), test.title);
  setText(byId("confirm-vibration"), own(test.vibrates ? "vibrates" : "still"));
  setText(byId("confirm-tries"), own("hold", { seconds: number(test.hold_s, 0), n: test.trials }));
  settle();
  show();
  byId("confirm").focus();
}

async function go() {
  const { drill, leg, hold_s, trials } = asked;
  const request = crypto.getRandomValues(new Uint32Array(4)).join("-");
  await post("/drill/start", { patient: code, drill, leg, hold_s, trials, request, ...(seen && { seen }) });
  location.assign("/therapist/drill");
}

async function tried(what, problem = byId("problem")) {
  if (busy) return;
  busy = true;
  setText(problem, "");
  showDock();
  try {
    await what();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    asked = null;
    show();
    const { fields, what: said, detail } = error.problem;
    setText(problem, fields.length > 0 ? sentences([said, ...fields.map(({ message }) => message)]) : detail);
    problem.scrollIntoView({ block: "center" });
  } finally {
    busy = false;
    showDock();
  }
}

function writeDown(test, body, problem) {
  return tried(async () => {
    const answer = await post(`${PATH}/${encodeURIComponent(chosen)}/tests/${encodeURIComponent(test.id)}`, body);
    ({ batteries: all } = answer);
    document.activeElement?.blur();
    byId("refuse").open = false;
    byId("refuse-why").value = "";
    show();
  }, problem);
}

// By the name that was given with a refusal on this phone, else it is asked for.
function wantAgain(test) {
  const name = byId("refuse-name").value.trim();
  if (name !== "") {
    writeDown(test, { name, why: "" }, byId("problem"));
    return;
  }
  refusing = test;
  byId("refuse").hidden = false;
  byId("refuse").open = true;
  setText(byId("refuse-what"), own("want-what", { title: test.title }));
  byId("refuse-name").focus();
}

byId("refuse-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const why = byId("refuse-why").value.trim();
  const isBack = refusing.state === "refused";
  if (why === "" && !isBack) {
    setText(byId("refuse-problem"), own("why-missing"));
    byId("refuse-why").focus();
    return;
  }
  writeDown(refusing, { name: byId("refuse-name").value, why: isBack ? "" : why }, byId("refuse-problem"));
});
byId("next").addEventListener("click", () => (asked === null ? ask(nextTest()) : tried(go)));
byId("back").addEventListener("click", () => {
  if (asked === null) {
    choose("");
    return;
  }
  asked = null;
  settle();
  show();
});

async function look() {
  try {
    const { batteries } = await get(PATH);
    all = batteries;
    if (asked === null) show();
    await lookAtEntries();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

startEntries(show);
async function keepLooking() {
  await look();
  setTimeout(keepLooking, AGAIN_MS);
}
keepLooking();
