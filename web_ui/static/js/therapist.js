// The therapist's page: form, confirmation, live view, trip, result.

import { get, post, Refused } from "./api.js";
import { counted } from "./counted.js";
import { Plate } from "./draw.js";
import { onCorrected, onUsed, showCode } from "./codes.js";
import { problemsOf } from "./fields.js";
import { chooseShaken, clearPerson, clearProblems, fillDrills, fillForm, fillNumbers, fillPerson, isFilled, keepPerson, proposeDrill, readForm, showProblems, summary } from "./form.js";
import { lookAgain, refusedLevel } from "./form-level.js";
import { freshness, onFreshness } from "./freshness.js";
import { takeForm } from "./kept.js";
import { showLease } from "./lease.js";
import { showLocking } from "./locking.js";
import { showMarks } from "./marks.js";
import { startPage } from "./page.js";
import { showPausing } from "./pausing.js";
import { showPresence } from "./presence.js";
import { followSaid, onTold } from "./said.js";
import { toDo } from "./scene-say.js";
import { showHistory, showResult } from "./results.js";
import { refusedFor, refusedNow, showScreened } from "./screened.js";
import { settle } from "./tap.js";
import { cellsOf, dateTime, drillTitle, faultWords, has, say, sentences, shortest } from "./texts.js";
import { showShakes } from "./shakes.js";
import { NOTHING, heldOf, number, put, setText, setWords } from "./values.js";
import { HELD_WORDS, heldBy, keepAwake, mayBeHeldBy, onHeld, prime } from "./wake.js";
import { whyNotNow } from "./why.js";

const own = (key, values) => say(`page.therapist.${key}`, values);
const byId = (id) => document.getElementById(id);
const plate = new Plate(byId("plate"), { watching: true, say });
const PAUSE_ENDS_S = 60; // so long before its end a pause says that it ends
let asked = null; // what waits for its confirmation
let busy = false;
let latest = null;
let mode = "";

const me = startPage((snapshot) => {
  latest = snapshot;
  showMode();
  showLive(snapshot);
  showTrip(snapshot?.trip ?? null, snapshot?.arming);
  showCutOff(snapshot);
  if (snapshot !== null) showResult(mode === "confirm" ? null : snapshot);
  showLease(snapshot, me);
  showPresence(snapshot, me);
  showPausing(snapshot, me);
  showMarks(snapshot, me);
  followSaid(snapshot);
  showStart();
  if (snapshot !== null) keepAwake(snapshot.session > 0);
  showAwake();
  showLocking(snapshot, me);
});
onFreshness(showStart);
onTold(() => lookAgain().then(showStart));

// Before a drill whether this phone may lock, and in one what keeps its screen on.
function showAwake() {
  const running = latest !== null && latest.session > 0;
  const may = mayBeHeldBy();
  put(byId("may-lock"), "hidden", may !== "");
  put(byId("video-only"), "hidden", may !== "video");
  put(byId("lock-badge"), "hidden", !running && may !== "");
  setText(byId("lock-badge"), say(HELD_WORDS[running ? heldBy() : may]));
}
onHeld(showAwake);

// Who has come for a drill sees the form first: what came of an older one stands below it. A drill's own result stands above.
const OLDER = ["result", "compared", "said"].map(byId);
function putResults(place) {
  byId("setup")[place](...OLDER);
}

const newName = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function showMode() {
  if (latest === null) return; // the last one stays, greyed: a gap must not move the buttons
  const running = latest.session > 0;
  if (running) asked = null;
  const next = running ? "running" : asked ? "confirm" : "idle";
  if (next === mode) return;
  if (running) putResults("before");
  if (mode === "running") {
    const code = latest.result?.patient ?? "";
    clearPerson(code); // on which leg the next drill is, is chosen again
    byId("patient").value = code;
    fillPerson(code); // what is left of their day is less
    showHistory(code);
    showCode(code);
    showScreened(code);
    history.replaceState(null, "", location.pathname); // nor does the address fill them in again
  }
  const moves = mode !== "" || next !== "idle"; // the page begins with the form
  mode = next;
  put(document.body.dataset, "mode", running ? "running" : "idle");
  put(byId("setup"), "hidden", next !== "idle" || latest.notice !== null);
  put(byId("confirm"), "hidden", next !== "confirm");
  if (!moves) return;
  settle();
  if (next !== "confirm") window.scrollTo({ top: 0 });
}

// Whose drill runs; else whose code is in the form, or whose result is shown.
function showWhose(snapshot) {
  setText(byId("whose"), (snapshot && (snapshot.patient || byId("patient").value.trim().toUpperCase() || snapshot.result?.patient)) || NOTHING);
}

