// Draws one try: where the point was to the side and forward, second by second, and where something was marked.

const SPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [340, 150];
const [LEFT, RIGHT, TOP, BOTTOM] = [10, 330, 10, 122];
const LEAST_MM = 10; // half of what is shown at least: somebody who hardly sways does not look like a storm
const EACH_S = [1, 2, 5, 10, 20, 60, 120, 300, 600]; // between two numbers below the picture
const MOST_NUMBERS = 7;

function element(name, attributes, text = "") {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// Pieces between which the point is not known.
function pieces(t, values, x, y) {
  const found = [[]];
  values.forEach((value, at) => {
    if (value !== null) found.at(-1).push(`${x(t[at]).toFixed(1)},${y(value).toFixed(1)}`);
    else if (found.at(-1).length > 0) found.push([]);
  });
  return found.filter((one) => one.length > 1);
}

// `trace` as `station.exchange.traces` has a try; `words` is what a reader who does not see the picture is told.
export class TracePicture {
  constructor(trace, words, choose) {
    this.seconds = Math.max(trace.seconds, 0.1);
    this.x = (t) => LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, t / this.seconds));
    const most = Math.max(LEAST_MM, ...[...trace.ml_mm, ...trace.ap_mm].filter((one) => one !== null).map(Math.abs));
    const y = (mm) => (TOP + BOTTOM) / 2 - ((BOTTOM - TOP) / 2) * (mm / most);
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words });
    this.svg.append(element("line", { class: "axis", x1: LEFT, x2: RIGHT, y1: BOTTOM, y2: BOTTOM }));
    this.svg.append(element("text", { x: LEFT, y: TOP + 4 }, `±${Math.round(most)} mm`));
    const each = EACH_S.find((one) => this.seconds / one <= MOST_NUMBERS) ?? this.seconds;
    for (let t = 0; t <= this.seconds; t += each) this.svg.append(element("text", { x: this.x(t), y: BOTTOM + 18, "text-anchor": "middle" }, String(t)));
    for (const axis of ["ml", "ap"]) {
      for (const points of pieces(trace.t_s, trace[`${axis}_mm`], this.x, y)) this.svg.append(element("polyline", { class: axis, points: points.join(" ") }));
    }
    this.lines = element("g", {});
    this.chosen = element("line", { class: "chosen", y1: TOP, y2: BOTTOM });
    this.svg.append(this.lines, this.chosen);
    this.svg.addEventListener("click", (event) => {
      const box = this.svg.getBoundingClientRect();
      const at = ((event.clientX - box.left) / box.width) * WIDTH;
      choose((Math.min(1, Math.max(0, (at - LEFT) / (RIGHT - LEFT))) * this.seconds).toFixed(1));
    });
  }

  // A line where something was marked.
  mark(times) {
    this.lines.replaceChildren(...times.map((t) => element("line", { class: "marked", x1: this.x(t), x2: this.x(t), y1: TOP, y2: BOTTOM })));
  }

  // Where the slider stands.
  show(t) {
    for (const end of ["x1", "x2"]) this.chosen.setAttribute(end, this.x(t));
  }
}
