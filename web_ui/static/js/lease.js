// Who controls: shows it, takes it, and asks before it takes it from another phone.

import { post, Refused } from "./api.js";
import { setText } from "./values.js";

const words = document.getElementById("lease-words");
const buttons = document.getElementById("lease-buttons");
let shown = "";
let asking = false;
let problem = "";

function button(label, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
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
  if (state === "unknown") {
    setText(words, "–");
    buttons.replaceChildren();
  } else if (state === "free") {
    asking = false;
    setText(words, `Nobody controls the station. Start takes control. ${problem}`);
    buttons.replaceChildren(button("Take control", () => change({ take: true })));
  } else if (state === "mine") {
    asking = false;
    setText(words, "You control the station. STOP works for everybody.");
    buttons.replaceChildren(button("Give control back", () => change({ take: false })));
  } else if (asking) {
    setText(words, `Take control from phone ${snapshot.holder}? Its user can then only look on and stop.`);
    buttons.replaceChildren(
      button("No, look on", () => ask(false)),
      button("Yes, take control", () => change({ take: true, confirm: true })),
    );
  } else {
    setText(words, `Phone ${snapshot.holder} controls the station. You look on; STOP works. ${problem}`);
    buttons.replaceChildren(button("Take control …", () => ask(true)));
  }
}
