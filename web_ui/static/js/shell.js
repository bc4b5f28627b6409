// The shell of the pages below /therapist: the strip with the one most urgent thing, the bar that leads to what runs, and
// whether the page is about another patient than the one on the plate.

import { showOrder } from "./order.js";
import { startPage } from "./page.js";
import { settle } from "./tap.js";
import { say } from "./texts.js";
import { NOTHING, put, setText } from "./values.js";
import { HELD_WORDS, heldBy, keepAwake, mayBeHeldBy } from "./wake.js";

const WARN_SHARE = 0.5; // of the time that a vibration may go on with nobody there, as on the therapist's page
const own = (key, values) => say(`page.shell.${key}`, values);
const byId = (id) => document.getElementById(id);
const about = document.body.dataset.patient ?? ""; // whose page this is; "" for nobody's

// `render(snapshot, me)` as for `startPage`. Returns who this browser is.
export function startShell(render = () => {}) {
  if (about !== "") showOrder(about);
  return startPage((snapshot, me) => {
    if (snapshot !== null) {
      keepAwake(snapshot.session > 0);
      showRunning(snapshot);
    }
    showUrgent(snapshot, me);
    render(snapshot, me);
  });
}

// One thing, the most urgent. Without live data the strip's other half says all there is.
function showUrgent(snapshot, me) {
  setText(byId("urgent"), snapshot === null ? "" : urgent(snapshot, me));
}

function urgent({ trip, session, vibration, holder, presence_left_s: left, presence_within_s: within }, me) {
  if (trip !== null) return own("locked");
  if (left !== null && left < within * WARN_SHARE) return own("nobody-watches", { seconds: Math.ceil(left) });
  if (session > 0 && vibration.output_hz > 0) return own("vibrates", { hz: Math.round(vibration.output_hz) });
  if (holder !== "" && holder !== me.name) return own("looks-on");
  if (session === 0) return mayBeHeldBy() === "" ? own("may-lock") : "";
  return say(HELD_WORDS[heldBy()]);
}

function showRunning(snapshot) {
  const bar = byId("running");
  const words = running(snapshot);
  const isOther = about !== "" && snapshot.session > 0 && snapshot.patient !== about;
  if (bar.hidden !== (words === "") || byId("other").hidden === isOther) settle();
  put(bar, "hidden", words === "");
  bar.classList.toggle("bad", snapshot.session === 0);
  setText(bar, words);
  put(byId("other"), "hidden", !isOther);
  document.body.classList.toggle("about-another", isOther);
}

// What the therapist's page would show now; empty where there is nothing but its form.
function running({ session, patient, leg_word: leg, phase, countdown_s: left, trip, notice }) {
  if (session > 0) {
    const seconds = Number.isFinite(left) ? Math.ceil(left) : NOTHING;
    return own("runs", { patient, leg: say(`leg.${leg}`), phase: say(`phase.${phase.name}`), seconds });
  }
  if (trip !== null) return own("tripped");
  return notice === null ? "" : own("cut-off");
}
