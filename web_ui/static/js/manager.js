// The manager's page: how much the plate is used, and who is proposed for erasing because nothing was written down for years.

import { get, post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { withPin } from "./manager-pin.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { isSure } from "./sure.js";
import { dayOf, decimal, say } from "./texts.js";
import { number, setText } from "./values.js";

const LONGEST_MS = 300_000; // each of them, and the records are written anew
const own = (key, values) => say(`page.manager.${key}`, values);
const byId = (id) => document.getElementById(id);
const form = byId("confirm");

function cell(words, kind = "td") {
  const found = document.createElement(kind);
  setText(found, words);
  return found;
}

function week(day, lines) {
  const item = byId("week").content.cloneNode(true).firstElementChild;
  const words = own("week", { day: dayOf(day) });
  item.setAttribute("aria-label", words);
  setText(item.querySelector(".day"), words);
  item.querySelector("tbody").append(...lines.map((line) => {
    const row = document.createElement("tr");
    row.append(cell(line.title, "th"), ...[line.sessions, line.patients].map((count) => cell(number(count, 0))), cell(decimal(line.hours, 1)));
    return row;
  }));
  return item;
}

function showUse({ weeks, lines }) {
  setText(byId("use-none"), lines.length === 0 ? own("use-none", { weeks }) : "");
  const days = [...new Set(lines.map((line) => line.week))];
  byId("weeks").replaceChildren(...days.map((day) => week(day, lines.filter((line) => line.week === day))));
}

function showKept({ years, vouched, patients }) {
  const none = patients.length === 0 ? "kept-none" : "kept-some";
  setText(byId("kept-about"), years === null ? own("kept-unset") : own(vouched ? none : "kept-clock", { years }));
  form.hidden = patients.length === 0;
  byId("kept").replaceChildren(...patients.map(({ code, last, sessions }) => {
    const line = byId("one").content.cloneNode(true).firstElementChild;
    line.querySelector("input").value = code;
    setText(line.querySelector("span"), own("since", { patient: code, day: dayOf(last), n: sessions }));
    return line;
  }));
}

async function confirm(codes, name) {
  keepName(name);
  const done = await post("/retention", { name, codes }, LONGEST_MS);
  showKept(done);
  const words = [
    own("erased", { codes: done.erased.join(", ") }),
    ...done.remains.map((file) => say("page.erase.remains", { name: file })),
    ...done.not_told.map((folder) => say("page.erase.not-told", { name: folder })),
  ];
  byId("rest").replaceChildren(...words.map((said) => cell(said, "li")));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearProblems(form);
  const name = byId("name").value.trim();
  const codes = [...form.querySelectorAll("input[name=code]:checked")].map((box) => box.value);
  if (codes.length === 0 || name === "") {
    showProblems(form, [codes.length === 0 ? { field: "codes", message: own("nobody") } : { field: "name", message: own("name-missing") }]);
    return;
  }
  if (!isSure(byId("erase"), (asks) => setText(byId("erase"), asks ? own("sure", { codes: codes.join(", ") }) : own("erase")))) return;
  try {
    await confirm(codes, name);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(form, problemsOf(error.problem).map(({ message }) => ({ field: "codes", message })));
  }
});

async function open() {
  try {
    const found = await withPin(async () => ({ use: await get("/use"), kept: await get("/retention") }), open);
    for (const part of document.querySelectorAll(".managed")) part.hidden = found === null;
    if (found === null) return;
    showUse(found.use);
    showKept(found.kept);
    byId("name").value ||= lastName();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

startShell();
open();
