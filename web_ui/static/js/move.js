// A visit that was written down under another patient's code: whose it is, who says so and why, and it goes over.

import { get, post, Refused } from "./api.js";
import { keepName } from "./signer.js";
import { dateTime, say, sentences } from "./texts.js";
import { putRows, setText } from "./values.js";

const own = (key, values) => say(`page.move.${key}`, values);
const byId = (id) => document.getElementById(id);
const MOST = 6; // so many fit beside a keyboard: who is none of them is typed
let asked = 0;
let right = ""; // the code of whose visit it is
let visit = null; // as it was shown last

const legs = () => [...new Set(visit.sessions.map(({ leg_word: leg }) => say(`leg.${leg === "each" || leg === "" ? "both" : leg}`)))].join(", ");

function choose(code) {
  right = code;
  for (const one of byId("move-list").children) one.setAttribute("aria-pressed", String(one.dataset.code === code));
  setText(byId("move-sure"), own("sure", { from: visit.patient, to: code, n: visit.sessions.length, legs: legs() }));
  (byId("move-reason").value === "" ? byId("move-reason") : byId("move-do")).focus();
}

function person({ code, initials, last_ms: last }) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.code = code;
  button.translate = false;
  button.setAttribute("aria-pressed", String(code === right));
  button.textContent = [code, initials, last === null ? "" : dateTime(last)].filter((part) => part !== "").join(" · ");
  button.addEventListener("click", () => choose(code));
  return button;
}

async function find() {
  const mine = ++asked;
  const part = byId("move-part").value.trim();
  try {
    const { patients } = await get(`/patients?limit=${MOST + 1}&q=${encodeURIComponent(part)}`);
    if (mine !== asked) return;
    const others = patients.filter(({ code }) => code !== visit.patient).slice(0, MOST);
    putRows(byId("move-list"), others.map(person));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("move-problem"), error.problem.what);
  }
}

// `path`: of the visit; `shown()`: the visit as the page has it; `moved(visit)`: it went over.
export function startMove(path, shown, moved) {
  const open = () => {
    visit = shown();
    if (!byId("move").open || visit === null) return;
    find();
    byId("move-part").focus();
  };
  byId("move").addEventListener("toggle", open);
  byId("move-part").addEventListener("input", () => {
    setText(byId("move-problem"), "");
    find();
  });
  byId("move-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = byId("move-part").value.trim().toUpperCase();
    const named = [...byId("move-list").children].find(({ dataset }) => dataset.code === typed);
    if (right === "" && named !== undefined) {
      choose(typed); // shown before it is done: the next tap does it
      return;
    }
    if (right === "" && typed !== "") setText(byId("move-problem"), own("choose"));
    const [name, reason] = ["name", "move-reason"].map((id) => byId(id).value.trim()); // the page's own name, as for signing
    const lacks = [[right, "move-part"], [reason, "move-reason"], [name, "name"]].find(([value]) => value === "");
    if (lacks !== undefined) {
      byId(lacks[1]).focus();
      return;
    }
    setText(byId("move-problem"), "");
    byId("move-do").disabled = true;
    try {
      const from = visit.patient;
      moved(await post(`${path}/move`, { patient: right, name, reason }));
      keepName(name);
      setText(byId("moved"), own("done", { from, to: right }));
      byId("move").open = false;
      byId("move-form").reset();
      setText(byId("move-sure"), "");
      right = "";
      byId("moved").scrollIntoView({ block: "center" });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { fields, what, detail } = error.problem;
      setText(byId("move-problem"), fields.length > 0 ? sentences([what, ...fields.map(({ message }) => message)]) : detail);
      byId("move-problem").scrollIntoView({ block: "center" });
    } finally {
      byId("move-do").disabled = false;
    }
  });
  return () => {
    if (location.hash === "#move") byId("move").open = true; // from where the code was typed
  };
}
