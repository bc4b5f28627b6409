// Who this phone is to the station: its PIN when it was put down, putting it down, leaving for good.

import { get, post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { startShell } from "./shell.js";
import { isSure } from "./sure.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.me.${key}`, values);
const byId = (id) => document.getElementById(id);
const form = byId("unlock");
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

startShell();
ask();