// Whether there is a box to be inside of: where a scene is drawn, in it.
const hasBox = (scene) => scene === null || scene.slots.some(({ kind, look }) => kind === "band" || look === "box");

function showLive(snapshot) {
  showWhose(snapshot);
  const inside = plate.show(snapshot);
  const ends = snapshot?.countdown_s;
  const waits = snapshot?.phase.name === "pause" && ends > PAUSE_ENDS_S; // nobody counts minutes down
  const left = waits ? null : ends;
  setText(byId("waits"), waits ? own("pause-ends", { minutes: number(Math.ceil(ends / 60), 0) }) : "");
  byId("countdown").parentElement.classList.toggle("none", waits);
  const running = snapshot !== null && snapshot.session > 0;
  setText(byId("countdown"), running && Number.isFinite(left) ? number(Math.ceil(left), 0) : NOTHING);
  const empty = snapshot?.on_plate === false;
  const shaken = snapshot?.vibration.degrades_point === true;
  const where = shaken ? say("page.all.point-degraded") : inside === null || !running || !hasBox(snapshot.scene) ? "" : own(inside ? "inside" : "outside");
  setText(byId("inside"), empty ? own("nobody") : where);
  const held = () => own("held-of", { held: shortest(heldOf(snapshot.hold_s, snapshot.hold_target_s)), target: shortest(snapshot.hold_target_s ?? 0) });
  setText(byId("held"), running && snapshot.hold_s !== null ? held() : NOTHING);
  put(byId("blind"), "hidden", !snapshot?.blind);
  showShakes(byId("shakes"), snapshot);
  setText(byId("trial"), running ? own("trial", { number: snapshot.trial, count: snapshot.trials }) : NOTHING);
  setText(byId("patient-reads"), own("patient-reads", { words: snapshot === null ? NOTHING : sentences(toDo(snapshot.scene, snapshot.instruction, say)) }));
  const { score, goal } = snapshot?.scene ?? { goal: 0 };
  const figures = document.querySelector(".figures");
  figures.classList.toggle("scored", running && goal > 0);
  figures.classList.toggle("still", running && goal > 0 && !snapshot.vibration.asked_hz);
  setText(byId("reached"), running && !snapshot.blind && goal > 0 ? own("reached", counted({ score, goal }, snapshot.counts)) : "");
}

function showTrip(trip, arming) {
  if (byId("trip").hidden !== (trip === null)) settle();
  put(byId("trip"), "hidden", trip === null);
  if (trip === null) return;
  const { what, cause, remedy } = faultWords(trip.code);
  const cells = cellsOf(trip);
  setText(byId("trip-what"), cells === "" ? what : sentences([what, say("page.all.cells", { cells })]));
  setText(byId("trip-remedy"), remedy);
  setText(byId("trip-cause"), own("cause", { cause, code: trip.code }));
  put(byId("acknowledge"), "disabled", arming === "estop");
  put(byId("release-first"), "hidden", arming !== "estop");
}

// A drill that ended as nobody had planned, and of which control itself knows no more.
function showCutOff(snapshot) {
  const notice = snapshot?.trip ? null : snapshot?.notice ?? null; // a trip is acknowledged first, and both with it
  if (byId("cut-off").hidden !== (notice === null)) settle();
  put(byId("cut-off"), "hidden", notice === null);
  if (snapshot !== null) put(byId("setup"), "hidden", mode !== "idle" || notice !== null);
  if (notice === null) return;
  const { patient, drill, title, language } = snapshot.result;
  setText(byId("cut-off-what"), own(`cut-off.${notice.how}`, { patient }));
  const values = { drill: drillTitle(drill, title, language).words, at: dateTime(notice.at_ms) };
  setText(byId("cut-off-words"), sentences([own(`cut-off.${notice.how}-why`, values), own("cut-off.do")]));
}

