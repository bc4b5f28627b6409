// The manager's list: paired phones, when each was last seen, who is trained, one tap to take one off; and the roles' PINs.

import { call, get, post, Refused } from "./api.js";
import { withPin } from "./manager-pin.js";
import { startShell } from "./shell.js";
import { calm, isSure } from "./sure.js";
import { say, sentences } from "./texts.js";
import { putRows, setText } from "./values.js";

const AGAIN_MS = 5000;
const DAY_S = 86400;
const lines = new Map(); // rows of phones and people, by their addresses
const pins = new Map(); // forms, by their roles
let turn = 0; // what was asked before a change is older than it
const ROLES = ["manager", "therapist", "technician", "viewer"];
const own = (key, values) => say(`page.people.${key}`, values);
const byId = (id) => document.getElementById(id);
const path = ({ id }) => `/phones/${encodeURIComponent(id)}`;

function ago(seconds) {
  if (seconds < 120) return own("now");
  if (seconds < 2 * 3600) return own("minutes", { count: Math.round(seconds / 60) });
  return seconds < 2 * DAY_S ? own("hours", { count: Math.round(seconds / 3600) }) : own("days", { count: Math.round(seconds / DAY_S) });
}

function phoneLine(phone) {
  const { name, called, role, transport, seen_s: seen, left_s: left } = phone;
  const about = { role: say(`page.role.${role}`), seen: ago(seen), days: Math.ceil(left / DAY_S) };
  return line(phone, path(phone), called === "" ? name : `${called} · ${name}`, own(transport, about));
}

const personLine = (person) => line(person, `/people/${encodeURIComponent(person.id)}`, person.name, say(`page.role.${person.role}`));

// The row of this address stays the same one, with its focus and with what it asks: what others change is written into it.
function line({ trained }, place, name, about) {
  const item = lines.get(place) ?? newLine(place);
  lines.set(place, item);
  setText(item.querySelector(".name"), name);
  setText(item.querySelector(".sub"), about);
  item.querySelector(".trained").checked = trained;
  const revoke = item.querySelector(".revoke");
  revoke.setAttribute("aria-label", `${revoke.textContent}: ${name}`);
  return item;
}

function newLine(place) {
  const item = byId("phone").content.cloneNode(true).firstElementChild;
  const box = item.querySelector(".trained");
  box.addEventListener("change", () => send(() => post(place, { trained: box.checked })));
  const revoke = item.querySelector(".revoke");
  const offer = (asks) => {
    const words = own(asks ? "revoke-sure" : "revoke");
    setText(revoke, words);
    revoke.setAttribute("aria-label", `${words}: ${item.querySelector(".name").textContent}`);
  };
  setText(revoke, own("revoke"));
  revoke.addEventListener("click", () => isSure(revoke, offer) && send(() => call(place, { method: "DELETE" }, 5000)));
  return item;
}

// As a row: what is typed in one stays, whatever becomes of the others.
function pinForm(role, isSet) {
  const form = pins.get(role) ?? newPinForm(role);
  pins.set(role, form);
  setText(form.querySelector(".role"), own(isSet ? "pin-set" : "pin-none", { role: say(`page.role.${role}`) }));
  setText(form.querySelector("button"), own(isSet ? "pin-change" : "pin-save"));
  return form;
}

function newPinForm(role) {
  const form = byId("role").content.cloneNode(true).firstElementChild;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".problem");
    setText(problem, "");
    try {
      await post("/pins", { role, pin: form.elements.pin.value });
      form.elements.pin.value = "";
      showPins();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setText(problem, error.problem.detail);
    }
  });
  return form;
}

byId("new-person").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { name, role, pin } = form.elements;
  const problem = form.querySelector(".problem");
  setText(problem, "");
  try {
    await post("/people", { name: name.value.trim(), role: role.value, pin: pin.value });
    form.reset();
    document.activeElement?.blur();
    turn += 1;
    await look();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, detail } = error.problem;
    setText(problem, fields.length > 0 ? sentences(fields.map(({ message }) => message)) : detail);
  }
});

async function showPins() {
  const { roles } = await get("/pins");
  setText(byId("pins-about"), own(roles.includes("manager") ? "pins-about" : "pins-first"));
  const forms = ROLES.map((role) => pinForm(role, roles.includes(role)));
  if (byId("pins").children.length === 0) byId("pins").append(...forms);
}

async function send(change) {
  setText(byId("problem"), "");
  turn += 1;
  try {
    await change();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
  turn += 1;
  calm();
  look();
}

async function showNetwork() {
  const { name, changeable, state } = await get("/network");
  byId("network").hidden = name === "" && !changeable;
  setText(byId("network-name"), name);
  setText(byId("network-state"), own(`key-${state}`));
  byId("new-key").disabled = !changeable || state === "due" || state === "asked";
}

byId("new-key").addEventListener("click", () => send(() => post("/network/key")));

function showList(id, rows) {
  const there = byId(id).children;
  const isSame = there.length === rows.length && rows.every((row, at) => row === there[at]);
  if (!isSame) putRows(byId(id), rows);
}

async function look() {
  const mine = turn;
  try {
    const answer = await withPin(() => get("/phones"), look);
    for (const part of document.querySelectorAll(".managed")) part.hidden = answer === null;
    if (answer === null) return;
    await showNetwork();
    await showPins();
    const { people } = await get("/people");
    if (mine !== turn) return; // another look follows what was sent meanwhile
    showList("staff", people.map(personLine));
    setText(byId("none"), answer.phones.length === 0 ? own("none") : "");
    showList("phones", answer.phones.map(phoneLine));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

startShell();
look();
setInterval(look, AGAIN_MS);
