// The therapist's page: form, confirmation, live view, trip, result.

import { get, post, Refused } from "./api.js";
import { Plate } from "./draw.js";
import { onCorrected, onUsed, showCode } from "./codes.js";
import { clearPerson, clearProblems, fillDrills, isFilled, problemsOf, readForm, showProblems, summary } from "./form.js";
import { freshness, onFreshness } from "./freshness.js";
import { showLease } from "./lease.js";
import { startPage } from "./page.js";
import { showPresence } from "./presence.js";
import { showHistory, showResult } from "./results.js";
import { cellsOf, dateTime, drillWords, faultWords, has, say, sentences } from "./texts.js";
import { heldSeconds, NOTHING, number, setText, setWords } from "./values.js";
import { keepAwake, mayKeepAwake } from "./wake.js";

const SETTLE_MS = 400; // a finger that was on its way must not hit what has just moved under it
const own = (key, values) => say(`page.therapist.${key}`, values);
const byId = (id) => document.getElementById(id);
const plate = new Plate(byId("plate"), { watching: true, say });
let asked = null; // what waits for its confirmation
let busy = false;
let latest = null;
let mode = "";
let settling = null;

const me = startPage((snapshot) => {
  latest = snapshot;
  showMode();
  showLive(snapshot);
  showTrip(snapshot?.trip ?? null, snapshot?.arming);
  showCutOff(snapshot);
  if (snapshot !== null) showResult(mode === "confirm" ? null : snapshot);
  showLease(snapshot, me);
  showPresence(snapshot, me);
  showStart();
  if (snapshot !== null) keepAwake(snapshot.session > 0);
  byId("may-lock").hidden = mayKeepAwake();
});
onFreshness(showStart);

const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function showMode() {
  if (latest === null) return; // the last one stays, greyed: a gap must not move the buttons
  const running = latest.session > 0;
  if (running) asked = null;
  const next = running ? "running" : asked ? "confirm" : "idle";
  if (next === mode) return;
  if (mode === "running") {
    showHistory(latest.result?.patient ?? "");
    clearPerson(); // the next drill may be another person's
    showCode("");
  }
  const moves = mode !== "" || next !== "idle"; // the page begins with the form
  mode = next;
  document.body.dataset.mode = running ? "running" : "idle";
  byId("setup").hidden = next !== "idle" || latest.notice !== null;
  byId("confirm").hidden = next !== "confirm";
  if (!moves) return;
  settle();
  if (next !== "confirm") window.scrollTo({ top: 0 });
}

// Things move: take no tap until the eye has caught up. STOP is outside and always takes it.
function settle() {
  byId("content").classList.add("settling");
  clearTimeout(settling);
  settling = setTimeout(() => byId("content").classList.remove("settling"), SETTLE_MS);
}

function showLive(snapshot) {
  const inside = plate.show(snapshot);
  const left = snapshot?.countdown_s;
  const running = snapshot !== null && snapshot.session > 0;
  setText(byId("countdown"), running && Number.isFinite(left) ? number(Math.ceil(left), 0) : NOTHING);
  const empty = snapshot?.on_plate === false;
  const shaken = snapshot?.vibration.degrades_point === true;
  const where = shaken ? say("page.all.point-degraded") : inside === null || !running ? "" : own(inside ? "inside" : "outside");
  setText(byId("inside"), empty ? own("nobody") : where);
  const held = () => own("held-of", { held: heldSeconds(snapshot.hold_s), target: number(snapshot.hold_target_s, 0) });
  setText(byId("held"), running ? held() : NOTHING);
  setText(byId("trial"), running ? own("trial", { number: snapshot.trial, count: snapshot.trials }) : NOTHING);
  const reads = () => sentences(snapshot.instruction.map((key) => say(`instruction.${key}`)));
  setText(byId("patient-reads"), own("patient-reads", { words: snapshot === null ? NOTHING : reads() }));
}

function showTrip(trip, arming) {
  if (byId("trip").hidden !== (trip === null)) settle();
  byId("trip").hidden = trip === null;
  if (trip === null) return;
  const { what, cause, remedy } = faultWords(trip.code);
  const cells = cellsOf(trip);
  setText(byId("trip-what"), cells === "" ? what : sentences([what, say("page.all.cells", { cells })]));
  setText(byId("trip-remedy"), remedy);
  setText(byId("trip-cause"), own("cause", { cause, code: trip.code }));
  byId("acknowledge").disabled = arming === "estop";
  byId("release-first").hidden = arming !== "estop";
}

