// What a scene says beside its picture: the ring of seconds, and the score.

import { number, put, setText } from "./values.js";

const SVG = "http://www.w3.org/2000/svg";
const EMPTIES = ["left", "get-ready", "rest"]; // these clocks run down, the others up

// Whole seconds of a clock; up where it runs down, so that with what was held it makes the whole.
export const secondsOf = ({ clock_kind: kind, clock_ds: ds }) => (EMPTIES.includes(kind) ? Math.ceil(ds / 10) : Math.floor(ds / 10));

const IN_TENTHS = ["scene.over-the-line-by", "scene.under-the-line-by", "scene.on-the-line"]; // words whose first value is tenths of a kg

// What the instruction of a scene says in its places.
export const wordValues = ({ word, word_a: a, word_b: b }) => ({ a: IN_TENTHS.includes(word) ? a / 10 : a, b });

// The sentences on the patient's screen: what the scene says comes before what the drill said last; that the switch is to
// be held is said with both. `said` makes a sentence of a key and its values.
export function toDo(scene, instructions, said) {
  const first = scene?.word ? [said(scene.word, wordValues(scene))] : [];
  return [...first, ...instructions.slice(first.length).map((key) => said(`instruction.${key}`))];
}

function ring() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 420 420");
  svg.setAttribute("class", "ring");
  svg.setAttribute("aria-hidden", "true");
  const [, fill] = ["track", "fill"].map((name) => {
    const circle = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ class: name, cx: 210, cy: 210, r: 193, pathLength: 1000 })) {
      circle.setAttribute(key, value);
    }
    return svg.appendChild(circle);
  });
  return { svg, fill };
}

export class SceneSay {
  // `block` has the seconds: an element for the number, one for its unit.
  constructor(block, number, unit) {
    Object.assign(this, { block, number, unit, ...ring() });
    this.score = document.createElement("p");
    this.score.className = "score";
    this.done = this.score.appendChild(document.createElement("span"));
    this.best = this.score.appendChild(document.createElement("small"));
    block.prepend(this.svg);
    block.after(this.score);
  }

  // Null takes the ring and the score away, and leaves the seconds to the page. `words` has `unit(n)`, `score(scene)` and `best(scene)`.
  show(scene, words) {
    const clock = scene !== null && scene.clock_kind !== "none";
    this.block.classList.toggle("ringed", clock && scene.clock_of_ds > 0);
    if (scene !== null) put(this.block, "hidden", !clock);
    if (clock) {
      const seconds = secondsOf(scene);
      setText(this.number, number(seconds, 0));
      put(this.block.dataset, "digits", `${String(seconds).length}`);
      setText(this.unit, words.unit(seconds));
      const part = scene.clock_of_ds > 0 ? Math.min(scene.clock_ds / scene.clock_of_ds, 1) : 0;
      const dashes = `${Math.round(part * 1000)} 1001`;
      if (this.fill.getAttribute("stroke-dasharray") !== dashes) this.fill.setAttribute("stroke-dasharray", dashes);
    }
    const told = scene !== null && scene.view === "plate" && scene.word_b === scene.goal && scene.word_a === scene.score;
    const scored = scene !== null && !told && (scene.goal > 0 || scene.score > 0);
    put(this.score, "hidden", !scored);
    if (!scored) return;
    setText(this.done, words.score(scene));
    setText(this.best, words.best(scene));
  }
}
