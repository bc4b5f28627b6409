// What counts of today's vibration, and the clock of the day: what nobody knows is decided here, by name.

import { get, post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { dateTime, person, say, sentences } from "./texts.js";
import { clock, number, setText, used } from "./values.js";

const AGAIN_MS = 10000;
const APART_MS = 120000; // of two clocks: people notice no less
const own = (key, values) => say(`page.day.${key}`, values);
const byId = (id) => document.getElementById(id);
let shownMs = 0; // what the clock showed last

startShell();

function showClock({ voucher, by, wall_ms: wall }) {
  shownMs = wall;
  setText(byId("clock"), own(`clock.${voucher || "nobody"}`, { at: dateTime(wall), by: person(by) }));
  const apart = Math.abs(Date.now() - wall) > APART_MS;
  setText(byId("apart"), apart ? own("apart", { at: dateTime(Date.now()) }) : "");
  byId("clock-form").hidden = voucher !== "";
}

function row(dose) {
  const item = byId("dose").content.cloneNode(true).firstElementChild;
  setText(item.querySelector(".code"), dose.patient || own("everybody"));
  setText(item.querySelector(".counts"), own("counts", { used: clock(used(dose.counts_s)) }));
  setText(item.querySelector(".sub"), own(`state.${dose.state}`, { at: dateTime(dose.at_ms) }));
  if (dose.state === "committed") item.querySelector(".grow").append(decision(dose));
  return item;
}

function decision({ id, committed_s: whole }) {
  const part = byId("decide").content.cloneNode(true).firstElementChild;
  const form = part.querySelector("form");
  setText(part.querySelector("summary"), own("decide-this", { seconds: number(whole, 1) }));
  form.elements.given.max = whole;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { given, name, reason } = Object.fromEntries(new FormData(form));
    const body = { given_s: given === "" ? null : Number(given), name, reason };
    send(`/day/doses/${encodeURIComponent(id)}`, body, form.querySelector(".problem"));
  });
  return part;
}

function show({ clock, doses }) {
  showClock(clock);
  // What somebody is typing stays: the rows change with the next answer after it.
  if (byId("doses").contains(document.activeElement)) return;
  byId("doses").replaceChildren(...doses.map(row));
  setText(byId("none"), doses.length > 0 ? "" : own("none"));
}

async function send(path, body, problem) {
  setText(problem, "");
  try {
    const day = await post(path, body);
    document.activeElement.blur();
    show(day);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, what, detail } = error.problem;
    setText(problem, fields.length > 0 ? sentences([what, ...fields.map(({ message }) => message)]) : detail);
    problem.scrollIntoView({ block: "center" });
  }
}

byId("clock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  send("/day/clock", { name: byId("clock-name").value, wall_ms: shownMs }, byId("clock-problem"));
});

async function look() {
  try {
    show(await get("/day"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("none"), error.problem.detail);
  }
  setTimeout(look, AGAIN_MS);
}
look();
