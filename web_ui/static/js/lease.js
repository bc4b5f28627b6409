// Who controls: shows it, takes it, and asks before it takes it from another phone.

import { post, Refused } from "./api.js";
import { say, sentences } from "./texts.js";
import { NOTHING, setText } from "./values.js";

const words = document.getElementById("lease-words");
const buttons = document.getElementById("lease-buttons");
let shown = "";
let asking = false;
let problem = "";

const own = (name, values) => say(`page.therapist.lease.${name}`, values);
const withProblem = (words) => (problem ? sentences([words, problem]) : words);

function button(name, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = own(name);
  element.addEventListener("click", action);
  return element;
}

async function change(body) {
  asking = false;
  shown = "";
  try {
    await post("/lease", body);
    problem = "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problem = error.problem.what;
  }
}

function ask(yes) {
  asking = yes;
  shown = "";
}

export function showLease(snapshot, me) {
  const state = snapshot === null ? "unknown" : snapshot.holder === "" ? "free" : snapshot.holder === me.name ? "mine" : "other";
  const key = `${state} ${snapshot?.holder} ${asking} ${problem}`;
  if (key === shown) return;
  shown = key;
  buttons.dataset.state = state;
  if (state === "unknown") {
    setText(words, NOTHING);
    buttons.replaceChildren();
  } else if (state === "free") {
    asking = false;
    setText(words, withProblem(own("free")));
    buttons.replaceChildren(button("take", () => change({ take: true })));
  } else if (state === "mine") {
    asking = false;
    setText(words, own("mine"));
    buttons.replaceChildren(button("give", () => change({ take: false })));
  } else if (asking) {
    setText(words, own("ask", { phone: snapshot.holder }));
    buttons.replaceChildren(
      button("no", () => ask(false)),
      button("yes", () => change({ take: true, confirm: true })),
    );
  } else {
    setText(words, withProblem(own("other", { phone: snapshot.holder })));
    buttons.replaceChildren(button("take-ask", () => ask(true)));
  }
}
