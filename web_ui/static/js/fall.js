// A fall or near fall: whether the plate is off, what to do, what it was, and that the patient is safe.

import { get, post, Refused } from "./api.js";
import { lastName, keepName } from "./signer.js";
import { startShell } from "./shell.js";
import { forgetFall, wishedFall } from "./tell-fall.js";
import { dateTime, say } from "./texts.js";
import { setText } from "./values.js";

const AGAIN_MS = 500;
const own = (key, values) => say(`page.fall.${key}`, values);
const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const kinds = [...document.querySelectorAll("[data-kind]")];
let id = "";

startShell();
byId("name").value = lastName();
setText(byId("safe"), own("safe", { patient: own("nobody") }));

function showOff(stopped) {
  byId("off").className = `notice ${stopped ? "good" : "bad"}`;
  setText(byId("off-words"), own(stopped ? "off" : "not-off"));
}

function show(incident) {
  if (incident === null) {
    setText(byId("kept"), own("not-kept"));
    return;
  }
  const { ran, kind, patient } = incident;
  id = incident.id;
  byId("about").hidden = false;
  setText(byId("kept"), own("kept", { at: dateTime(incident.at_ms) }));
  for (const one of kinds) one.setAttribute("aria-pressed", String(one.dataset.kind === kind));
  const how = ran.running ? "ran" : ran.drill ? "had-run" : "nothing";
  setText(byId("ran"), own(how, { drill: ran.title, leg: ran.leg && say(`leg.${ran.leg === "each" ? "both" : ran.leg_word ?? ran.leg}`), hz: ran.output_hz ?? 0 }));
  const seconds = incident.from_ms === null ? 0 : Math.round((incident.to_ms - incident.from_ms) / 1000);
  setText(byId("samples"), incident.recording === "" ? "" : own("samples", { seconds, file: incident.recording }));
  if (document.activeElement !== byId("note")) byId("note").value ||= incident.note;
  setText(byId("noted"), incident.note === "" ? "" : own("noted", { by: incident.note_by }));
  const who = patient || own("nobody");
  byId("safe").disabled = incident.safe_ms !== null;
  setText(byId("safe"), incident.safe_ms === null
    ? own("safe", { patient: who })
    : own("is-safe", { by: incident.safe_by, at: dateTime(incident.safe_ms) }));
}

async function tell({ request, ran = {}, at }) {
  let answer = { stopped: false, incident: null };
  try {
    answer = await post("/fall", { request, ...ran, ago_ms: Math.max(0, Math.min(86400000, Date.now() - at)) }, 2000);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  showOff(answer.stopped);
  show(answer.incident);
  if (!answer.stopped || answer.incident === null) {
    setTimeout(() => tell({ request, ran, at }), AGAIN_MS);
    return;
  }
  forgetFall();
  history.replaceState(null, "", `/therapist/fall?of=${encodeURIComponent(answer.incident.id)}`);
}

async function say_(body) {
  setText(byId("problem"), "");
  try {
    show(await post(`/incidents/${encodeURIComponent(id)}`, body));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
    byId("problem").scrollIntoView({ block: "center" });
  }
}

for (const one of kinds) one.addEventListener("click", () => say_({ kind: one.dataset.kind }));
byId("safe").addEventListener("click", () => say_({ safe: true, ...(byId("name").value.trim() && { name: byId("name").value.trim() }) }));
byId("note-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = byId("name").value.trim();
  if (name === "") {
    byId("name").focus();
    return;
  }
  keepName(name);
  say_({ note: byId("note").value, name });
});

async function look() {
  try {
    const found = await get(`/incidents/${encodeURIComponent(query.get("of"))}`);
    byId("off").hidden = true; // that was then: the strip says what holds now
    show(found);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("off-words"), error.problem.detail);
  }
}

const wish = wishedFall() ?? (query.get("told") ? { request: query.get("told"), at: Date.now() } : null);
if (wish !== null) tell(wish);
else if (query.get("of")) look();
else byId("off").hidden = true;
