// What is to be heard between two snapshots: a pure function of what the screen shows, so that every sound has its sign
// there, and a frame that was dropped costs a sound at most.

import { secondsOf } from "./scene-say.js";

const CUES = { ready: "ready", start: "start", "goal-reached": "goal", "last-second": "last", hit: "hit", beat: "beat",
  "eyes-close": "eyes-close", "eyes-open": "eyes-open", stop: "stop" };
const PHRASES = ["say-step-on", "say-stand-on-left", "say-stand-on-right", "say-get-ready", "say-close-eyes", "say-open-eyes",
  "say-rest", "say-well-done", "say-hold-rail", "say-step-off"];
const [CLOSE_EYES, OPEN_EYES, WELL_DONE, STOP, STEP_OFF] = [5, 6, 8, 9, 10];
const BEFORE_HOLD = ["get-on", "weigh", "settle", "baseline", "ramp-up"];
const COUNTED = { "get-ready": "ready", left: "last" }; // of these clocks the last three seconds are heard
const LAST_S = 3;
const NOTHING = { notes: [], phrases: [], toneHz: 0, warning: "" };

export const isHalted = (snapshot) => Boolean(snapshot?.trip || snapshot?.notice);

// What a partial load says: "warn" at the order, "stop" above it, "" under it. The drill's own field comes first.
function warningOf({ load_warning: own, scene }) {
  if (own !== undefined) return own ?? "";
  return { warn: "warn", "over-line": "stop" }[scene?.cue] ?? "";
}

// `before` is null for a page that has just come, or comes again: what was said meanwhile is not said late.
export function heardBetween(before, after) {
  if (after === null) return NOTHING;
  if (isHalted(after)) {
    const fresh = before !== null && !isHalted(before);
    const phrase = after.instruction?.includes("stopped-part") ? STEP_OFF : STOP; // who may carry a part puts no foot down
    return { ...NOTHING, notes: fresh ? ["stop"] : [], phrases: fresh ? [phrase] : [] };
  }
  const { scene } = after;
  const warning = warningOf(after); // it has its own tone, and no pitch beside it
  const lasting = { toneHz: warning === "" ? scene?.tone_hz ?? 0 : 0, warning };
  if (before === null || scene === null) return { ...NOTHING, ...lasting };
  const notes = [], phrases = [];
  const was = before.scene;
  if (was === null || was.cue_count !== scene.cue_count) {
    if (CUES[scene.cue]) notes.push(CUES[scene.cue]);
    const phrase = PHRASES.indexOf(scene.cue) + 1;
    if (phrase > 0) phrases.push(phrase);
  }
  if (after.phase.name === "hold" && BEFORE_HOLD.includes(before.phase.name)) notes.push("start");
  if (was !== null) {
    notes.push(...counted(was, scene));
    if (scene.outcome === "unsafe" && was.outcome !== "unsafe") notes.push("stop");
    if (scene.outcome === "held" && was.outcome !== "held") notes.push("goal");
    if (scene.eyes === "closed" && was.eyes !== "closed") { notes.push("eyes-close"); phrases.push(CLOSE_EYES); }
    if (scene.eyes !== "closed" && was.eyes === "closed") { notes.push("eyes-open"); phrases.push(OPEN_EYES); }
  }
  if (after.phase.name === "done" && before.phase.name !== "done" && scene.outcome === "held") phrases.unshift(WELL_DONE);
  return { notes: [...new Set(notes)], phrases: [...new Set(phrases)], ...lasting };
}

// One note for each of the last three seconds of a clock that runs down.
function counted(was, now) {
  const note = COUNTED[now.clock_kind];
  if (note === undefined || was.clock_kind !== now.clock_kind || now.clock_of_ds <= 10 * LAST_S) return [];
  const [from, to] = [secondsOf(was), secondsOf(now)];
  return to < from && to > 0 && to <= LAST_S ? [note] : [];
}