// A drill that ended as nobody had planned, and of which control itself knows no more.
function showCutOff(snapshot) {
  const notice = snapshot?.trip ? null : snapshot?.notice ?? null; // a trip is acknowledged first, and both with it
  if (byId("cut-off").hidden !== (notice === null)) settle();
  byId("cut-off").hidden = notice === null;
  if (snapshot !== null) byId("setup").hidden = mode !== "idle" || notice !== null;
  if (notice === null) return;
  const { patient, drill, title, language } = snapshot.result;
  setText(byId("cut-off-what"), own(`cut-off.${notice.how}`, { patient }));
  const values = { drill: drillWords(drill, "title", title, language).words, at: dateTime(notice.at_ms) };
  setText(byId("cut-off-words"), sentences([own(`cut-off.${notice.how}-why`, values), own("cut-off.do")]));
}

// Why Start cannot be pressed now; empty when it can.
function whyNot() {
  if (latest === null || !me.synced || freshness() !== "live") return own("why.no-data");
  if (!isFilled()) return own("why.no-drills");
  if (latest.trip !== null || latest.notice !== null) return own("why.trip");
  if (latest.session > 0) return own("why.running");
  if (latest.holder !== "" && latest.holder !== me.name) return own("why.other");
  const ill = [latest.processes.control, latest.processes.recorder].find((one) => !one.ok);
  if (ill === undefined) return "";
  const code = ill.fault;
  if (ill === latest.processes.control && code !== "") return own("why.not-ready");
  if (code === "") return own(`why.${ill.why}`);
  return has(`fault.${code}.what`) ? own("why.fault", faultWords(code)) : own("why.fault-unknown", { code });
}

// Whether there is something else on the page than the form. A moment without data is none: what was asked for is shown
// then, and only its own button waits.
function isTaken() {
  return latest !== null && (latest.session > 0 || latest.trip !== null || latest.notice !== null);
}

// What the recorder could not do, although it records; empty for nothing.
function aside() {
  const code = latest?.processes.recorder.fault ?? "";
  return has(`fault.${code}.what`) ? own("why.only", faultWords(code)) : "";
}

function showStart() {
  const why = whyNot();
  byId("start").disabled = why !== "" || busy;
  byId("go").disabled = why !== "" || busy;
  setText(byId("start-why"), why === "" ? aside() : why);
  setText(byId("go-why"), why);
}

byId("setup").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isTaken() || busy) return;
  busy = true;
  showStart();
  const read = await readForm().finally(() => {
    busy = false;
    showStart();
  });
  if (read === null || isTaken()) return;
  const { known } = await showCode(read.asked.patient);
  ({ asked } = read);
  const lines = summary(read);
  const line = (text, kind = "") => {
    const span = document.createElement("span");
    setWords(span, typeof text === "string" ? { words: text, language: "" } : text);
    span.className = kind;
    span.translate = kind !== "code";
    return span;
  };
  byId("summary").replaceChildren(
    line(lines.patient, "code"), ...(known ? [] : [line(own("code-new", { code: lines.patient }), "new")]), line(lines.leg, "leg-word"), line(lines.vibration), line(lines.trials), line(lines.title, "small quiet"),
  );
  showMode();
  byId("confirm").scrollIntoView({ block: "center" });
  byId("summary").focus({ preventScroll: true });
});

byId("back").addEventListener("click", () => {
  asked = null;
  showMode();
});

byId("go").addEventListener("click", async () => {
  if (asked === null || busy) return;
  busy = true;
  showStart();
  try {
    // A STOP that comes after this tap makes it stale, and sent twice it starts once.
    await post("/drill/start", { ...asked, request: newName(), ...(latest?.seen && { seen: latest.seen }) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    asked = null;
    showMode();
    clearProblems();
    showProblems(problemsOf(error.problem));
  } finally {
    busy = false;
    showStart();
  }
});

async function acknowledge(problem) {
  setText(problem, "");
  try {
    await post("/acknowledge");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(problem, sentences([error.problem.what, error.problem.remedy]));
  }
}
byId("acknowledge").addEventListener("click", () => acknowledge(byId("trip-problem")));
byId("seen").addEventListener("click", () => acknowledge(byId("cut-off-problem")));

byId("patient").addEventListener("change", () => {
  const code = byId("patient").value.trim().toUpperCase();
  showHistory(code);
  showCode(code);
});
onUsed((code) => {
  byId("patient").value = code;
  showHistory(code);
  showCode(code);
});
onCorrected((code) => showHistory(code));

// The drills do not change while the station runs, but the station may not be there yet.
async function loadDrills() {
  try {
    fillDrills(await get("/drills"));
    showStart();
  } catch {
    setTimeout(loadDrills, 1000);
  }
}
loadDrills();
