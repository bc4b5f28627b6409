// Draws a scene: what an exercise says that the patient sees, and the dot (the sample's centre of pressure). It decides
// nothing: every place, size and state is the scene's, and without a new one nothing moves.

import { drawDot, drawTrail } from "./scene-dot.js";
import { head, words } from "./scene-signs.js";
import { drawThing } from "./scene-things.js";

// Each view has its size on the glass, in mm, when it is read from 2.5 m, and its gain: mm on the glass a mm on the plate.
// On another screen all of it shrinks or grows together, and is shown whole.
const VIEWS = {
  foot: { width: 300, height: 435, gain: 1.9 },
  quiet: { width: 435, height: 435, gain: 4 },
  lean: { width: 540, height: 435, gain: 2 },
  near: { width: 540, height: 435, gain: 2.8 },
  wide: { width: 560, height: 435, gain: 2.8 },
  gauge: { width: 574, height: 435, gain: 1 },
  plate: { width: 574, height: 435, gain: 0.95 },
};
const TURNS = [[1, 0], [0, -1], [-1, 0], [0, 1]]; // cosine and sine of so many quarters; up is where the patient faces
const LEAST_UNIT = 0.55; // pixels a mm: on a phone lines and the dot do not shrink below this
const ARRIVAL = 0.74; // of the height: where in the wide view time is over
const PLATE = [3000, 2250]; // half of its width and length, 0.1 mm
const HALF_APART = 1000; // of two feet beside each other, 0.1 mm
const STILL = 0.35; // how much is left of a scene that stands still because something was unsafe
const MS_A_SAMPLE = 4;
const THICK = 1.6; // for low sight
const MOST_RINGS = 3; // for low sight
const SMALL_GOAL_MM = 30; // a goal smaller than this has a smaller dot in it

// What the things are drawn with. `at(x, y)` is the point in pixels of a place in 0.1 mm, `mm(n)` so many mm of glass for
// lines and signs. `size` is in pixels, of which `ratio` make one of the page's.
export function makePen(context, size, scene, colours) {
  const view = VIEWS[scene.view] ?? VIEWS.lean;
  const quarters = scene.turn % 4;
  // The plate's longer side is upright before who faces along it: it is shown whole all the same.
  const upright = scene.view === "plate" && quarters % 2 === 1;
  const [width, height] = upright ? [view.height, view.width] : [view.width, view.height];
  const unit = Math.min(size.width / width, size.height / height);
  const lines = Math.max(unit, LEAST_UNIT * (size.ratio ?? 1));
  const scale = view.gain * unit / 10;
  const middle = { x: size.width / 2, y: size.height / 2 };
  const arrival = size.height * ARRIVAL;
  const [cos, sin] = TURNS[quarters];
  const flat = (x, y) => [middle.x + (cos * x + sin * y) * scale, middle.y - (cos * y - sin * x) * scale];
  const timed = (x, ms) => [middle.x + (x - scene.centre_x) * scale, arrival * (1 - ms / (scene.centre_y || 4000))];
  const lies = scene.view !== "wide";
  return {
    context, size, colours, scene, unit, scale, arrival,
    onPlate: scene.view !== "gauge" && lies,
    at: lies && scene.view !== "gauge" ? (x, y) => flat(x - scene.centre_x, y - scene.centre_y) : lies ? flat : timed,
    // A value on the patient's own axes, of a view of the plate: so far to their right, or ahead.
    own: (right, ahead) => [
      middle.x + (right - (cos * scene.centre_x + sin * scene.centre_y)) * scale,
      middle.y - (ahead - (cos * scene.centre_y - sin * scene.centre_x)) * scale,
    ],
    toTheRight: (x, y) => cos * x + sin * y,
    mm: (length) => length * lines,
    turn: quarters * Math.PI / 2,
  };
}

// `live` has the newest sample's `cop` ([ml, ap] in mm, or null), its `trail`, whether it is `unsure`, and `always`
// for who watches: a therapist sees the dot that the patient does not. `say(key, values)` makes words.
// On the patient's own screen the plate is `labelled`: where its front is, and which foot stands where. `large` is for
// low sight: thick lines and a large dot, and nothing that only explains.
export function drawScene(context, size, scene, live, { colours, say, calm, labelled = false, large = false }) {
  const pen = { ...makePen(context, size, scene, colours), say, large, thick: large ? THICK : 1 };
  context.save();
  context.lineCap = "butt";
  context.lineJoin = "round";
  if (scene.outcome === "unsafe") context.globalAlpha = STILL;
  pen.alpha = context.globalAlpha;
  pen.unsure = live.unsure;
  drawGround(pen);
  for (const slot of inOrder(bothDown(scene))) if (slot.state !== "hidden" && !(large && explains(scene, slot))) drawThing(pen, slot);
  if (labelled && scene.view === "plate") drawLabels(pen);
  drawLive(pen, live, calm);
  context.restore();
}

// Who is asked to put both feet down sees both, beside each other, also where the next try is on one.
function bothDown(scene) {
  const [sole, ...more] = scene.slots;
  if (scene.word !== "scene.rest" || more.length > 0 || !sole?.look.startsWith("sole-")) return scene;
  const [cos, sin] = TURNS[scene.turn % 4];
  const beside = (look, side) => ({ ...sole, look, x: side * cos * HALF_APART, y: side * sin * HALF_APART });
  return { ...scene, slots: [beside("sole-left", -1), beside("sole-right", 1)] };
}

// The foot under the dot is no goal; nor are the many rings that were touched or come later.
const isRing = ({ kind, look }) => kind === "place" && look === "ring";
function explains({ view, slots }, slot) {
  if (isRing(slot)) return slot.state !== "now" && slots.filter(isRing).length > MOST_RINGS;
  return view !== "plate" && slot.kind === "place" && slot.look.startsWith("sole-") && slot.state === "waiting";
}

