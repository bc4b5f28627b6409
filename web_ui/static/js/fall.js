// A fall or near fall: whether the plate is off, what to do, what it was, and that the patient is safe.

import { get, post, Refused } from "./api.js";
import { lastName, keepName } from "./signer.js";
import { startShell } from "./shell.js";
import { forgetFall, wishedFall } from "./tell-fall.js";
import { dateTime, person, say, sentences } from "./texts.js";
import { setText } from "./values.js";

const AGAIN_MS = 500;
const own = (key, values) => say(`page.fall.${key}`, values);
const byId = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const kinds = [...document.querySelectorAll("[data-kind]")];
const written = () => byId("name").value.trim();
let id = "";
let known = null; // the incident, as it was shown last

startShell();
byId("name").value = lastName();
showSafe();

function showOff(stopped) {
  byId("off").className = `notice ${stopped ? "good" : "bad"}`;
  setText(byId("off-words"), own(stopped ? "off" : "not-off"));
}

function show(incident) {
  if (incident === null) {
    setText(byId("kept"), own("not-kept"));
    return;
  }
  const { ran, kind } = incident;
  known = incident;
  id = incident.id;
  byId("about").hidden = false;
  setText(byId("whose"), incident.patient || own("nobody"));
  setText(byId("kept"), own("kept", { at: dateTime(incident.at_ms) }));
  for (const one of kinds) one.setAttribute("aria-pressed", String(one.dataset.kind === kind));
  const how = ran.running ? "ran" : ran.drill ? "had-run" : "nothing";
  setText(byId("ran"), own(how, { drill: ran.title, leg: ran.leg && say(`leg.${ran.leg === "each" ? "both" : ran.leg_word ?? ran.leg}`), hz: ran.output_hz ?? 0 }));
  const seconds = incident.from_ms === null ? 0 : Math.round((incident.to_ms - incident.from_ms) / 1000);
  setText(byId("samples"), incident.recording === "" ? "" : own("samples", { seconds }));
  if (document.activeElement !== byId("note")) byId("note").value ||= incident.note;
  setText(byId("noted"), incident.note === "" ? "" : own("noted", { by: person(incident.note_by) }));
  showSafe();
}

// What is still to be said before anybody can say that the patient is safe: its words, and where it is said.
function missing() {
  if (known.kind === "") return [own("what"), kinds[0]];
  return written() === "" ? [own("name"), byId("name")] : null;
}

function showSafe() {
  const done = known !== null && known.safe_ms !== null;
  byId("safe").disabled = known === null || done;
  const first = known === null || done ? null : missing();
  setText(byId("safe"), done
    ? own("is-safe", { by: person(known.safe_by), at: dateTime(known.safe_ms) })
    : first === null ? own("safe", { patient: known?.patient || own("nobody") }) : own("first", { what: first[0] }));
}

function lead([, field]) {
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
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
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
    byId("problem").scrollIntoView({ block: "center" });
    return false;
  }
}

for (const one of kinds) one.addEventListener("click", () => say_({ kind: one.dataset.kind }));
byId("name").addEventListener("input", showSafe);
byId("safe").addEventListener("click", () => {
  const first = missing();
  if (first !== null) {
    lead(first);
    return;
  }
  keepName(written());
  say_({ safe: true, name: written() });
});
byId("note-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  setText(byId("noted"), "");
  const note = byId("note").value.trim();
  if (note === "" || written() === "") {
    const field = byId(note === "" ? "note" : "name");
    setText(byId("problem"), own("first", { what: own(field.id) }));
    lead([null, field]);
    return;
  }
  keepName(written());
  if (await say_({ note, name: written() })) {
    setText(byId("noted"), sentences([own("noted", { by: written() }), own("saved", { at: dateTime(Date.now()) })]));
  }
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
