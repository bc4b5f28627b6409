// What a screening allows: the verdict, each item that locks with its way out where there is one, and all answers.

import { Refused } from "./api.js";
import { dateTime, say, sentences, shortest } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.questions.${key}`, values);
const byId = (id) => document.getElementById(id);

// `asker()` is the name that is offered; `changed()` is called when an override was written down.
export function showVerdict(written, asker, changed) {
  const { view } = written;
  const kind = view.vibration ? "allowed" : view.session ? "locked" : "red";
  byId("verdict-card").className = `notice ${{ allowed: "good", locked: "warn", red: "bad" }[kind]}`;
  setText(byId("verdict-what"), own(`verdict.${kind}`));
  const until = view.until_ms === null ? [] : [own("until", { at: dateTime(view.until_ms) })];
  setText(byId("verdict-more"), sentences([own(`more.${kind}`), ...until]));
  setText(byId("verdict-by"), view.asked_by === "" ? "" : own("asked-by", { name: view.asked_by, at: dateTime(view.asked_at_ms) }));
  const items = new Map(view.items.map((one) => [one.id, one]));
  const said = view.why.filter(({ field }) => items.has(field) && items.get(field).state !== "not-asked");
  const open = view.items.filter(({ state }) => state === "not-asked").length;
  byId("locks").replaceChildren(
    ...said.map(({ field, message }) => lock(items.get(field), message, { written, asker, changed })),
    ...(open > 0 ? [row(own("open", { n: open }))] : []),
  );
  byId("all-rows").replaceChildren(...view.items.map(answered));
  byId("proposed").hidden = !view.proposed;
}

function row(words) {
  const item = document.createElement("li");
  item.className = "card";
  setText(item, words);
  return item;
}

function answered({ words, state, answer, override }) {
  const item = document.createElement("li");
  const [what, how] = [document.createElement("span"), document.createElement("b")];
  setText(what, words);
  setText(how, typeof answer === "number" ? shortest(answer) : say(`page.questions.state.${state}`));
  item.append(what, how);
  if (state === "overridden") {
    const why = document.createElement("small");
    setText(why, own("overridden", { name: override.by, reason: override.reason }));
    item.append(why);
  }
  return item;
}

function lock(item, message, { written, asker, changed }) {
  const card = row("");
  const words = document.createElement("p");
  setText(words, message);
  card.append(words);
  if (item.kind === "relative") card.append(...override(item, { written, asker, changed }));
  return card;
}

// Two steps: open, then a name and a reason.
function override(item, { written, asker, changed }) {
  const open = button(own("override"), "plain");
  const form = document.createElement("form");
  form.noValidate = true;
  form.hidden = true;
  const by = field(`by-${item.id}`, own("override-name"), asker(), 60);
  const reason = field(`reason-${item.id}`, own("override-reason"), item.override?.reason ?? "", 200);
  const problem = document.createElement("p");
  problem.className = "problem";
  problem.setAttribute("role", "alert");
  const send = button(own("override-do"), "main");
  send.type = "submit";
  form.append(...by, ...reason, problem, send);
  open.addEventListener("click", () => {
    open.hidden = true;
    form.hidden = false;
    form.scrollIntoView({ block: "center" });
    reason[1].focus({ preventScroll: true });
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    const [name, why] = [by[1], reason[1]].map((input) => input.value.trim());
    setText(problem, name === "" || why === "" ? own("override-both") : "");
    if (problem.textContent !== "") return;
    send.disabled = true;
    try {
      await written.override(item.id, name, why);
    } catch (error) {
      send.disabled = false;
      if (!(error instanceof Refused)) throw error;
      setText(problem, error.problem.detail);
      return;
    }
    changed();
  });
  return [open, form];
}

function button(words, kind) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = kind;
  setText(one, words);
  return one;
}

function field(id, words, value, longest) {
  const [label, input] = [document.createElement("label"), document.createElement("input")];
  label.htmlFor = id;
  setText(label, words);
  Object.assign(input, { id, type: "text", value, maxLength: longest, autocomplete: "off" });
  return [label, input];
}
