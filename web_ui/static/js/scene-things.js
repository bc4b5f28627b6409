// Things that are no place: paths, gates, falling things, beats, rings, arrows and words. By the kind of a slot.

import { drawBand, drawBar } from "./scene-gauges.js";
import { drawPlace } from "./scene-places.js";
import { DIM, arc, box, check, circle, head, lineOf, trace, words } from "./scene-signs.js";

// A kind of a later release is passed over.
export function drawThing(pen, slot) {
  DRAW[slot.kind]?.(pen, slot);
}

// A lane with its two edges and a dotted guide; the way that is done is bright. `points` is the shape, x after y.
function drawPath(pen, slot) {
  const { context, colours, mm, at, scale } = pen;
  const points = [];
  for (let index = 0; index + 1 < slot.points.length; index += 2) {
    points.push(at(slot.points[index] + slot.x, slot.points[index + 1] + slot.y));
  }
  if (points.length < 2) return;
  const path = new Path2D();
  path.moveTo(points[0][0], points[0][1]);
  for (let index = 1; index < points.length; index += 1) path.lineTo(points[index][0], points[index][1]);
  if (slot.size <= 0) { // a way without walls
    if (pen.scene.view === "gauge") land(pen, path, points);
    trace(pen, path, slot.state);
    return;
  }
  const lane = Math.max(2 * slot.size * scale, mm(8));
  const line = lineOf(slot.state);
  const edges = { "over-line": 8, now: 4 }[slot.state] ?? 2;
  for (const [width, colour] of [[lane + 2 * mm(edges), line.colour], [lane, "card"]]) {
    context.lineWidth = width;
    context.strokeStyle = colours[colour];
    context.setLineDash(line.dash.map(mm));
    context.stroke(path);
  }
  context.setLineDash([mm(4), mm(10)]);
  context.lineWidth = mm(5);
  context.strokeStyle = colours["line-strong"];
  context.stroke(path);
  context.setLineDash([]);
  drawWay(pen, points, slot.value / 1000);
  if (slot.state === "done") check(pen, ...points.at(-1), mm(20));
}

// On a gauge a line without walls is land: what is below it is solid.
function land({ context, colours, size }, path, points) {
  const ground = new Path2D(path);
  ground.lineTo(points.at(-1)[0], size.height);
  ground.lineTo(points[0][0], size.height);
  context.fillStyle = colours["box-ground"];
  context.fill(ground);
}

const between = (one, other) => Math.sqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2); // faster than hypot

function drawWay({ context, colours, mm }, points, part) {
  let left = 0;
  for (let index = 1; index < points.length; index += 1) left += part * between(points[index - 1], points[index]);
  if (left <= 0) return;
  context.beginPath();
  context.moveTo(points[0][0], points[0][1]);
  for (let index = 1; index < points.length && left > 0; index += 1) {
    const [from, to] = [points[index - 1], points[index]];
    const length = between(from, to);
    const share = Math.min(1, left / length);
    context.lineTo(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share);
    left -= length;
  }
  context.lineWidth = mm(6);
  context.strokeStyle = colours.box;
  context.stroke();
}

// Two posts, or a step of a stair. The next one is white and larger, one that was passed has a ✓ between its posts.
function drawGate(pen, slot) {
  const { context, colours, mm, at, scale, alpha } = pen;
  const [x, y] = at(slot.x, slot.y);
  const half = slot.size * scale;
  const tall = mm(slot.state === "now" ? 52 : 40);
  const colour = { now: "ink", done: "box", "over-line": "stop-line" }[slot.state] ?? "line-strong";
  context.globalAlpha = alpha * (slot.state === "passed-by" ? DIM : 1);
  context.fillStyle = context.strokeStyle = colours[colour];
  if (slot.look !== "gate") trace(pen, box(x, y - tall / 4, half, tall / 4, mm(4)), slot.state);
  else {
    const posts = new Path2D();
    for (const side of [-1, 1]) posts.addPath(box(x + side * half, y - tall / 2, mm(6), tall / 2, mm(3)));
    if (slot.state === "passed-by") trace(pen, posts, slot.state);
    else if (slot.state === "over-line") trace(pen, posts, slot.state);
    else context.fill(posts);
  }
  context.lineWidth = mm(4);
  context.setLineDash([mm(4), mm(slot.state === "now" ? 8 : 12)]);
  context.beginPath();
  context.moveTo(x - half, y);
  context.lineTo(x + half, y);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = alpha;
  if (slot.state === "done") check(pen, x, y - tall / 2, mm(24));
}