// Why Start cannot be pressed now; empty when it can.
function whyNot() {
  if (latest !== null && me.synced && freshness() === "live" && !isFilled()) return own("why.no-drills");
  return whyNotNow(latest, me);
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
  put(byId("start"), "disabled", why !== "" || busy);
  put(byId("go"), "disabled", why !== "" || busy);
  const refused = refusedNow() || refusedLevel(); // as the station would: it is asked again at the tap
  byId("start").classList.toggle("main", refused === "");
  setText(byId("start-why"), why || refused || aside());
  setText(byId("go-why"), why);
  if (!toConfirm || why !== "" || busy || mode !== "idle") return;
  toConfirm = false;
  byId("setup").requestSubmit();
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
  const [{ known, patient }, screened] = await Promise.all([showCode(read.asked.patient), showScreened(read.asked.patient)]);
  const refused = refusedFor(screened, read.would.vibrates);
  if (refused !== "") {
    showProblems([{ field: "screened", message: refused }]);
    return;
  }
  if (isTaken()) return;
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
    line(lines.patient, "code"), ...(known ? [] : [line(own("code-new", { code: lines.patient }), "new")]), ...(patient?.today.signed ? [line(own("visit-again"), "new")] : []), line(lines.leg, "leg-word"), line(lines.vibration), ...(lines.when === "" ? [] : [line(lines.when, "when")]), line(lines.trials), ...(lines.level === "" ? [] : [line(lines.level)]), line(lines.title, "small quiet"),
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
  prime();
  showStart();
  try {
    // A STOP that comes after this tap makes it stale, and sent twice it starts once.
    await post("/drill/start", { ...asked, request: newName(), ...(latest?.seen && { seen: latest.seen }) });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    asked = null;
    showMode();
    clearProblems();
    await showRefusal(error.problem);
  } finally {
    busy = false;
    showStart();
  }
});

// What an answer to a question forbids stands beside the way to the questions.
async function showRefusal(problem) {
  if (!problem.code.startsWith("screening-")) {
    showProblems(problem.code === "dose-used-up" ? [{ field: "dose", message: problem.detail }] : problemsOf(problem));
    return;
  }
  await showScreened(byId("patient").value.trim().toUpperCase());
  showProblems([{ field: "screened", message: problem.detail }]);
}

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

let drillsCame;
const filled = new Promise((resolve) => { drillsCame = resolve; });
// The address says for whom the form was opened, and whether a drill with vibration was asked for.
const wish = () => new URLSearchParams(location.search);
const isShakenWished = (code) => wish().has("vibration") && wish().get("patient")?.toUpperCase() === code;
const isFilledIn = (code) => byId("patient").value.trim().toUpperCase() === code;

// What they did last is what they most probably do next.
async function proposeLast(code, [last]) {
  if (!last) return;
  await filled;
  try {
    const { prescription } = await get(`/sessions/${encodeURIComponent(last.id)}`);
    const vibrated = prescription.displacement_pp_mm > 0;
    if (mode === "idle" && isFilledIn(code) && (vibrated || !isShakenWished(code))) proposeDrill(last.drill, vibrated);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // the form stays as it was
  }
}

async function showPerson(code) {
  fillPerson(code);
  showHistory(code).then((sessions) => proposeLast(code, sessions));
  showScreened(code);
  const { code: found, known } = await showCode(code);
  if (known && found === code && code !== "") keepPerson(code);
}

byId("patient").addEventListener("change", () => showPerson(byId("patient").value.trim().toUpperCase()));
function use(code) {
  byId("patient").value = code;
  showPerson(code);
}
onUsed(use);
const sent = wish().get("patient"); // by a patient's own page
if (location.search !== "") putResults("after");
if (sent) use(sent.toUpperCase());
onCorrected((code) => showHistory(code));

// The same drill once more, asked for by a result: filled in, and as soon as it may start, to be confirmed.
let toConfirm = false;
async function again(id) {
  try {
    const { patient, drill, leg, prescription } = await get(`/sessions/${encodeURIComponent(id)}`);
    history.replaceState(null, "", location.pathname); // once
    fillForm({ patient, drill, leg: prescription.leg ?? leg, vibration: prescription.displacement_pp_mm > 0, numbers: {} });
    showPerson(patient);
    await fillNumbers(prescription);
    toConfirm = true;
    showStart();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(problemsOf(error.problem));
  }
}

// The drills do not change while the station runs, but the station may not be there yet.
async function loadDrills() {
  try {
    fillDrills(await get("/drills"));
    showStart();
    const kept = takeForm();
    if (mode !== "running" && kept !== null) putResults("after");
    if (wish().has("again")) again(wish().get("again"));
    else if (kept !== null && (!sent || sent.toUpperCase() === kept.patient)) { // else it was somebody else's
      fillForm(kept);
      showPerson(kept.patient);
    } else if (sent && isShakenWished(sent.toUpperCase())) {
      chooseShaken();
    } else if (sent && wish().has("drill")) { // by the plan, to be changed for once
      fillForm({ patient: sent.toUpperCase(), drill: wish().get("drill"), leg: wish().get("leg") ?? "", vibration: true, numbers: {} });
    }
    drillsCame();
  } catch {
    setTimeout(loadDrills, 1000);
  }
}
loadDrills();
