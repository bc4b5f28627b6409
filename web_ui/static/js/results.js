// After a drill: a line and a table, first from the events, then with the measures of the records.

import { get } from "./api.js";
import { comparisonOf, compares, paintCompared } from "./compared.js";
import { counted } from "./counted.js";
import { titleOf } from "./form.js";
import { pausedWords } from "./paused.js";
import { dateTime, faultWords, has, say, sentences } from "./texts.js";
import { NOTHING, number, put, setText, setWords } from "./values.js";

const [SOON_MS, LONGER, LONGEST_MS] = [200, 1.1, 1000]; // figures come within two seconds, or there is much to do
const card = document.getElementById("result");
let shown = "";
let measured = null;
let lookedFor = "";

function row(cells) {
  const line = document.createElement("tr");
  for (const [text, isNumber] of cells) {
    const cell = document.createElement("td");
    setWords(cell, typeof text === "string" ? { words: text, language: "" } : text);
    if (isNumber) cell.className = "number";
    line.append(cell);
  }
  return line;
}

const own = (key, values) => say(`page.therapist.${key}`, values);
// What is said of this name; of a newer release's name the one of `other`.
const named = (beginning, name, other) => (has(`page.therapist.${beginning}${name}`) ? own(`${beginning}${name}`) : other);

// How a leg that may carry a part was loaded in a trial; empty for any other.
function loadWords({ number: trial, load }) {
  if (!load || load.peak_n === null) return "";
  const blind = load.tries.filter((one) => one.blind && one.error_percent !== null).map((one) => one.error_percent);
  const error = blind.length === 0 ? "" : own("load-blind", { percent: blind.reduce((sum, one) => sum + one) / blind.length });
  const all = { trial, kg: load.mean_kg ?? 0, peak_kg: load.peak_kg, order_kg: load.order_kg, seconds: load.over_order_s ?? 0 };
  return sentences([own("load", all), ...(error === "" ? [] : [error])]);
}

// How a trial went: what was reached, where the exercise counts that.
function trialWords({ outcome, score, goal }, counts) {
  const how = named("trial.", outcome, outcome);
  if (goal === null) return how;
  const reached = counted({ score, goal }, counts);
  return outcome === "held" ? own("reached", reached) : own("reached-until", { how, ...reached });
}

const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

// What counts is the score: how the body swayed on its way says nothing of balance.
const isScored = (trials) => trials.length > 0 && trials.every(({ goal }) => goal !== null);

// The best of several tries, which the patient reads too; what was reached in all of them stands behind it.
function withBest(words, scored, counts) {
  if (scored.length < 2) return words;
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return sentences([words, own("best-try", counted(best, counts))]);
}

// How it went, in a line: how the drill ended, and how many trials were held, or what was reached in them.
function line({ patient, outcome, stopped_by: by, trials, trials_asked: asked, counts }) {
  const held = trials.filter((trial) => trial.outcome === "held").length;
  const n = asked || trials.length;
  const scored = trials.filter(({ goal }) => goal !== null);
  const reached = counted({ score: sum(scored.map(({ score }) => score)), goal: sum(scored.map(({ goal }) => goal)) }, counts);
  if (outcome === "") return scored.length > 0 ? withBest(own("all-reached", { patient, ...reached }), scored, counts) : own("trials-held", { patient, held, n });
  const byFoot = outcome === "stopped" && by === "foot switch";
  const how = named("how.", byFoot ? "foot-switch" : outcome, own("how.other"));
  return scored.length > 0 ? withBest(own("ended-reached", { patient, how, ...reached }), scored, counts) : own("ended", { patient, how, held, n });
}

// What stands below the table: what its dashes are, and who has made its figures.
function noteWords(ended, figures, table) {
  if (figures === null) return ended ? own("measuring") : own("dash-yet");
  return sentences([...(table.includes(NOTHING) ? [own("dash-none")] : []), own("measured-by", { pipeline: figures.pipeline })]);
}

// What is counted has no norm, and what has no figures has none yet.
const normWords = ({ norms, trials }) => (norms.length > 0 ? sentences(norms) : trials.some((one) => one.outcome === "held") ? say("page.all.no-norm") : "");

function figure(measures, name, digits) {
  return number(measures?.[name], digits);
}

