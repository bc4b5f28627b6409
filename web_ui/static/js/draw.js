// Draws the plate from above: the scene that the exercise gives; where it gives none the box to stay in, the foot, the
// trail and the dot (the centre of pressure).

import { SOLE, SOLE_LENGTH, SOLE_WIDTH } from "./foot.js";
import { ageS } from "./freshness.js";
import { drawScene } from "./scene.js";

const VIEW = { ml_mm: 0, ap_mm: 0, half_ml_mm: 130, half_ap_mm: 110 }; // without a box: where two feet stand
const MARGIN = 1.3; // the view is this much larger than the box
const TRAIL_POINTS = 150; // 3 s at 50 points a second
const OLD_S = 0.25; // from this age on the dot is unsure, and hollow
const LOOK_MS = 100; // how often it is looked whether the values have grown old
const calm = matchMedia("(prefers-reduced-motion: reduce)"); // stops the trail; the dot itself is the exercise
const scheme = matchMedia("(prefers-color-scheme: dark)");
const sole = new Path2D(SOLE);

const isInside = ({ cop_ml_mm: ml, cop_ap_mm: ap, box }) =>
  Math.abs(ml - box.ml_mm) <= box.half_ml_mm && Math.abs(ap - box.ap_mm) <= box.half_ap_mm;

export class Plate {
  // `watching`: for who looks on, and sees the dot where the patient does not. `labelled`: with words on
  // the plate, which `say(key, values)` makes.
  constructor(canvas, { watching = false, labelled = false, say = () => "" } = {}) {
    Object.assign(this, { canvas, watching, labelled, say, old: false, large: false });
    this.context = canvas.getContext("2d");
    this.trail = [];
    this.epoch = "";
    this.snapshot = null;
    this.asked = false;
    this.room = null; // its size on the page, as it was told: to ask for it in each frame lays the page out in the middle
    this.colours = this.readColours();
    scheme.addEventListener("change", () => { this.colours = this.readColours(); this.ask(); });
    new ResizeObserver(([{ contentRect }]) => { this.room = contentRect; this.ask(); }).observe(canvas);
    setInterval(() => { if (this.isOld() !== this.old) this.ask(); }, LOOK_MS);
  }

  readColours() {
    const style = getComputedStyle(this.canvas);
    const names = ["dot", "dot-outside", "dot-edge", "trail", "box", "box-ground", "foot", "axis", "card", "ground", "ink",
      "ink-soft", "line-strong", "lead", "leave", "stop-line"];
    const colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    return { ...colours, family: style.fontFamily };
  }

  // A snapshot, or null for an empty plate. Whether the dot is inside the box; null where one of them is not there.
  show(snapshot) {
    this.snapshot = snapshot;
    const empty = snapshot === null || snapshot.cop_ml_mm === null;
    if (empty || snapshot.epoch !== this.epoch || snapshot.full) this.trail = [];
    if (!empty) {
      this.epoch = snapshot.epoch;
      const newest = this.trail.at(-1)?.[0] ?? -1;
      this.trail.push(...snapshot.trail.filter((point) => point[0] > newest));
      this.trail.splice(0, this.trail.length - TRAIL_POINTS);
    }
    this.ask();
    if (snapshot?.scene) return { "in-goal": true, outside: false }[snapshot.scene.outcome] ?? null;
    return empty || snapshot.box === null ? null : isInside(snapshot);
  }

  isOld() {
    return (ageS() ?? 0) > OLD_S;
  }

