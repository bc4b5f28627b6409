// What was seen of the tries of one set, said afterwards: hands guard the patient while it runs. The slider says when,
// a button what; the trace above it shows where something happened, and is not needed.

import { first, get, post, Refused } from "./api.js";
import { addressOf, madePaper } from "./paper.js";
import { startShell } from "./shell.js";
import { dateTime, has, person, say } from "./texts.js";
import { TracePicture } from "./trace-picture.js";
import { number, setText } from "./values.js";

const own = (key, values) => say(`page.marks-later.${key}`, values);
const byId = (id) => document.getElementById(id);
const session = decodeURIComponent(location.pathname.split("/").at(-1));
const PATH = `/sessions/${encodeURIComponent(session)}/marks`;
const AGAIN_MS = 1000;
const cards = new Map(); // by the number of the try
let kinds = [];

startShell();

const newName = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
const seconds = (value) => number(value, 1);
const markAt = ({ mark, at_s: at }) => say("page.visit.mark-at", { mark: say(`mark.${mark}`), seconds: seconds(at) });
const outcome = (name) => say(`page.visit.outcome.${has(`page.visit.outcome.${name}`) ? name : "other"}`);

class TryCard {
  constructor(one) {
    this.number = one.number;
    this.live = []; // what was marked while it ran, once the trace is there
    this.element = byId("try").content.cloneNode(true).querySelector("section");
    [this.slider, this.at, this.told, this.problem] = ["input", ".at", ".told", ".problem"].map((part) => this.element.querySelector(part));
    const heading = this.element.querySelector("h2");
    setText(heading, say("page.visit.try", { number: one.number, leg: say(`leg.${one.leg_word}`), outcome: outcome(one.outcome), seconds: seconds(one.hold_s) }));
    heading.id = `try-${one.number}`;
    this.element.setAttribute("aria-labelledby", heading.id);
    this.slider.id = `at-${one.number}`;
    this.slider.max = one.hold_s.toFixed(1);
    this.at.htmlFor = this.slider.id;
    this.slider.addEventListener("input", () => this.moved());
    this.element.querySelector(".mark-kinds").setAttribute("aria-labelledby", heading.id);
    this.element.querySelector(".mark-kinds").append(...kinds.map((kind) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.mark = kind;
      setText(button, say(`mark.${kind}`));
      button.addEventListener("click", async () => {
        const mark = { mark: kind, at_s: Number(this.slider.value) };
        if (await this.tell("", { ...mark, request: newName() })) setText(this.told, `✓ ${markAt(mark)}`); // the list is further down
      });
      return button;
    }));
    this.moved();
  }

  moved() {
    setText(this.at, own("at", { seconds: seconds(Number(this.slider.value)) }));
    this.picture?.show(Number(this.slider.value));
  }

  draw(trace) {
    this.live = trace.marks;
    this.picture = new TracePicture(trace, own("picture", { number: this.number, seconds: seconds(trace.seconds) }), (at) => {
      this.slider.value = at;
      this.moved();
    });
    this.element.querySelector(".drawn").replaceChildren(this.picture.svg);
    this.element.querySelector(".legend").hidden = false;
    this.moved();
    this.show(this.shown);
  }

  show(one) {
    this.shown = one;
    const said = [...(one.of > 0 ? [own("done", { done: one.done, of: one.of })] : []), ...(one.errors === null ? [] : [own("errors", { count: one.errors })])];
    setText(this.element.querySelector(".counted"), said.join(" · "));
    this.element.querySelector(".same").hidden = one.counts;
    const lines = [
      ...this.live.map((mark) => [mark, [markAt(mark), own("live")]]),
      ...one.marks.map((mark) => [mark, [markAt(mark), person(mark.by)]]),
    ].sort(([a], [b]) => a.at_s - b.at_s);
    this.element.querySelector(".marks").replaceChildren(...lines.map(([mark, words]) => this.line(mark, words.filter(Boolean).join(" · "))));
    this.picture?.mark(lines.map(([mark]) => mark.at_s));
  }

  line(mark, words) {
    const line = byId("mark").content.cloneNode(true).firstElementChild;
    setText(line.querySelector("span"), words);
    const button = line.querySelector("button");
    if (mark.id === undefined) button.remove(); // it stands in the recording
    else {
      button.setAttribute("aria-label", `${button.textContent}: ${words}`);
      button.addEventListener("click", () => this.tell("/take-back", { id: mark.id }));
    }
    return line;
  }

  async tell(way, body) {
    for (const words of [this.told, this.problem]) setText(words, "");
    try {
      showAll(await post(`${PATH}${way}`, { number: this.number, ...body }));
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setText(this.problem, error.problem.detail);
      return false;
    }
  }
}

function showAll(marked) {
  for (const one of marked.tries) cards.get(one.number)?.show(one);
}

async function draw(patient) {
  const paper = await madePaper(patient, { kind: "trace", session });
  if (paper.state === "failed") throw new Refused({ detail: paper.problem });
  const { tries } = await (await fetch(addressOf(paper.id))).json();
  for (const trace of tries) cards.get(trace.number)?.draw(trace);
}

const problem = (words) => setText(byId("problem"), words);
try {
  let marked = await first(() => get(PATH), problem);
  setText(byId("whose"), [marked.patient, marked.title, dateTime(marked.started_ms)].join(" · "));
  if (marked.visit !== "") byId("to-visit").href = `/therapist/visit/${encodeURIComponent(marked.visit)}`;
  while (!marked.ready) {
    setText(byId("about"), own("waits"));
    await new Promise((done) => { setTimeout(done, AGAIN_MS); });
    marked = await first(() => get(PATH), problem);
  }
  kinds = marked.kinds;
  setText(byId("about"), own(kinds.length === 0 ? "none" : "about"));
  if (kinds.length > 0) {
    for (const one of marked.tries) cards.set(one.number, new TryCard(one));
    byId("tries").replaceChildren(...[...cards.values()].map(({ element }) => element));
    showAll(marked);
    await draw(marked.patient).catch((error) => {
      if (!(error instanceof Refused)) throw error;
      setText(byId("picture-problem"), own("no-picture", { why: error.problem.detail }));
    });
  }
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  problem(error.problem.detail);
}
