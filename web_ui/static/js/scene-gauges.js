// Bands and bars: a value on an axis of its own, the part of it that is asked for, and the line that it must not cross.

import { box, check, hatch, lineOf, trace, words } from "./scene-signs.js";

const RANGE = { // least and most of each axis, and whether it lies
  ml: [-1400, 1400, true], ap: [-1050, 1050, false], "share-right": [0, 1000, true], load: [0, 1000, false],
  "force-of-best": [0, 1100, false], rise: [0, 1000, false], "time-error": [-500, 500, true], "heel-load": [0, 1000, false],
};
const ROOM = 1.25; // an axis of newtons goes so far beyond the highest line on it
const BESIDE_WORDS = 0.37; // of the width: an axis of newtons has its kilograms to the right of it
const BEAT_ROOM_MM = 66; // at the lower or the right edge, where a beat swings
const NOT_SHOWN = -32768; // of a bar's peak (drills/scene.py)

// Where an axis is: the axes of a scene stand side by side, or lie one above the other.
function gaugeOf({ scene, size, mm }, axis) {
  const axes = [...new Set(scene.slots.filter((slot) => ["band", "bar"].includes(slot.kind)).map((slot) => slot.look))];
  const [least, most, lies] = RANGE[axis] ?? RANGE.load;
  const kin = axes.filter((one) => (RANGE[one] ?? RANGE.load)[2] === lies);
  const mixed = kin.length < axes.length; // upright ones to the left, lying ones to the right of them
  const place = axis === "load" ? BESIDE_WORDS : (kin.indexOf(axis) + 1) / (kin.length + 1) * (mixed && !lies ? 0.56 : 1);
  const lines = scene.slots.filter((slot) => slot.kind === "band" && slot.look === axis).flatMap((slot) => [slot.y, slot.size]);
  const top = axis === "load" && lines.length ? ROOM * Math.max(...lines) : most;
  const small = scene.view === "wide" ? 0.25 : 1;
  const beside = mixed && lies;
  const length = (lies ? size.width : size.height) * (beside ? 0.36 : 0.86) * (lies ? 1 : small);
  const start = beside ? size.width * 0.58 : ((lies ? size.width : size.height) - length) / 2;
  const half = mm(beside ? 26 : 50) * small;
  const across = lies ? size.height * (small < 1 ? 0.93 : beside ? 0.16 : place) : size.width * place;
  const along = (value) => {
    const part = Math.min(Math.max((value - least) / (top - least), 0), 1);
    return lies ? start + part * length : start + (1 - part) * length;
  };
  // A box from one value to the other, so much of the gauge's half width.
  const span = (one, other, part = 1) => {
    const [from, to] = [along(one), along(other)];
    const [middle, reach] = [(from + to) / 2, Math.abs(to - from) / 2];
    return lies ? box(middle, across, reach, half * part, mm(4)) : box(across, middle, half * part, reach, mm(4));
  };
  return { lies, along, across, half, least, most: top, span };
}

// On a view of the plate a band is a strip between two lines.
function plateBand(pen, slot) {
  const { own, size, mm } = pen;
  const upright = slot.look === "ml";
  const [one, other] = upright ? [own(slot.x, 0)[0], own(slot.y, 0)[0]] : [own(0, slot.x)[1], own(0, slot.y)[1]];
  const [middle, half] = [(one + other) / 2, Math.abs(other - one) / 2];
  const beaten = pen.scene.slots.some(({ kind }) => kind === "beat") ? mm(BEAT_ROOM_MM) : mm(6);
  const long = ((upright ? size.height : size.width) - mm(6) - beaten) / 2; // half of it
  const path = upright ? box(middle, mm(6) + long, half, long) : box(mm(6) + long, middle, long, half);
  trace(pen, path, slot.state, { fill: slot.state === "now" ? "box-ground" : undefined });
  if (slot.state === "done") check(pen, upright ? middle : mm(40), upright ? mm(40) : middle, mm(20));
}

export function drawBand(pen, slot) {
  if (pen.onPlate && ["ml", "ap"].includes(slot.look)) return plateBand(pen, slot);
  const gauge = gaugeOf(pen, slot.look);
  trace(pen, gauge.span(gauge.least, gauge.most), "waiting", { fill: "card" });
  const path = gauge.span(slot.x, slot.y, 1.15);
  trace(pen, path, slot.state, { fill: "box-ground" });
  fillOf(pen, gauge, slot);
  if (slot.size > 0) stopZone(pen, gauge, slot);
  if (slot.look === "load" && !pen.onPlate && pen.scene.view === "gauge") line(pen, gauge, slot);
  const [x, y] = gauge.lies ? [gauge.along((slot.x + slot.y) / 2), gauge.across - gauge.half * 1.6] : [gauge.across + gauge.half * 1.7, gauge.along((slot.x + slot.y) / 2)];
  if (slot.state === "done") check(pen, x, y, pen.mm(20));
  return undefined;
}

// Beside the upper end of a band of load: how much that is, and that it is not to be passed.
// On a phone's small picture only how much it is.
const isTight = (pen) => pen.mm(1) > 1.1 * pen.unit;

