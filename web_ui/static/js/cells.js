// What each cell and the motor did in the last ten seconds, drawn as it happens, with the least and the most of it.

import { get, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { say } from "./texts.js";
import { number, setText } from "./values.js";

const own = (key, values) => say(`page.cells.${key}`, values);
const byId = (id) => document.getElementById(id);
const KEPT = 300; // ten seconds of thirty snapshots
const LEAST_SPAN_N = 10; // so that noise is not drawn as a mountain
const LEAST_SPAN_HZ = 5;
const STILL_N = 1; // most noise of a cell of a plate that stands still, rms: as a calibration wants it

const plotOf = (figure, least, read) => ({
  canvas: figure.querySelector("canvas"), figures: figure.querySelector("[data-figures]"), least, read, seen: [],
});
const plots = [
  ...[...document.querySelectorAll("[data-cell]")].map((figure) =>
    plotOf(figure, LEAST_SPAN_N, (snapshot) => snapshot.cells[Number(figure.dataset.cell)]?.newtons)),
  plotOf(document.querySelector("[data-drive]"), LEAST_SPAN_HZ, (snapshot) => snapshot.vibration.measured_hz),
];

function draw({ canvas, seen, least }) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const { width, height } = canvas;
  pen.clearRect(0, 0, width, height);
  if (seen.length < 2) return;
  const middle = (Math.min(...seen) + Math.max(...seen)) / 2;
  const half = Math.max(least, (Math.max(...seen) - Math.min(...seen)) * 1.1) / 2;
  const at = (value) => height / 2 - ((value - middle) / half) * (height / 2);
  pen.strokeStyle = style.borderBlockEndColor;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.moveTo(0, at(0)); // where nothing is measured
  pen.lineTo(width, at(0));
  pen.stroke();
  pen.strokeStyle = style.color;
  pen.lineWidth = 3;
  pen.beginPath();
  seen.forEach((value, index) => pen.lineTo((index / (KEPT - 1)) * width, at(value)));
  pen.stroke();
}

function figuresOf({ seen, least }) {
  if (seen.length < 2) return "\u2013";
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const rms = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length);
  const values = { low: number(Math.min(...seen), 1), high: number(Math.max(...seen), 1), rms: number(rms, 2), most: STILL_N };
  return own(least === LEAST_SPAN_N ? "figures" : "figures-drive", values);
}

let last = -1;
startShell((snapshot) => {
  if (snapshot === null || snapshot.seq === last) return;
  last = snapshot.seq;
  for (const plot of plots) {
    const value = plot.read(snapshot);
    if (Number.isFinite(value)) plot.seen.push(value);
    if (plot.seen.length > KEPT) plot.seen.shift();
    draw(plot);
    setText(plot.figures, figuresOf(plot));
  }
});

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
