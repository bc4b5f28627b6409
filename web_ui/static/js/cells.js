// What each cell, the motor and the loop did in the last ten seconds, drawn as it happens between their limits, with the
// least and the most of it.

import { get, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";
import { number, put, setText } from "./values.js";

const own = (key, values) => say(`page.cells.${key}`, values);
const byId = (id) => document.getElementById(id);
const KEPT = 300; // ten seconds of thirty snapshots
const AGAIN_MS = 5000;
const WIDTH_OF_NOISE = 3; // nearly all of a noise lies within so many times its rms
let limits = null; // what the plots are held against, once the station has said it

// `least`: the least that the height stands for, so that noise is not drawn as a mountain. `read(snapshot)`: the value.
// `edges(plot)`: its limits now; `around(plot)`: how far noise may reach; `words(plot)`: both in words.
const plotOf = (figure, how) => ({
  canvas: figure.querySelector("canvas"), figures: figure.querySelector("[data-figures]"),
  limits: figure.querySelector("[data-limits]"), seen: [], permitted: [], edges: () => [], around: () => 0, ...how,
});

const cellPlot = (figure) => {
  const range = () => limits?.cells[Number(figure.dataset.cell)];
  return plotOf(figure, {
    least: 10,
    read: (snapshot) => snapshot.cells[Number(figure.dataset.cell)]?.newtons,
    edges: () => (range() ? [range().low_n, range().high_n] : []),
    around: () => WIDTH_OF_NOISE * (limits?.still_n ?? 0),
    told: ({ low, high, rms }) => own("figures", { low: number(low, 1), high: number(high, 1), rms: number(rms, 2), most: limits?.still_n ?? 1 }),
    words: () => (range() ? own("range", { low: number(range().low_n, 0), high: number(range().high_n, 0) }) : ""),
  });
};

const drivePlot = (figure) => plotOf(figure, {
  least: 5,
  read: (snapshot) => snapshot.vibration.measured_hz,
  allowed: (snapshot) => snapshot.vibration.output_hz,
  edges: ({ permitted }) => {
    const now = permitted.at(-1) ?? 0;
    return limits === null ? [] : [limits.most_hz, ...(now > 0 ? [now * (1 - limits.off_share), now * (1 + limits.off_share)] : [])];
  },
  told: ({ low, high }) => own("figures-drive", { low: number(low, 1), high: number(high, 1) }),
  words: () => own("range-drive", { least: limits.least_hz, most: limits.most_hz, percent: 100 * limits.off_share, seconds: limits.off_s }),
});

const loopPlot = (figure) => plotOf(figure, {
  least: 1000,
  read: (snapshot) => snapshot.loop.lateness_max_us,
  edges: () => (limits === null ? [] : [limits.tick_us]),
  told: ({ low, high }) => own("figures-loop", { low: number(low, 0), high: number(high, 0) }),
  words: () => own("range-loop", { most: limits.tick_us }),
});

const plots = [
  ...[...document.querySelectorAll("[data-cell]")].map(cellPlot),
  drivePlot(document.querySelector("[data-drive]")),
  loopPlot(document.querySelector("[data-loop]")),
];

const extent = (values) => [Math.min(...values), Math.max(...values)];
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// Limits that are nearer than the values are wide belong to the picture; one that is far away would make them a line.
function scaleOf({ seen, permitted, least }, edges) {
  const [low, high] = extent([...seen, ...permitted]);
  const room = Math.max(least, high - low);
  const near = edges.filter((edge) => edge >= low - room && edge <= high + room);
  const [bottom, top] = extent([low, high, ...near]);
  return { middle: (bottom + top) / 2, half: Math.max(least, (top - bottom) * 1.1) / 2, near };
}

function draw(plot) {
  const { canvas, seen, permitted } = plot;
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const { width, height } = canvas;
  pen.clearRect(0, 0, width, height);
  if (seen.length < 2) return;
  const noise = plot.around(plot);
  const edges = [...plot.edges(plot), ...(noise > 0 ? [meanOf(seen) - noise, meanOf(seen) + noise] : [])];
  const { middle, half, near } = scaleOf(plot, edges);
  const at = (value) => height / 2 - ((value - middle) / half) * (height / 2);
  const across = (values, x) => {
    pen.beginPath();
    values.forEach((value, index) => pen.lineTo(x(index), at(value)));
    pen.stroke();
  };
  const level = (value) => across([value, value], (index) => index * width);
  const along = (index) => (index / (KEPT - 1)) * width;
  pen.strokeStyle = style.borderBlockEndColor;
  pen.lineWidth = 2;
  level(0); // where nothing is measured
  pen.setLineDash([3, 5]);
  across(permitted, along);
  pen.strokeStyle = style.outlineColor;
  pen.setLineDash([14, 8]);
  near.forEach(level);
  pen.setLineDash([]);
  pen.strokeStyle = style.color;
  pen.lineWidth = 3;
  across(seen, along);
  put(canvas.dataset, "lines", String(near.length));
}

function figuresOf({ seen, told }) {
  if (seen.length < 2) return "\u2013";
  const mean = meanOf(seen);
  const [low, high] = extent(seen);
  return told({ low, high, rms: Math.sqrt(meanOf(seen.map((value) => (value - mean) ** 2))) });
}

function keep(values, value) {
  if (Number.isFinite(value)) values.push(value);
  if (values.length > KEPT) values.shift();
}

let last = -1;
startShell((snapshot) => {
  if (snapshot === null || snapshot.seq === last) return;
  last = snapshot.seq;
  for (const plot of plots) {
    keep(plot.seen, plot.read(snapshot));
    if (plot.allowed) keep(plot.permitted, plot.allowed(snapshot));
    draw(plot);
    setText(plot.figures, figuresOf(plot));
  }
});

async function askLimits() {
  try {
    limits = await get("/technician/limits");
    for (const plot of plots) setText(plot.limits, plot.words());
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    setTimeout(askLimits, AGAIN_MS); // control is away
  }
}
askLimits();

try {
  const { house: { speed_map: map } } = await get("/technician");
  setText(byId("map-origin"), own(`map.${map.origin}`, { file: map.file }));
  byId("map-rows").replaceChildren(...map.points.map(([duty, hz]) => {
    const line = document.createElement("tr");
    for (const [value, digits] of [[100 * duty, 1], [hz, 1]]) {
      const cell = line.insertCell();
      cell.className = "number";
      cell.textContent = number(value, digits);
    }
    return line;
  }));
} catch (problem) {
  if (!(problem instanceof Refused)) throw problem;
  setText(byId("map-origin"), problem.message);
}
