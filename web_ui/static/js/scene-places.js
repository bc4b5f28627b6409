// Places: rings, squares, homes, boxes, balls, holes, baskets, stars, lamps and soles.

import { SOLE, SOLE_LENGTH, SOLE_WIDTH } from "./foot.js";
import { drawDot } from "./scene-dot.js";
import { arc, box, check, circle, head, lineOf, trace } from "./scene-signs.js";

const sole = new Path2D(SOLE);
const LEAST_SQUARE_MM = 15; // half of the 30 mm of a thing to be left alone

export function drawPlace(pen, slot) {
  const [x, y] = pen.at(slot.x, slot.y);
  const radius = Math.max(slot.size, 0) * pen.scale;
  (DRAW[slot.look] ?? drawRing)(pen, slot, x, y, radius);
}

// The dwell ring closes white round the place.
function drawDwell(pen, slot, x, y, radius) {
  arc(pen, x, y, radius + pen.mm(10), slot.value / 1000, { widthMm: 10, colour: "ink" });
}

function drawRing(pen, slot, x, y, radius) {
  trace(pen, circle(x, y, radius), slot.state);
  if (slot.state === "done") check(pen, x, y, radius);
  else drawDwell(pen, slot, x, y, radius);
}

// A ring that goes its way: an arrow head in front and a tail behind say which. Its line is thick while the dot is in it.
function drawLeader(pen, slot, x, y, radius) {
  const { context, colours, mm, turn, scene, alpha } = pen;
  const angle = slot.value / 10 * Math.PI / 180 + turn;
  const [cos, sin] = [Math.cos(angle), -Math.sin(angle)];
  const leads = slot.state === "now";
  if (leads) {
    context.strokeStyle = context.fillStyle = colours.lead;
    context.globalAlpha = alpha * 0.6;
    context.lineWidth = mm(8);
    context.beginPath();
    context.moveTo(x - cos * (radius + mm(6)), y - sin * (radius + mm(6)));
    context.lineTo(x - cos * (radius + mm(32)), y - sin * (radius + mm(32)));
    context.stroke();
    context.globalAlpha = alpha;
    head(pen, x + cos * (radius + mm(34)), y + sin * (radius + mm(34)), angle, mm(24), mm(15));
  }
  trace(pen, circle(x, y, radius), slot.state, leads ? { colour: "lead", width: scene.outcome === "in-goal" ? 11 : 7 } : {});
  if (slot.state === "done") check(pen, x, y, radius);
}

// To be left alone: filled, and never round. One that was left alone goes dim and loses its ground.
function drawSquare(pen, slot, x, y, radius) {
  const half = Math.max(radius, pen.mm(LEAST_SQUARE_MM));
  const left = ["passed-by", "done", "over-line"].includes(slot.state);
  trace(pen, box(x, y, half, half), slot.state, { fill: left ? "card" : "leave", colour: left ? undefined : "leave" });
  if (slot.state === "now") trace(pen, box(x, y, half + pen.mm(8), half + pen.mm(8)), "waiting", { colour: "leave" });
  if (slot.state === "done") check(pen, x, y, half);
}

// A ring with four marks that point to its middle.
function drawHome(pen, slot, x, y, radius) {
  const { context, colours, mm } = pen;
  trace(pen, circle(x, y, radius), slot.state);
  context.strokeStyle = colours[lineOf(slot.state).colour];
  if (slot.state === "done") {
    check(pen, x, y, radius);
    return;
  }
  context.lineWidth = mm(3);
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + dx * radius * 0.5, y + dy * radius * 0.5);
    context.lineTo(x + dx * radius, y + dy * radius);
  }
  context.stroke();
  drawDwell(pen, slot, x, y, radius);
}

function drawBox(pen, slot, x, y, halfWidth) {
  const { context, colours, scale, scene, mm } = pen;
  const halfHeight = Math.max(slot.value, 0) * scale;
  const outside = slot.state === "now" && scene.outcome === "outside";
  const [wide, high] = scene.turn % 2 ? [halfHeight, halfWidth] : [halfWidth, halfHeight];
  trace(pen, box(x, y, wide, high, mm(14)), slot.state, {
    fill: slot.state === "now" ? "box-ground" : undefined, width: outside ? 8 : undefined,
  });
  if (!pen.large) {
    context.strokeStyle = colours.axis;
    context.lineWidth = mm(0.8);
    context.beginPath();
    context.moveTo(x, y - high);
    context.lineTo(x, y + high);
    context.moveTo(x - wide, y);
    context.lineTo(x + wide, y);
    context.stroke();
  }
  if (slot.state === "done") check(pen, x, y, Math.min(wide, high) / 2);
}

function drawBall(pen, slot, x, y, radius) {
  if (pen.scene.dot === "drives-slot-0" && slot === pen.scene.slots[0]) {
    drawDot(pen, x, y, 2 * radius / pen.mm(1), { outside: pen.scene.outcome === "outside", unsure: pen.unsure });
    return;
  }
  const there = slot.state === "waiting" || slot.state === "now";
  trace(pen, circle(x, y, radius), slot.state, { fill: there ? "lead" : undefined });
  if (slot.state === "now") trace(pen, circle(x, y, radius + pen.mm(10)), "waiting", { colour: "lead" });
  if (slot.state === "done") check(pen, x, y, radius);
}

