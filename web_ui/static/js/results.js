// After a drill: a line and a table, first from the events, then with the measures of the records.

import { get } from "./api.js";
import { titleOf } from "./form.js";
import { NOTHING, number, setText } from "./values.js";

const TRY_AGAIN_MS = 1000;
const OUTCOMES = {
  held: "✓ held",
  "foot-down": "foot down",
  "step-off": "stepped off",
  "not-started": "not started",
  stopped: "stopped",
};
const DRILLS = {
  completed: "The drill is complete",
  stopped: "The drill was stopped",
  tripped: "The station stopped the drill for safety",
  abandoned: "The patient did not get on in time",
};
const card = document.getElementById("result");
let shown = "";
let measured = null;
let lookedFor = "";

function row(cells) {
  const line = document.createElement("tr");
  for (const [text, isNumber] of cells) {
    const cell = document.createElement("td");
    cell.textContent = text;
    if (isNumber) cell.className = "number";
    line.append(cell);
  }
  return line;
}

// 2026-11-21 04:11, on the wall's clock.
function isoMinute(when) {
  const two = (part) => String(part).padStart(2, "0");
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return `${day} ${two(when.getHours())}:${two(when.getMinutes())}`;
}

function figure(measures, name, digits) {
  return number(measures?.[name], digits);
}

export function showResult(snapshot) {
  const result = snapshot?.result;
  card.hidden = !result;
  if (!result) return;
  const ended = result.outcome !== "";
  const name = `${snapshot.epoch}/${result.session}`;
  if (ended && lookedFor !== name) {
    lookedFor = name;
    measured = null;
    look(snapshot.epoch, result, name);
  }
  const key = `${name} ${ended} ${result.trials.length} ${measured !== null}`;
  if (key === shown) return;
  shown = key;
  const held = result.trials.filter((trial) => trial.outcome === "held").length;
  const asked = result.trials_asked || result.trials.length;
  setText(document.getElementById("result-title"), ended ? "Result" : "Trials so far");
  const byFoot = result.outcome === "stopped" && result.stopped_by === "foot switch";
  const how = byFoot ? "The foot switch stopped the drill" : DRILLS[result.outcome] ?? "The drill has ended";
  const line = ended ? `${how}. ` : "";
  setText(document.getElementById("result-line"), `${result.patient}: ${line}${held} of ${asked} ${asked === 1 ? "trial" : "trials"} held.`);
  setText(document.getElementById("result-reason"), result.reason ? `${result.reason.what} ${result.reason.remedy}` : "");
  document.getElementById("result-rows").replaceChildren(...result.trials.map((trial) => {
    const detail = lookedFor === name && measured?.trials.find((one) => one.number === trial.number);
    return row([
      [String(trial.number), false],
      [OUTCOMES[trial.outcome] ?? trial.outcome, false],
      [number(trial.hold_s, 1), true],
      [figure(detail?.measures, "mean_velocity_mm_s", 1), true],
      [figure(detail?.measures, "ellipse_area_mm2", 0), true],
      [figure(detail?.vibration, "measured_hz", 1), true],
    ]);
  }));
  setText(document.getElementById("result-note"),
    !ended ? "" : measured === null ? "The measures are being made …" : `Measures by pipeline ${measured.pipeline}.`);
}

// Ask the records until the measures are there, for as long as this is the session on show.
async function look(epoch, { session, patient, trials: { length: trials } }, name) {
  while (lookedFor === name && measured === null) {
    try {
      const { sessions } = await get(`/sessions?limit=20&patient=${encodeURIComponent(patient)}`);
      const found = sessions.find((one) => one.ring_epoch === epoch && one.ring_session === session);
      // While the session is recorded, measures come trial by trial: wait for the last one.
      if (found?.pipeline && found.state !== "recording") {
        const detail = await get(`/sessions/${encodeURIComponent(found.id)}`);
        if (lookedFor === name && detail.trials.length >= trials) {
          measured = detail;
          showHistory(patient);
        }
      }
    } catch {
      // The records may be busy or not there yet: the next look shows it.
    }
    await new Promise((resolve) => { setTimeout(resolve, TRY_AGAIN_MS); });
  }
}

// The patient's sessions so far, for the code in the form.
export async function showHistory(patient) {
  const history = document.getElementById("history");
  let sessions = [];
  try {
    if (patient) ({ sessions } = await get(`/sessions?limit=8&patient=${encodeURIComponent(patient)}`));
  } catch {
    sessions = [];
  }
  history.hidden = sessions.length === 0;
  document.getElementById("history-title").textContent = `Earlier sessions of ${patient}`;
  document.getElementById("history-rows").replaceChildren(...sessions.map((one) => row([
    [isoMinute(new Date(one.started_ms)), false],
    [titleOf(one.drill), false],
    [one.leg, false],
    [one.outcome && one.pipeline ? `${one.trials_held} of ${one.trials_count}` : NOTHING, true],
  ])));
}
