// The list of patients: found by a part of the code or, where names may pass, the initials, each a way to their page.

import { get } from "./api.js";
import { startShell } from "./shell.js";
import { dateTime, say } from "./texts.js";
import { putRows, setText } from "./values.js";

const AGAIN_MS = 2000;
const CODE = /^[A-Z0-9][A-Z0-9._-]*$/;
const own = (key, values) => say(`page.patients.${key}`, values);
const byId = (id) => document.getElementById(id);
const byInitials = document.body.dataset.may.split(" ").includes("names");
let onPlate = ""; // whose drill runs
let shown = null; // the answer that is on the page
let asked = 0;

function line(tag, text, kind = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = kind;
  return element;
}

function row({ code, initials, birth_year: year, last_ms: last }) {
  const way = document.createElement("a");
  way.className = "item chevron";
  way.href = `/therapist/p/${encodeURIComponent(code)}`;
  const name = line("span", code, "code");
  name.translate = false;
  const about = line("span", "", "grow");
  const who = line("b", initials);
  who.translate = false;
  if (initials !== "") about.append(who, " ");
  if (year !== null) about.append(line("span", own("born", { year })));
  const here = code === onPlate ? own("on-plate") : last === null ? own("never") : own("last", { at: dateTime(last) });
  const now = line("span", here, "sub");
  now.classList.toggle("here", code === onPlate);
  about.append(now);
  way.append(name, about);
  return way;
}

function paint() {
  if (shown === null) return;
  const { patients, count } = shown;
  const first = patients.filter(({ code }) => code === onPlate);
  putRows(byId("list"), [...first, ...patients.filter(({ code }) => code !== onPlate)].map(row));
  byId("list").hidden = patients.length === 0;
  const part = byId("part").value.trim();
  const none = part === "" ? own("none") : own(byInitials ? "not-found" : "not-found-code", { part });
  setText(byId("found"), count === 0 ? none : count > patients.length ? own("more", { shown: patients.length, count }) : "");
  const code = part.toUpperCase();
  const isNew = CODE.test(code) && !patients.some((one) => one.code === code);
  setText(byId("new"), isNew ? own("new-code", { code }) : own("new"));
  byId("new").href = `/therapist/patients/new${isNew ? `?code=${encodeURIComponent(code)}` : ""}`;
}

async function find() {
  const mine = ++asked;
  try {
    const answer = await get(`/patients?q=${encodeURIComponent(byId("part").value.trim())}`);
    if (mine === asked) {
      shown = answer;
      paint();
    }
  } catch (error) {
    if (mine !== asked) return;
    setText(byId("found"), error.problem.what);
    setTimeout(() => mine === asked && find(), AGAIN_MS);
  }
}

byId("part").addEventListener("input", find);
startShell((snapshot) => {
  const now = snapshot !== null && snapshot.session > 0 ? snapshot.patient : "";
  if (now === onPlate) return;
  onPlate = now;
  paint();
});
find();
