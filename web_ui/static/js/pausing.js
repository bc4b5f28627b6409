// A pause after this try, and to go on: in one place, by who controls. With vibration to go on is confirmed, as a Start is.

import { post } from "./api.js";
import { settle } from "./tap.js";
import { say } from "./texts.js";
import { put, setText } from "./values.js";

const PAUSED = "pause";
const STILL = "armed-still"; // nothing will vibrate
const OVER = ["idle", "get-off", "done"];
const byId = (id) => document.getElementById(id);
let latest = null; // the newest snapshot of a drill that this phone controls; null where it controls none
let sure = false; // whether the confirmation is asked for
let was = "";

async function ask(path, body) {
  setText(byId("pausing-problem"), "");
  try {
    await post(`/drill/${path}`, { session: latest.session, ...body });
  } catch (error) {
    if (!error.problem) throw error;
    setText(byId("pausing-problem"), error.message);
  }
}

function show() {
  const paused = latest?.phase.name === PAUSED;
  const more = latest !== null && Math.max(1, latest.trial) < latest.trials && !OVER.includes(latest.phase.name);
  const now = paused ? (sure ? "sure" : "paused") : more ? "runs" : "none";
  if (now !== was) {
    if (was !== "") settle(); // who taps for a pause as it begins must not go on by it
    was = now;
    setText(byId("pausing-problem"), "");
  }
  put(byId("pausing"), "hidden", now === "none");
  put(byId("pause"), "hidden", now !== "runs");
  put(byId("go-on"), "hidden", now !== "paused");
  put(byId("go-on-sure"), "hidden", now !== "sure");
  if (now === "none") return;
  put(byId("pause"), "ariaPressed", String(latest.pausing));
  setText(byId("go-on"), say("page.therapist.go-on", { number: latest.trial + 1, count: latest.trials }));
}

export function showPausing(snapshot, me) {
  if (snapshot === null) return; // the last ones stay: a gap must not move the buttons
  const may = document.body.dataset.may.split(" ").includes("run");
  const mine = may && snapshot.session > 0 && (snapshot.holder === me.name || snapshot.holder === "");
  latest = mine ? snapshot : null;
  if (latest?.phase.name !== PAUSED) sure = false;
  show();
}

const goOn = () => ask("go-on", { trial: latest.trial, ...(latest.pause > 0 ? { pause: latest.pause } : {}) });

byId("pause").addEventListener("click", () => ask("pause", { wanted: !latest.pausing }));
byId("go-on").addEventListener("click", () => {
  if (latest.arming_says === STILL) {
    goOn();
    return;
  }
  sure = true;
  show();
  byId("go-on-go").focus({ preventScroll: true });
  byId("go-on-sure").scrollIntoView({ block: "center" }); // on a low screen it opens behind STOP
});
byId("go-on-back").addEventListener("click", () => {
  sure = false;
  show();
});
byId("go-on-go").addEventListener("click", goOn);
