// How a state looks, the same for every kind of thing: width and form of its line, and a sign that needs no colour.

export const LINES = {
  waiting: { widthMm: 4, colour: "line-strong", dash: [] },
  now: { widthMm: 6, colour: "box", dash: [] },
  done: { widthMm: 4, colour: "box", dash: [], fill: "box-ground", check: true },
  "passed-by": { widthMm: 4, colour: "line-strong", dash: [8, 6], dim: true },
  "over-line": { widthMm: 8, colour: "stop-line", dash: [], hatch: true },
};
const PLAIN = LINES.waiting;
export const DIM = 0.8; // still to be seen from 2.5 m by who sees poorly

export const lineOf = (state) => LINES[state] ?? PLAIN;

// Strokes (and fills, and hatches) a path in the manner of a state.
export function trace(pen, path, state, { fill, width, colour } = {}) {
  const { context, colours, mm, alpha } = pen;
  const line = lineOf(state);
  context.globalAlpha = alpha * (line.dim ? DIM : 1);
  const ground = fill ?? line.fill;
  if (ground) {
    context.fillStyle = colours[ground];
    context.fill(path);
  }
  if (line.hatch) hatch(pen, path);
  context.setLineDash(line.dash.map(mm));
  context.lineWidth = mm(width ?? line.widthMm) * (pen.thick ?? 1);
  context.strokeStyle = colours[colour ?? line.colour];
  context.stroke(path);
  context.setLineDash([]);
  context.globalAlpha = alpha;
}

// Slanting lines inside a path, in the colour of the stop line.
export function hatch({ context, colours, size, mm }, path, { colour = "stop-line", width = 4, gap = 16 } = {}) {
  context.save();
  context.clip(path);
  context.beginPath();
  for (let at = -size.height; at < size.width; at += mm(gap)) {
    context.moveTo(at, size.height);
    context.lineTo(at + size.height, 0);
  }
  context.lineWidth = mm(width);
  context.strokeStyle = colours[colour];
  context.stroke();
  context.restore();
}

// ✓ with strokes of 8 mm; `radius` is in pixels.
export function check({ context, colours, mm }, x, y, radius) {
  const reach = Math.max(radius * 0.55, mm(8));
  context.beginPath();
  context.moveTo(x - reach, y);
  context.lineTo(x - reach * 0.25, y + reach * 0.7);
  context.lineTo(x + reach, y - reach * 0.75);
  context.lineWidth = Math.min(mm(8), reach * 0.5);
  context.lineCap = "round";
  context.strokeStyle = colours.box;
  context.stroke();
  context.lineCap = "butt";
}

// A triangle that points along `angle` (radians, up is positive), its tip at x, y.
export function head({ context }, x, y, angle, length, width, filled = true) {
  const [cos, sin] = [Math.cos(angle), -Math.sin(angle)];
  const back = (side) => [x - cos * length + sin * side * width, y - sin * length - cos * side * width];
  context.beginPath();
  context.moveTo(...back(1));
  context.lineTo(x, y);
  context.lineTo(...back(-1));
  if (filled) {
    context.closePath();
    context.fill();
  } else context.stroke();
}

export function circle(x, y, radius) {
  const path = new Path2D();
  path.arc(x, y, Math.max(radius, 0), 0, 2 * Math.PI);
  return path;
}

export function box(x, y, halfWidth, halfHeight, round = 0) {
  const path = new Path2D();
  path.roundRect(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight, round);
  return path;
}

// A part (0 to 1) of a ring, from the top and clockwise.
export function arc({ context, colours, mm }, x, y, radius, part, { widthMm, colour }) {
  if (part <= 0) return;
  context.beginPath();
  context.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.min(part, 1));
  context.lineWidth = mm(widthMm);
  context.strokeStyle = colours[colour];
  context.stroke();
}

// Letters for low sight: what is smaller than this is written larger, by as much as everything else.
const LARGE_MM = 25.6;
const LARGER = 1.6;

// Words in the middle of a place, and how wide they are in pixels; `xHeightMm` as the eye measures letters. For low sight they
// are larger, as far as the picture reaches.
export function words({ context, colours, mm, large, size }, text, x, y, { xHeightMm = 16, colour = "ink", align = "center", weight = 650 } = {}) {
  const font = (letters) => `${weight} ${mm(letters / 0.53)}px ${colours.family}`;
  context.font = font(xHeightMm);
  if (large && xHeightMm < LARGE_MM) {
    const room = { center: 2 * Math.min(x, size.width - x), left: size.width - x, right: x }[align];
    const most = Math.min(LARGER, LARGE_MM / xHeightMm, room / context.measureText(text).width);
    context.font = font(xHeightMm * Math.max(1, most));
  }
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillStyle = colours[colour];
  context.fillText(text, x, y);
  return context.measureText(text).width;
}
