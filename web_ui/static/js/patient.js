// The patient's screen: one sentence, one number, one picture.

import { Plate } from "./draw.js";
import { startPage } from "./page.js";
import { keepAwake } from "./wake.js";
import { heldSeconds, NOTHING, setText } from "./values.js";

const NO_PICTURE = "No picture now. Hold the handrail and look at your therapist.";
const PLACING = ["idle", "get-on", "rest", "get-off", "done"]; // show where to stand, not the dot
const byId = (id) => document.getElementById(id);
const plate = new Plate(byId("plate"));

startPage((snapshot) => {
  const halted = Boolean(snapshot?.trip);
  const result = snapshot?.result?.on_show ? snapshot.result : null;
  document.body.classList.toggle("halted", halted);
  setText(byId("patient"), result?.patient || snapshot?.patient || NOTHING);
  setText(byId("title"), result?.title || snapshot?.title || "");
  setText(byId("instruction"), snapshot === null ? NO_PICTURE : snapshot.instruction || NOTHING);
  setText(byId("tries"), snapshot && snapshot.trials > 0 ? `Try ${snapshot.trial} of ${snapshot.trials}` : "");
  showCountdown(halted || result ? null : snapshot);
  showTries(result ?? (snapshot?.phase.name === "rest" ? snapshot.result : null), result !== null);
  showPicture(snapshot, halted);
});
keepAwake();

function showCountdown(snapshot) {
  const left = snapshot?.session > 0 && snapshot.phase.name !== "get-on" ? snapshot.countdown_s : null;
  const shown = Number.isFinite(left) && left !== null;
  byId("countdown-block").hidden = !shown;
  if (!shown) return;
  const whole = Math.ceil(left); // up, as what was held is rounded down: the two make the whole hold
  setText(byId("countdown"), String(whole));
  setText(byId("countdown-unit"), whole === 1 ? "second" : "seconds");
}

function showTries(result, ended) {
  const block = byId("result");
  block.hidden = !result || result.trials.length === 0;
  if (block.hidden) return;
  const key = JSON.stringify(result.trials);
  if (block.dataset.key !== key) {
    block.dataset.key = key;
    byId("result-tries").replaceChildren(...result.trials.map((trial) => {
      const item = document.createElement("li");
      const held = trial.outcome === "held";
      item.className = held ? "held" : "";
      item.textContent = `${held ? "✓" : "–"} try ${trial.number}: ${heldSeconds(trial.hold_s)} s`;
      return item;
    }));
  }
  setText(byId("result-words"), ended ? praise(result) : "");
}

// Kind, and true: nobody reads that a lost balance was a success.
function praise({ trials }) {
  const held = trials.filter((trial) => trial.outcome === "held").length;
  const longest = Math.max(...trials.map((trial) => heldSeconds(trial.hold_s)));
  const all = held === 1 ? "it to the end" : held === 2 ? "both tries" : `all ${held} tries`;
  if (held === trials.length) return `Well done: you held ${all}.`;
  if (held > 0) return `You held ${held} of ${trials.length} tries to the end.`;
  if (longest > 0) return `Your longest try was ${longest} s. Every try trains your balance.`;
  return "No try was counted this time.";
}

function showPicture(snapshot, halted) {
  const placing = snapshot !== null && (halted || PLACING.includes(snapshot.phase.name));
  byId("plate").hidden = placing;
  byId("placement").toggleAttribute("hidden", !placing);
  plate.show(placing ? null : snapshot);
  if (!placing) return;
  const leg = !halted && snapshot.phase.name === "get-on" ? snapshot.leg : "";
  for (const side of ["left", "right", "both"]) byId(`foot-${side}`).classList.toggle("on", side === leg);
  setText(byId("foot-word"), { left: "LEFT foot here", right: "RIGHT foot here", both: "both feet here" }[leg] ?? "");
}
