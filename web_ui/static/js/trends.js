// A patient's figures from day to day: one card a drill, one picture a figure, and the same as a table.

import { first, Refused } from "./api.js";
import { addressOf, madePaper } from "./paper.js";
import { startShell } from "./shell.js";
import { tapOver } from "./tap.js";
import { say } from "./texts.js";
import { drawTrend } from "./trend-picture.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.trends.${key}`, values);
const byId = (id) => document.getElementById(id);
const { patient: code } = document.body.dataset;

startShell();

function told({ name, points }) {
  const there = points.filter(({ value }) => value !== null).map(({ words: [day, value] }) => [day, value]);
  if (there.length === 0) return own("empty");
  const [[from, first], [to, last]] = [there[0], there.at(-1)];
  return there.length === 1 ? own("one", { figure: name, first, from }) : own("picture", { figure: name, first, from, last, to });
}

function listed(list, words) {
  list.replaceChildren(...words.map((each) => {
    const item = document.createElement("li");
    setText(item, each);
    return item;
  }));
}

function row(kind, words) {
  const line = document.createElement("tr");
  line.append(...words.map((each) => {
    const cell = document.createElement(kind);
    setText(cell, each);
    return cell;
  }));
  return line;
}

function show(card, course, figure, id) {
  const picture = drawTrend(figure, told(figure), id);
  card.querySelector(".drawn").replaceChildren(picture);
  setText(card.querySelector(".meaning"), figure.meaning);
  setText(card.querySelector(".verdict"), figure.verdict);
  const suspect = figure.points.some((point) => point.suspect);
  const legend = [figure.usual && own("usual"), figure.chance && own("chance"), suspect && own("suspect")].filter(Boolean);
  listed(card.querySelector(".notes"), [...legend, ...figure.why, ...(figure.usual ? [figure.usual.words] : []), ...course.notes]);
  card.querySelector("tbody").replaceChildren(...figure.points.map(({ words }) => row("td", words)));
}

function cardOf(course, head, number) {
  const card = byId("course").content.cloneNode(true).querySelector("section");
  const [heading, stood, choice] = ["h2", ".stood", "select"].map((one) => card.querySelector(one));
  setText(heading, course.title);
  heading.id = `trend-${number}`;
  card.setAttribute("aria-labelledby", heading.id);
  setText(stood, course.stood);
  choice.append(...course.figures.map(({ name }, at) => new Option(name, at)));
  card.querySelector("thead").replaceChildren(row("th", head));
  const chosen = () => show(card, course, course.figures[choice.value], `stripes-${number}`);
  choice.addEventListener("change", chosen);
  chosen();
  return card;
}

async function gather() {
  const paper = await madePaper(code, { kind: "trends" });
  if (paper.state === "failed") throw new Refused({ detail: paper.problem });
  const answer = await fetch(addressOf(paper.id));
  const { mark, head, courses } = await answer.json();
  await tapOver();
  setText(byId("mark"), mark);
  byId("mark").hidden = mark === "";
  setText(byId("waits"), courses.length > 0 ? "" : own("nothing"));
  byId("courses").replaceChildren(...courses.map((course, number) => cardOf(course, head, number)));
}

try {
  await first(gather, (words) => setText(byId("problem"), words));
} catch (error) {
  setText(byId("waits"), "");
  if (!(error instanceof Refused)) throw error;
  setText(byId("problem"), error.problem.detail);
}