export function showResult(snapshot) {
  const result = snapshot?.result;
  put(card, "hidden", !result);
  if (!result || `${result.epoch}/${result.session}` !== lookedFor) put(document.getElementById("compared"), "hidden", true);
  if (!result) return;
  const ended = result.outcome !== "";
  const name = `${result.epoch}/${result.session}`;
  if (ended && lookedFor !== name) {
    lookedFor = name;
    measured = null;
    look(result, name);
  }
  const figures = lookedFor === name ? measured : null; // those that are there may be of the drill before
  const key = `${name} ${ended} ${result.trials.length} ${figures !== null}`;
  if (key === shown) return;
  shown = key;
  setText(document.getElementById("result-title"), own(ended ? "result" : "so-far"));
  setText(document.getElementById("result-line"), line(result));
  const why = result.reason === null ? null : faultWords(result.reason.code);
  const table = document.getElementById("result-rows").closest(".scroll");
  put(table, "hidden", result.trials.length === 0);
  table.classList.toggle("scored", isScored(result.trials));
  table.classList.toggle("still", isScored(result.trials) && !(figures?.trials ?? []).some(({ vibration }) => vibration?.measured_hz > 0));
  setText(document.getElementById("result-reason"), why === null ? "" : sentences([why.what, why.remedy]));
  document.getElementById("result-rows").replaceChildren(...result.trials.map((trial) => {
    const detail = figures?.trials.find((one) => one.number === trial.number);
    return row([
      [String(trial.number), false],
      [trialWords(trial, result.counts), false],
      [number(trial.hold_s, 1), true],
      [figure(detail?.measures, "mean_velocity_mm_s", 1), true],
      [figure(detail?.measures, "ellipse_area_mm2", 0), true],
      [figure(detail?.vibration, "measured_hz", 1), true],
    ]);
  }));
  setText(document.getElementById("result-load"), (figures?.trials ?? []).map(loadWords).filter((words) => words !== "").join(" "));
  const paused = (figures?.trials ?? []).filter((one) => (one.paused_s ?? null) !== null);
  setText(document.getElementById("result-paused"), paused.map((one) => pausedWords(one.number, one.paused_s)).join(" · "));
  put(document.getElementById("result-simulated"), "hidden", !figures?.simulated || document.body.hasAttribute("data-practice"));
  setText(document.getElementById("result-norm"), figures === null || isScored(result.trials) ? "" : normWords(figures));
  const suspect = (figures?.trials ?? []).filter((trial) => trial.suspect)
    .map(({ number: trial, suspect: why }) => own("suspect", { trial, why }));
  setText(document.getElementById("result-suspect"), suspect.length === 0 ? "" : sentences(suspect));
  setText(document.getElementById("result-note"),
    result.trials.length === 0 ? "" : noteWords(ended, figures, document.getElementById("result-rows").textContent));
}

// Ask the records until the measures are there, for as long as this is the session on show.
async function look({ epoch, session, patient, trials: { length: trials } }, name) {
  let wait = SOON_MS;
  while (lookedFor === name && measured === null) {
    try {
      const { sessions } = await get(`/sessions?limit=20&patient=${encodeURIComponent(patient)}`);
      const found = sessions.find((one) => one.ring_epoch === epoch && one.ring_session === session);
      // While the session is recorded, measures come trial by trial; the pipeline is named once they are of the whole.
      if (found?.pipeline) {
        const detail = await get(`/sessions/${encodeURIComponent(found.id)}`);
        const compared = compares(detail.trials) ? await comparisonOf(found.id) : null;
        if (lookedFor === name && detail.trials.length >= trials) {
          measured = detail;
          if (compared !== null) paintCompared(compared);
          showHistory(patient);
        }
      }
    } catch {
      // The records may be busy or not there yet: the next look shows it.
    }
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    wait = Math.min(wait * LONGER, LONGEST_MS);
  }
}

// The patient's sessions so far, for the code in the form; the newest is first.
export async function showHistory(patient) {
  let sessions = [];
  try {
    if (patient) ({ sessions } = await get(`/sessions?limit=8&patient=${encodeURIComponent(patient)}`));
  } catch {
    sessions = [];
  }
  paintHistory(patient, sessions);
  return sessions;
}

function paintHistory(patient, sessions) {
  document.getElementById("history").hidden = sessions.length === 0;
  document.getElementById("history-title").textContent = own("earlier", { patient });
  document.getElementById("history-rows").replaceChildren(...sessions.map((one) => row([
    [dateTime(one.started_ms), false],
    [titleOf(one.drill), false],
    [say(`leg.${one.leg_word}`), false],
    [one.outcome && one.pipeline ? own("of", { part: one.trials_held, whole: one.trials_count }) : NOTHING, true],
  ])));
}