function line(pen, gauge, slot) {
  const colour = slot.state === "over-line" ? "stop-line" : "box";
  const [x, y] = [gauge.across + gauge.half * 1.6, gauge.along(slot.y)];
  words(pen, pen.say(isTight(pen) ? "page.all.load-most" : "page.all.load-line", { kg: Math.round(10 * slot.y / pen.scene.n_a_kg) / 10 }), x, y, { xHeightMm: 14, colour, align: "left" });
}

// The share of the time that was spent inside fills the band's ground from its lower end.
function fillOf({ context, colours, alpha }, gauge, slot) {
  const part = Math.min(Math.max(slot.value / 1000, 0), 1);
  if (part === 0) return;
  context.globalAlpha = alpha * 0.35;
  context.fillStyle = colours.box;
  context.fill(gauge.span(slot.x, slot.x + (slot.y - slot.x) * part, 1.1));
  context.globalAlpha = alpha;
}

// From the band's upper end to the stop line; over the line its hatch is thick.
function stopZone(pen, gauge, slot) {
  const over = slot.state === "over-line";
  const path = gauge.span(slot.y, slot.size, 1.35);
  hatch(pen, path, { width: over ? 9 : 4 });
  trace(pen, path, "waiting", { colour: "stop-line", width: over ? 9 : 7 });
}

export function drawBar(pen, slot) {
  const gauge = gaugeOf(pen, slot.look);
  const { context, colours, mm } = pen;
  const line = lineOf(slot.state);
  if (!pen.scene.slots.some((one) => one.kind === "band" && one.look === slot.look)) {
    trace(pen, gauge.span(gauge.least, gauge.most), "waiting");
  }
  const from = gauge.least < 0 ? 0 : slot.look === "share-right" ? 500 : gauge.least;
  const path = gauge.span(from, slot.x, 0.8);
  if (slot.state === "now" || slot.state === "waiting") {
    context.fillStyle = colours[slot.state === "now" ? "dot" : "line-strong"];
    context.fill(slot.state === "now" ? path : gauge.span(from, slot.x, 0.4));
  } else trace(pen, path, slot.state, { fill: line.fill });
  if (slot.look === "share-right") middle(pen, gauge);
  marker(pen, gauge, slot.x, "ink", []);
  if (slot.y !== NOT_SHOWN) marker(pen, gauge, slot.y, "ink", [mm(3), mm(6)]);
  if (slot.value) number(pen, gauge, slot);
  if (slot.state === "done") check(pen, ...beside(gauge, slot.x, -1.8), mm(18));
}

function beside(gauge, value, halves) {
  return gauge.lies ? [gauge.along(value), gauge.across + gauge.half * halves] : [gauge.across + gauge.half * halves, gauge.along(value)];
}

function marker({ context, colours, mm }, gauge, value, colour, dash) {
  context.beginPath();
  context.moveTo(...beside(gauge, value, -1));
  context.lineTo(...beside(gauge, value, 1));
  context.setLineDash(dash);
  context.lineWidth = mm(5);
  context.strokeStyle = colours[colour];
  context.stroke();
  context.setLineDash([]);
}

// Both feet's parts under the bar, and between them by how much they may be off.
function bothParts(pen, gauge, slot) {
  const y = gauge.across + gauge.half * 2;
  const right = Math.round(slot.x / 10);
  words(pen, String(100 - right), gauge.along(250), y, { xHeightMm: 32, weight: 750 });
  words(pen, String(right), gauge.along(750), y, { xHeightMm: 32, weight: 750 });
  if (slot.size) words(pen, `± ${Math.round(slot.size / 10)}`, gauge.along(500), y, { colour: "ink-soft", xHeightMm: 20 });
}

// Short strokes above and below the middle of a bar of two halves.
function middle({ context, colours, mm }, gauge) {
  const x = gauge.along(500);
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x, gauge.across + side * gauge.half * 1.2);
    context.lineTo(x, gauge.across + side * gauge.half * 1.45);
  }
  context.lineWidth = mm(5);
  context.strokeStyle = colours.ink;
  context.stroke();
}

function number(pen, gauge, slot) {
  if (slot.look === "share-right") {
    bothParts(pen, gauge, slot);
    return;
  }
  if (slot.look === "load") {
    const text = pen.say("page.all.load-now", { kg: slot.x / pen.scene.n_a_kg });
    words(pen, text, gauge.across + gauge.half * 1.6, gauge.along(gauge.least) - pen.mm(30), { xHeightMm: isTight(pen) ? 12 : 32, weight: 750, align: "left" });
    return;
  }
  const shares = ["share-right", "force-of-best", "heel-load"].includes(slot.look);
  const value = slot.look === "time-error" ? slot.x : Math.round(shares ? slot.x / 10 : slot.x);
  const error = slot.size ? ` ±${shares ? Math.round(slot.size / 10) : slot.size}` : "";
  const [x, y] = beside(gauge, slot.x, gauge.lies ? -1.7 : 1.4);
  words(pen, `${value}${error}`, x, y, { xHeightMm: 16, weight: 750, align: gauge.lies ? "center" : "left" });
}