function drawFalling(pen, slot) {
  const [x, y] = pen.at(slot.x, slot.y);
  const half = slot.size * pen.scale;
  const gone = ["passed-by", "done", "over-line"].includes(slot.state);
  if (slot.look === "leave") {
    trace(pen, box(x, y, half, half), slot.state, { fill: gone ? undefined : "leave", colour: gone ? undefined : "leave" });
    if (!gone) bar(pen, x, y, half);
  } else trace(pen, circle(x, y, half), slot.state, { fill: gone ? undefined : "lead", colour: gone ? undefined : "lead" });
  if (slot.state === "now") trace(pen, slot.look === "leave" ? box(x, y, half * 1.3, half * 1.3) : circle(x, y, half * 1.3), "waiting");
  if (slot.state === "done") check(pen, x, y, half);
}

function bar({ context, colours, mm }, x, y, half) {
  context.fillStyle = colours["dot-edge"];
  context.fillRect(x - half * 0.7, y - mm(3), half * 1.4, mm(6));
}

const lyingBar = ({ view, slots }) => view === "gauge" && slots.every(({ look }) => look !== "rise") && slots.some(({ look }) => look === "share-right");

// A marker that swings on a track by the phase of the beat; in and out it grows and shrinks.
function drawBeat(pen, slot) {
  const { context, colours, mm, size } = pen;
  const swing = (1 - Math.cos(2 * Math.PI * slot.value / 1000)) / 2; // 0 at the beginning, 1 half way
  context.strokeStyle = colours["line-strong"];
  context.lineWidth = mm(4);
  if (slot.look === "in-out") {
    trace(pen, circle(size.width / 2, size.height / 2, mm(30) + swing * mm(60)), slot.state);
    return;
  }
  const upright = slot.look === "up-down";
  const crossed = upright && lyingBar(pen.scene); // below its end there is room
  const reach = mm(crossed ? 56 : 90);
  const [x, y] = upright ? [size.width - mm(24), size.height / 2 + (crossed ? mm(138) : 0)] : [size.width / 2, size.height - mm(36)];
  const [dx, dy] = upright ? [0, -1] : [1, 0];
  context.beginPath();
  context.moveTo(x - dx * reach, y - dy * reach);
  context.lineTo(x + dx * reach, y + dy * reach);
  context.stroke();
  const at = [x + dx * reach * (2 * swing - 1), y + dy * reach * (2 * swing - 1)];
  trace(pen, circle(...at, mm(20)), slot.state, { fill: slot.state === "now" ? "lead" : undefined });
  if (slot.state === "done") check(pen, ...at, mm(24));
}

function drawRing(pen, slot) {
  const { context, colours, mm } = pen;
  const [x, y] = pen.at(slot.x, slot.y);
  const radius = Math.max(slot.size, 0) * pen.scale;
  const part = slot.value / 1000;
  if (slot.look === "breath") {
    trace(pen, circle(x, y, radius * (0.4 + 0.6 * part)), slot.state);
    trace(pen, circle(x, y, radius), "waiting", { width: 1 });
  } else {
    trace(pen, circle(x, y, radius), slot.state);
    if (slot.look === "time") arc(pen, x, y, radius, part, { widthMm: 13, colour: "dot" });
    else {
      const angle = 2 * Math.PI * (slot.value / 10) / 12 - Math.PI / 2;
      context.beginPath();
      for (let hour = 0; hour < 12; hour += 1) {
        const [cos, sin] = [Math.cos(hour * Math.PI / 6), Math.sin(hour * Math.PI / 6)];
        context.moveTo(x + cos * (radius - mm(10)), y + sin * (radius - mm(10)));
        context.lineTo(x + cos * radius, y + sin * radius);
      }
      context.lineWidth = mm(3);
      context.strokeStyle = colours["line-strong"];
      context.stroke();
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + Math.cos(angle) * radius * 0.75, y + Math.sin(angle) * radius * 0.75);
      context.lineWidth = mm(7);
      context.strokeStyle = colours.ink;
      context.stroke();
    }
  }
  if (slot.state === "done") check(pen, x, y, radius);
}

