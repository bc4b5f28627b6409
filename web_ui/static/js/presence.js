// The therapist is there: says so while a drill runs and this page is looked at, and warns when nobody does.

import { post } from "./api.js";
import { say } from "./texts.js";
import { put, setText } from "./values.js";

const TIMES = 3; // how often it is said within the time that a vibration may go on alone: one may be lost, and the next late
const WARN_SHARE = 0.5; // of that time
const byId = (id) => document.getElementById(id);
const { title } = document;
let inCharge = false;
let hiddenAt = null; // when the page was hidden
let called = false;
let saidAt = -Infinity;
let withinS = 0; // as the station says

function renew() {
  const early = performance.now() - saidAt < (withinS * 1000) / TIMES;
  if (!inCharge || document.visibilityState !== "visible" || early) return;
  saidAt = performance.now();
  post("/presence").catch((error) => {
    if (error.problem?.code !== "lease-held") saidAt = -Infinity; // the next second tries again
  });
}

export function showPresence(snapshot, me) {
  const left = snapshot?.presence_left_s ?? null;
  if (snapshot !== null) {
    withinS = snapshot.presence_within_s;
    const began = !inCharge;
    // A phone that was away for a while has lost the lease, and gets it back: the station knows whose it was.
    inCharge = snapshot.session > 0 && (snapshot.holder === me.name || snapshot.holder === "");
    if (began && inCharge) renew();
  }
  const alone = snapshot !== null && left !== null && left < withinS * WARN_SHARE;
  put(byId("alone"), "hidden", !alone);
  if (!alone) return;
  setText(byId("alone-title"), say("page.therapist.alone", { seconds: Math.ceil(left) }));
  setText(byId("alone-remedy"), say(`page.therapist.alone-${inCharge ? "here" : "away"}`));
}

// Nobody sees a page that is hidden: its title says it, and the phone shakes, half of the time before the end.
function callBack() {
  const hidden = document.visibilityState !== "visible";
  if (!hidden) hiddenAt = null;
  else hiddenAt ??= performance.now();
  const awayS = hiddenAt === null ? 0 : (performance.now() - hiddenAt) / 1000;
  const call = inCharge && withinS > 0 && awayS >= withinS * WARN_SHARE;
  if (call && !called) {
    document.title = say("page.therapist.alone", { seconds: Math.max(0, Math.ceil(withinS - awayS)) });
    navigator.vibrate?.([400, 200, 400, 200, 400]);
  } else if (!call && called) document.title = title;
  called = call;
}

setInterval(() => {
  renew();
  callBack();
}, 1000);
document.addEventListener("visibilitychange", () => {
  callBack();
  saidAt = -Infinity;
  renew();
});
