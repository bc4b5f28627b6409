// Draws one figure day by day: bands behind, the means as dots on a line, first and last with their values.

const SPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [340, 200];
const [LEFT, RIGHT, TOP, BOTTOM] = [14, 326, 24, 168];
const DAY_MS = 86_400_000;
const HEADROOM = 1.15; // of the largest value, so that its number has a place above it
const MOST_OF_A_BAND = 2; // a band that goes on far above all values is cut off there

function element(name, attributes, text = "") {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// Time along, value up from 0: a change of some percent does not look like a cliff.
function scales(points, bands) {
  const values = points.map(({ value }) => value).filter((value) => value !== null);
  const largest = Math.max(...values);
  const ends = bands.filter(Boolean).map(({ high }) => Math.min(high, MOST_OF_A_BAND * largest));
  const most = Math.max(largest, ...ends) * HEADROOM || 1;
  const days = points.map(({ day }) => Date.parse(day) / DAY_MS);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  return {
    x: (day) => (last === first ? (LEFT + RIGHT) / 2 : LEFT + 10 + (RIGHT - LEFT - 20) * (Date.parse(day) / DAY_MS - first) / (last - first)),
    y: (value) => BOTTOM - (BOTTOM - TOP) * Math.min(1, Math.max(0, value / most)),
  };
}

function band(svg, { low, high }, y, look) {
  const [top, bottom] = [y(high), y(Math.max(0, low))];
  svg.append(element("rect", { class: look, x: LEFT, y: top, width: RIGHT - LEFT, height: Math.max(0, bottom - top) }));
}

function label(svg, x, y, words, anchor, look) {
  svg.append(element("text", { class: look, x, y, "text-anchor": anchor }, words));
}

function stripes(svg, id) {
  const pattern = element("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.append(element("rect", { class: "stripe", width: 3, height: 8 }));
  const kept = element("defs", {});
  kept.append(pattern);
  svg.append(kept);
}

// `figure` as `station.reports.trends` has it; `words` is what a reader who does not see the picture is told.
export function drawTrend(figure, words, id) {
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words });
  const { points, usual, chance } = figure;
  const { x, y } = scales(points, [usual, chance]);
  stripes(svg, id);
  if (usual) band(svg, usual, y, "usual");
  if (chance) {
    band(svg, chance, y, "chance");
    svg.lastChild.setAttribute("fill", `url(#${id})`);
  }
  svg.append(element("line", { class: "axis", x1: LEFT, x2: RIGHT, y1: BOTTOM, y2: BOTTOM }));
  const there = points.filter(({ value }) => value !== null);
  svg.append(element("polyline", { class: "course", points: there.map(({ day, value }) => `${x(day)},${y(value)}`).join(" ") }));
  for (const { day, value } of there) svg.append(element("circle", { class: "mean", cx: x(day), cy: y(value), r: 5 }));
  for (const { day } of points.filter(({ suspect }) => suspect)) label(svg, x(day), BOTTOM - 6, "✕", "middle", "suspect");
  const ends = there.length > 1 ? [there[0], there.at(-1)] : there;
  for (const { day, value, words: [, said] } of ends) label(svg, x(day), y(value) - 10, said, "middle", "value");
  const days = points.length > 1 ? [points[0], points.at(-1)] : points;
  days.forEach(({ day, words: [said] }, at) => {
    const anchor = points.length === 1 ? "middle" : at === 0 ? "start" : "end";
    label(svg, points.length === 1 ? x(day) : at === 0 ? LEFT : RIGHT, BOTTOM + 22, said, anchor, "day");
  });
  return svg;
}
