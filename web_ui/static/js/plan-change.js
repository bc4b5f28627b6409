// Changing a plan's lines one by one: struck and taken back, on another leg, with other tries, at another level; taken on.

import { keepName, lastName } from "./signer.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const byId = (id) => document.getElementById(id);
const own = (key, values) => say(`page.plan.${key}`, values);
const isRange = ({ min, max }) => say("page.therapist.range", { least: min, most: max });

// What stands below a drill's row; `send` asks the station and says in a place what it refused.
export function changeOf(line, send) {
  const part = byId("edit").content.cloneNode(true).firstElementChild;
  const [form, problem] = [part.querySelector("form"), part.querySelector(".problem")];
  const { elements } = form;
  const of = (name) => form.querySelector(`[data-of=${name}]`);
  const { drill, sides = [], changed = {}, level, trials = null } = line;
  of("leg").hidden = sides.length < 2;
  const chosen = changed.leg ?? "both";
  for (const leg of ["both", ...sides]) elements.leg.append(new Option(say(`leg.${leg}`), leg, false, leg === chosen));
  of("trials").hidden = trials === null || trials.min === trials.max;
  if (trials !== null) Object.assign(elements.trials, { min: trials.min, max: trials.max, value: String(changed.trials ?? trials.default) });
  setText(of("trials").querySelector(".range"), trials === null ? "" : isRange(trials));
  of("rung").hidden = level === null;
  if (level !== null) Object.assign(elements.rung, { max: level.rungs, value: String(changed.rung ?? level.rung) });
  setText(of("rung").querySelector(".range"), level === null ? "" : isRange({ min: 1, max: level.rungs }));
  const before = { leg: chosen, trials: elements.trials.value, rung: elements.rung.value };
  elements.name.value = lastName();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { name, reason, ...values } = Object.fromEntries(new FormData(form));
    keepName(name.trim());
    byId("accept-name").value = name.trim();
    if (event.submitter?.value === "strike") {
      send({ action: "strike", drill, name, reason }, problem);
      return;
    }
    const other = Object.entries(values).filter(([key, value]) => value !== before[key] && !of(key).hidden);
    const numbers = other.map(([key, value]) => [key, key === "leg" || value === "" ? value : Number(value)]);
    send({ action: "change", drill, name, ...Object.fromEntries(numbers) }, problem);
  });
  part.querySelector(".strike").addEventListener("click", () => {
    if (lastName() !== "") send({ action: "strike", drill, name: lastName() }, byId("problem"));
    else {
      part.querySelector("details").open = true;
      elements.name.focus();
    }
  });
  return part;
}

export function struckRow({ drill, title, reason, by }, send) {
  const item = byId("struck-row").content.cloneNode(true).firstElementChild;
  setText(item.querySelector(".sub"), own("struck", { title, reason, by }));
  const button = item.querySelector("button");
  button.setAttribute("aria-label", `${button.textContent}: ${title}`);
  button.addEventListener("click", () => send({ action: "restore", drill, name: lastName() || by }, byId("problem")));
  return item;
}

// A plan that nobody has taken on yet is taken on by name.
export function startAccept(send) {
  byId("accept-name").value = lastName();
  byId("accept").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = byId("accept-name").value.trim();
    keepName(name);
    send({ action: "accept", name }, byId("accept-problem"));
  });
}

export const showAccept = (plan, hidden) => { byId("accept").hidden = hidden || plan === null || plan.state !== "proposed"; };