// lean: a line with a head; push: a broad one; how far off: heads at both ends; tilt: dashed, with a bar at its foot.
function drawArrow(pen, slot) {
  const { context, colours, mm, scale, alpha } = pen;
  const [x, y] = pen.at(slot.x, slot.y);
  const angle = slot.value / 10 * Math.PI / 180 + pen.turn;
  const [cos, sin] = [Math.cos(angle), -Math.sin(angle)];
  const length = Math.max(slot.size * scale, mm(slot.look === "tilt" ? 45 : 20));
  const [endX, endY] = [x + cos * length, y + sin * length];
  const line = lineOf(slot.state);
  const width = slot.look === "push" ? 2.5 * line.widthMm : line.widthMm + (slot.look === "tilt" ? 3 : 1);
  context.globalAlpha = alpha * (line.dim ? DIM : 1);
  context.strokeStyle = context.fillStyle = colours[slot.state === "now" ? "lead" : line.colour];
  context.lineWidth = mm(width);
  context.setLineDash(line.dash.length ? line.dash.map(mm) : slot.look === "tilt" ? [mm(10), mm(5)] : []);
  const tip = mm(slot.look === "push" ? 30 : 22);
  context.beginPath();
  context.moveTo(x + (slot.look === "how-far-off" ? cos * tip : 0), y + (slot.look === "how-far-off" ? sin * tip : 0));
  context.lineTo(endX - cos * tip, endY - sin * tip);
  context.stroke();
  context.setLineDash([]);
  head(pen, endX, endY, angle, tip, tip * 0.6);
  if (slot.look === "how-far-off") head(pen, x, y, angle + Math.PI, tip, tip * 0.6);
  if (slot.look === "tilt") {
    context.beginPath();
    context.moveTo(x + sin * tip, y - cos * tip);
    context.lineTo(x - sin * tip, y + cos * tip);
    context.stroke();
  }
  context.globalAlpha = alpha;
  if (slot.state === "done") check(pen, endX + cos * mm(24), endY + sin * mm(24), mm(18));
  if (slot.state === "over-line") trace(pen, circle(endX, endY, mm(26)), slot.state, { width: 3 });
}

// A text by its key, or a letter to read. Pictograms have no pictures yet.
function drawWord(pen, slot) {
  const [x, y] = pen.at(slot.x, slot.y);
  const text = slot.look === "letter" ? slot.says : slot.says && pen.say(slot.says);
  if (!text) return;
  const xHeightMm = slot.size ? 32 : 16;
  const line = lineOf(slot.state);
  const width = words(pen, text, x, y, {
    xHeightMm, weight: slot.state === "now" ? 800 : 500, colour: slot.state === "waiting" ? "ink-soft" : line.colour,
    ...(slot.state === "now" && { colour: "ink" }),
  });
  const [half, high] = [width / 2 + pen.mm(12), pen.mm(xHeightMm * 1.4)];
  if (slot.state === "passed-by") trace(pen, box(x, y, half, high, pen.mm(8)), slot.state);
  if (slot.state === "over-line") trace(pen, box(x, y + high, half, pen.mm(10)), slot.state, { width: 3 });
  const outward = x < pen.size.width / 2 ? -1 : 1; // beside it, away from what it is the name of
  if (slot.state === "done") check(pen, x + outward * (width / 2 + pen.mm(24)), y, pen.mm(18));
}

const DRAW = {
  place: drawPlace, path: drawPath, band: drawBand, bar: drawBar, gate: drawGate, falling: drawFalling, beat: drawBeat,
  ring: drawRing, arrow: drawArrow, word: drawWord,
};