  ask() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.draw(); });
  }

  draw() {
    const { canvas, context, snapshot } = this;
    const ratio = window.devicePixelRatio || 1;
    const room = this.room ?? { width: canvas.clientWidth, height: canvas.clientHeight };
    const width = Math.round(room.width * ratio);
    const height = Math.round(room.height * ratio);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.clearRect(0, 0, width, height);
    this.old = this.isOld();
    if (snapshot === null || width === 0) return;
    const unsure = this.old || snapshot.vibration?.degrades_point === true;
    if (snapshot.scene) {
      const cop = snapshot.cop_ml_mm === null ? null : [snapshot.cop_ml_mm, snapshot.cop_ap_mm];
      const live = { cop, trail: this.trail, unsure, always: this.watching };
      const { colours, say, labelled, large } = this;
      drawScene(context, { width, height, ratio }, snapshot.scene, live, { colours, say, labelled, large, calm: calm.matches });
      return;
    }
    const box = snapshot.box ?? VIEW;
    const scale = Math.min(width / (2 * box.half_ml_mm), height / (2 * box.half_ap_mm)) / MARGIN;
    const at = (ml, ap) => [width / 2 + (ml - box.ml_mm) * scale, height / 2 - (ap - box.ap_mm) * scale];
    if (snapshot.box !== null) {
      this.drawBox(box, at, scale);
      if (snapshot.leg === "left" || snapshot.leg === "right") this.drawFoot(snapshot.leg, box, width, height, scale);
    }
    this.drawAxes(box, at);
    if (!calm.matches) this.drawTrail(at, scale);
    if (snapshot.cop_ml_mm !== null) this.drawDot(snapshot, at, { width, height, unsure });
  }

  drawBox(box, at, scale) {
    const { context, colours } = this;
    const [left, top] = at(box.ml_mm - box.half_ml_mm, box.ap_mm + box.half_ap_mm);
    context.beginPath();
    context.roundRect(left, top, 2 * box.half_ml_mm * scale, 2 * box.half_ap_mm * scale, 14 * scale);
    context.fillStyle = colours["box-ground"];
    context.fill();
    context.lineWidth = Math.max(3, 2 * scale);
    context.strokeStyle = colours.box;
    context.stroke();
  }

  drawFoot(leg, box, width, height, scale) {
    const { context, colours } = this;
    const size = Math.min((2 * box.half_ap_mm * 0.96) / SOLE_LENGTH, (2 * box.half_ml_mm * 0.9) / SOLE_WIDTH) * scale;
    context.save();
    context.translate(width / 2, height / 2);
    context.scale(leg === "left" ? -size : size, size);
    context.translate(-SOLE_WIDTH / 2, -SOLE_LENGTH / 2);
    context.fillStyle = colours.foot;
    context.fill(sole);
    context.restore();
  }

  drawAxes(box, at) {
    const { context, colours } = this;
    context.beginPath();
    context.moveTo(...at(box.ml_mm, box.ap_mm - box.half_ap_mm));
    context.lineTo(...at(box.ml_mm, box.ap_mm + box.half_ap_mm));
    context.moveTo(...at(box.ml_mm - box.half_ml_mm, box.ap_mm));
    context.lineTo(...at(box.ml_mm + box.half_ml_mm, box.ap_mm));
    context.lineWidth = 1;
    context.strokeStyle = colours.axis;
    context.stroke();
  }

  drawTrail(at, scale) {
    const { context, colours, trail } = this;
    context.strokeStyle = colours.trail;
    context.lineWidth = Math.max(2, 1.6 * scale);
    context.lineCap = "round";
    for (let index = 1; index < trail.length; index += 1) {
      context.globalAlpha = (index / trail.length) ** 1.5;
      context.beginPath();
      context.moveTo(...at(trail[index - 1][1], trail[index - 1][2]));
      context.lineTo(...at(trail[index][1], trail[index][2]));
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  // A round dot inside the box and where there is none, a square one on its corner outside, hollow where it is unsure; outside
  // the view it stays at the edge.
  drawDot(snapshot, at, { width, height, unsure }) {
    const { context, colours } = this;
    const { cop_ml_mm: ml, cop_ap_mm: ap } = snapshot;
    const inside = snapshot.box === null || isInside(snapshot);
    const radius = Math.max(9, Math.min(width, height) / 28);
    const [wantX, wantY] = at(ml, ap);
    const x = Math.min(Math.max(wantX, radius * 1.5), width - radius * 1.5);
    const y = Math.min(Math.max(wantY, radius * 1.5), height - radius * 1.5);
    context.beginPath();
    if (inside) context.arc(x, y, radius, 0, 2 * Math.PI);
    else {
      const reach = radius * 1.4;
      context.moveTo(x, y - reach);
      context.lineTo(x + reach, y);
      context.lineTo(x, y + reach);
      context.lineTo(x - reach, y);
      context.closePath();
    }
    context.fillStyle = context.strokeStyle = colours[inside ? "dot" : "dot-outside"];
    if (!unsure) context.fill();
    context.lineWidth = Math.max(3, radius / 4);
    if (!unsure) context.strokeStyle = colours["dot-edge"];
    context.stroke();
  }
}
