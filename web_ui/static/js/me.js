// Who this phone is to the station: its PIN when it was put down, putting it down, leaving for good. And what is this
// phone's own: its clicker, and whether its screen stays on.

import { get, post, Refused } from "./api.js";
import { clickerMark, isForward, setClickerMark } from "./clicker.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { startShell } from "./shell.js";
import { isSure } from "./sure.js";
import { say } from "./texts.js";
import { setText } from "./values.js";
import { whyNotAwake } from "./wake.js";

const own = (key, values) => say(`page.me.${key}`, values);
const byId = (id) => document.getElementById(id);
const form = byId("unlock");
const OTHERS = { Tab: true, Shift: true, Enter: true, " ": true, Escape: true }; // they lead through the page, tap, and stop
const asked = new URLSearchParams(location.search).get("to") ?? "";
const to = /^\/(?!\/)/.test(asked) ? asked : ""; // a page of the station, and no other

function show(me) {
  const role = me.role === null ? "" : say(`page.role.${me.role}`);
  setText(byId("who"), me.paired ? own("is", { name: me.called || me.name, role }) : own(me.transport));
  const state = me.locked ? "locked" : me.rights.includes("run") || me.role !== "therapist" ? "ready" : "untrained";
  setText(byId("about"), me.paired ? own(state) : own(me.transport === "screen" ? "screen-about" : "stranger"));
  const managerDue = me.transport === "screen" && !me.rights.includes("manage");
  form.hidden = !me.locked && !managerDue;
  if (managerDue) setText(byId("about"), own("screen-locked"));
  byId("clicker").hidden = !me.rights.includes("run");
  byId("ways").hidden = !me.paired || me.locked;
  byId("next").hidden = !me.rights.includes("see");
  if (me.locked) byId("pin").focus();
}

async function ask() {
  try {
    show(await get("/me"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblems(form);
  try {
    await post("/me/unlock", { pin: byId("pin").value });
    if (to === "") location.reload();
    else location.replace(to);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    byId("pin").value = "";
    showProblems(form, problemsOf(error.problem).map(({ message }) => ({ field: "pin", message })));
  }
});

async function send(path) {
  try {
    await post(path);
    location.reload();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

byId("lock").addEventListener("click", () => send("/me/lock"));
byId("leave").addEventListener("click", () => {
  if (isSure(byId("leave"), (asks) => setText(byId("leave"), own(asks ? "leave-sure" : "leave")))) send("/me/leave");
});

const marks = [...document.querySelectorAll("[data-mark]")];

function showMark() {
  for (const one of marks) one.setAttribute("aria-pressed", String(one.dataset.mark === clickerMark()));
}

for (const one of marks) {
  one.addEventListener("click", () => {
    setClickerMark(one.dataset.mark);
    showMark();
  });
}

const test = byId("clicker-test");
const listens = () => test.getAttribute("aria-pressed") === "true";

function listen(yes) {
  test.setAttribute("aria-pressed", String(yes));
  setText(byId("clicker-heard"), "");
}

test.addEventListener("click", () => listen(!listens()));
addEventListener("keydown", (event) => {
  if (!listens() || OTHERS[event.key] === true || event.target === byId("pin")) return;
  if (isForward(event)) {
    event.preventDefault();
    listen(false);
    setText(byId("clicker-heard"), own("clicker-heard"));
  } else setText(byId("clicker-heard"), own("clicker-other", { key: event.key }));
});

async function showAwake() {
  if (document.visibilityState !== "visible") return; // no page that is not seen may keep a screen on
  const why = await whyNotAwake();
  setText(byId("awake"), own(why === "" ? "stays-on" : `may-lock-${why}`));
}

document.addEventListener("visibilitychange", showAwake);
startShell();
showMark();
showAwake();
ask();