// The one that is asked for now is bright: it has a broad rim, and a ground.
function drawHole(pen, slot, x, y, radius) {
  const now = slot.state === "now";
  trace(pen, circle(x, y, radius), slot.state, { fill: now ? "box-ground" : "ground", width: now ? 9 : undefined });
  if (slot.state !== "done") trace(pen, circle(x, y, radius * 0.6), slot.state, { fill: "ground", width: 2 });
  else check(pen, x, y, radius);
}

// A balloon with its basket: filled where the patient drives it.
function drawBalloon(pen, slot, x, y, radius) {
  const { context, colours, mm } = pen;
  const filled = pen.scene.dot === "drives-slot-0" && slot === pen.scene.slots[0] && !pen.unsure;
  const hull = new Path2D();
  hull.ellipse(x, y - radius * 0.9, radius * 0.95, radius * 1.1, 0, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle = colours[filled ? "dot" : "dot-outside"];
  if (filled) context.fill(hull);
  else trace(pen, hull, slot.state);
  context.setLineDash([]);
  if (slot.state === "done") check(pen, x, y - radius * 0.9, radius);
  context.lineWidth = mm(3);
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x + side * radius * 0.6, y - radius * 0.1);
    context.lineTo(x + side * radius * 0.28, y + radius * 0.55);
  }
  context.stroke();
  context.fill(box(x, y + radius * 0.75, radius * 0.32, radius * 0.22, mm(3)));
}

// As wide as it catches; of the patient's own the dark edge is outside of that.
function drawBasket(pen, slot, x, y, radius) {
  const { context, colours } = pen;
  const path = new Path2D();
  path.moveTo(x - radius, y - radius * 0.5);
  path.lineTo(x - radius * 0.7, y + radius);
  path.lineTo(x + radius * 0.7, y + radius);
  path.lineTo(x + radius, y - radius * 0.5);
  path.closePath();
  const own = pen.scene.dot === "drives-slot-0" && slot === pen.scene.slots[0]; // the patient moves it
  if (own && slot.state === "now") {
    trace(pen, path, slot.state, { colour: "dot-edge", width: 12 });
    context.fillStyle = colours.dot;
    context.fill(path);
  } else trace(pen, path, slot.state, own ? { colour: "dot-outside" } : {});
  if (slot.state === "done") check(pen, x, y, radius);
}

function drawStar(pen, slot, x, y, radius) {
  const path = new Path2D();
  for (let point = 0; point < 10; point += 1) {
    const reach = point % 2 ? radius * 0.45 : radius;
    const angle = -Math.PI / 2 + point * Math.PI / 5;
    path[point ? "lineTo" : "moveTo"](x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  path.closePath();
  trace(pen, path, slot.state, { fill: slot.state === "now" ? "dot" : undefined, colour: slot.state === "now" ? "dot" : undefined });
  if (slot.state === "done") check(pen, x, y, radius);
}

// A lamp that is lit (now) is full and has rays.
function drawLamp(pen, slot, x, y, radius) {
  const { context, colours, mm } = pen;
  const lit = slot.state === "now";
  trace(pen, circle(x, y, radius), slot.state, { fill: lit ? "dot" : undefined, colour: lit ? "dot" : undefined });
  if (slot.state === "done") check(pen, x, y, radius);
  if (!lit) return;
  context.strokeStyle = colours.dot;
  context.lineWidth = mm(5);
  context.beginPath();
  for (let ray = 0; ray < 8; ray += 1) {
    const angle = ray * Math.PI / 4;
    context.moveTo(x + Math.cos(angle) * (radius + mm(8)), y + Math.sin(angle) * (radius + mm(8)));
    context.lineTo(x + Math.cos(angle) * (radius + mm(18)), y + Math.sin(angle) * (radius + mm(18)));
  }
  context.stroke();
}

const FOOT = 2600; // in 0.1 mm

function inBox({ scene, scale }) {
  const frame = scene.slots.find((one) => one.kind === "place" && one.look === "box");
  const [length, width] = frame ? [2 * frame.value * 0.96, 2 * frame.size * 0.9] : [FOOT, FOOT];
  return Math.min(length / SOLE_LENGTH, width / SOLE_WIDTH) * scale;
}

// `size` is half the foot's length; with 0 it fills the box, or is as long as a foot is. Its toes point up, as the patient's do. Dim where it only shows where to stand; with an edge where it is the thing to do now.
function drawSole(pen, slot, x, y, half) {
  const { context, mm } = pen;
  const scale = half > 0 ? 2 * half / SOLE_LENGTH : inBox(pen);
  const path = new Path2D();
  const mirror = slot.look === "sole-left" ? -scale : scale;
  path.addPath(sole, new DOMMatrix()
    .translate(x, y).scale(mirror, scale).translate(-SOLE_WIDTH / 2, -SOLE_LENGTH / 2));
  if (slot.state === "waiting") {
    context.fillStyle = pen.colours.foot;
    context.fill(path);
    return;
  }
  trace(pen, path, slot.state, { fill: slot.state === "passed-by" ? undefined : "foot" });
  if (slot.state === "done") check(pen, x, y, mm(20));
}

const DRAW = {
  ring: drawRing, square: drawSquare, home: drawHome, box: drawBox, ball: drawBall, hole: drawHole, basket: drawBasket,
  star: drawStar, lamp: drawLamp, "sole-left": drawSole, "sole-right": drawSole, leader: drawLeader, balloon: drawBalloon,
};