// The thing that the dot drives is the dot, and is drawn last.
const inOrder = ({ dot, slots }) => (dot === "drives-slot-0" ? [...slots.slice(1), ...slots.slice(0, 1)] : slots);

function drawGround({ context, colours, scene, size, arrival, mm, at, large }) {
  context.beginPath();
  if (scene.view === "gauge" && scene.slots[0]?.look === "ball") {
    const [x] = at(scene.slots[0].x, 0); // now: what comes from the right is judged here
    context.moveTo(x, mm(6));
    context.lineTo(x, size.height - mm(6));
    context.strokeStyle = colours["line-strong"];
    context.lineWidth = mm(2);
  } else if (scene.view === "wide") {
    context.strokeStyle = colours.axis;
    context.lineWidth = mm(1);
    context.moveTo(0, arrival);
    context.lineTo(size.width, arrival);
  } else if (scene.view === "plate") {
    const [[x, y], [right, top], [left, bottom]] = [at(0, 0), at(...PLATE), at(-PLATE[0], -PLATE[1])];
    context.roundRect(Math.min(left, right), Math.min(top, bottom), Math.abs(right - left), Math.abs(bottom - top), mm(14));
    context.fillStyle = colours.card;
    context.fill();
    if (!large) {
      context.moveTo(x - mm(150), y);
      context.lineTo(x + mm(150), y);
      context.moveTo(x, y - mm(110));
      context.lineTo(x, y + mm(110));
    }
    context.strokeStyle = colours["line-strong"];
    context.lineWidth = mm(2);
  }
  context.stroke();
}

// Which foot the patient is to put where it is drawn: "left", "right", "both", or "" for none.
export function footOf({ slots }) {
  const soles = slots.filter(({ look, state }) => look.startsWith("sole-") && state === "now");
  return soles.length > 1 ? "both" : soles.length === 1 ? soles[0].look.slice("sole-".length) : "";
}

// As the patient stands: an arrow to the front, and under the soles which foot it is.
function drawLabels(pen) {
  const { context, colours, scene, mm, at, say, turn } = pen;
  const front = at(0, PLATE[1] * 0.96);
  const angle = Math.PI / 2 + turn;
  context.fillStyle = colours["ink-soft"];
  head(pen, ...front, angle, mm(22), mm(14));
  // The word begins beside the arrow, however long it is; at a side it stands above the arrow, and ends at the plate's edge.
  const aside = Math.abs(Math.cos(angle)) > 0.5;
  const inward = Math.cos(angle) > 0.5 ? -1 : 1;
  words(pen, say("page.patient.front"), front[0] + (aside ? -inward * mm(2) : mm(22)), front[1] + (aside ? -mm(32) : mm(14)), {
    colour: "ink-soft", xHeightMm: 14, align: aside && inward < 0 ? "right" : "left",
  });
  const which = footOf(scene);
  const soon = which !== "both" && (scene.outcome === "rest" || scene.outcome === "next") ? "next-foot" : "foot"; // now both are down
  if (which === "") return;
  if (scene.turn % 2 === 1) { // feet in a line along the plate: each says its own name, beside it
    for (const { x, y, look } of scene.slots.filter((slot) => slot.look.startsWith("sole-") && slot.state === "now")) {
      const [soleX, soleY] = at(x, y);
      words(pen, say(`scene.${look.slice("sole-".length)}`), soleX + mm(62), soleY, { align: "left", weight: 750 });
    }
    return;
  }
  const under = Math.min(pen.size.height / 2 + mm(185), pen.size.height - mm(20)); // on a small picture at its lower edge
  words(pen, say(`page.patient.${soon}.${which}`), pen.size.width / 2, under, { weight: 750 });
}

// Whether the patient sees the dot.
export function showsDot({ dot, outcome, view }) {
  return !["gauge", "plate"].includes(view) && (["live", "ml-only"].includes(dot) || (dot === "live-outside" && outcome === "outside"));
}

// In the wide view height is time: where the dot was goes down from it, as everything else does.
function fallen(trail, { toTheRight }) {
  const newest = trail.at(-1)?.[0] ?? 0;
  return trail.map(([seq, ml, ap]) => [seq, toTheRight(ml, ap), (seq - newest) * MS_A_SAMPLE / 10]);
}

function drawLive(pen, { cop, trail, unsure, always }, calm) {
  const { scene } = pen;
  const shown = showsDot(scene);
  if (scene.view === "gauge" || (scene.view === "plate" && !always)) return;
  const trailed = !calm && !pen.large;
  if (trailed && (shown || always || scene.dot === "trail-after") && pen.onPlate) drawTrail(pen, trail);
  if (trailed && shown && scene.view === "wide") drawTrail(pen, fallen(trail, pen));
  if (cop === null || !(shown || (always && scene.dot !== "drives-slot-0"))) return;
  const [x, y] = pen.onPlate ? pen.at(cop[0] * 10, cop[1] * 10) : [pen.at(pen.toTheRight(cop[0] * 10, cop[1] * 10), 0)[0], pen.arrival];
  const small = scene.slots.some((slot) => slot.kind === "place" && slot.state === "now" && ["ring", "home"].includes(slot.look)
    && 2 * slot.size * pen.scale / pen.unit < SMALL_GOAL_MM);
  const diameter = pen.thick * (scene.view === "wide" ? 40 : small ? 15 : 25);
  drawDot(pen, x, y, diameter, { outside: scene.outcome === "outside", unsure });
}
