// The orders of partial load of one patient: what stands, a new one, and one that is withdrawn by name and reason.

import { first, get, post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";
import { showOrder } from "./order.js";
import { startShell } from "./shell.js";
import { dayOf, say, sentences } from "./texts.js";
import { NOTHING, number, setText } from "./values.js";

const own = (key, values) => say(`page.orders.${key}`, values);
const byId = (id) => document.getElementById(id);
const { patient: code } = document.body.dataset;
const PATH = `/patients/${encodeURIComponent(code)}/orders`;
const form = byId("fields");
const LEAST_BODY_KG = 20;
const MOST_BODY_KG = 250;
let taken = null; // the order that is being withdrawn
let name = crypto.randomUUID?.() ?? ""; // of the order that is typed: sent twice it is one
let busy = false;

const whole = (value) => number(value, Number.isInteger(value) ? 0 : 1);
const legOf = (leg) => (leg === "" ? own("of-plan") : say(`leg.${leg}-leg`));

function words({ leg, kg, percent_bw: percent, until, ordered_by: who }) {
  return own("line", { leg: legOf(leg), percent: whole(percent), kg: whole(kg), until: dayOf(until), who });
}

function card(order) {
  const part = document.createElement("section");
  part.className = `notice ${order.state === "valid" ? "warn" : "bad"}`;
  const title = document.createElement("h2");
  title.textContent = own("load", { leg: legOf(order.leg), percent: whole(order.percent_bw), kg: whole(order.kg) });
  const more = document.createElement("p");
  more.textContent = own(`state.${order.state}`, { until: dayOf(order.until), who: order.ordered_by });
  const limit = document.createElement("p");
  limit.textContent = own("limit", { limit: number(order.limit_kg, 1) });
  const away = document.createElement("button");
  away.type = "button";
  away.textContent = own("withdraw-this");
  away.addEventListener("click", () => ask(order));
  part.append(title, more, limit, away);
  return part;
}

function ask(order) {
  taken = order;
  setText(byId("away-which"), words(order));
  byId("away").hidden = false;
  byId("away").scrollIntoView({ block: "center" });
  byId("away-reason").focus({ preventScroll: true });
}

function show({ standing, earlier, full_load: free, why }) {
  byId("standing").replaceChildren(...standing.map(card));
  byId("none").hidden = !free || standing.length > 0;
  setText(byId("problem"), !free && standing.length === 0 && why.length > 0 ? sentences(why.map(({ message }) => message)) : "");
  byId("before").hidden = earlier.length === 0;
  byId("earlier").replaceChildren(...earlier.map((order) => {
    const line = document.createElement("li");
    line.textContent = own("was", { order: words(order), by: order.withdrawn_by, reason: order.reason === "replaced" ? own("replaced") : order.reason });
    return line;
  }));
  showOrder(code);
}

const numberIn = (id) => {
  const text = byId(id).value.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
};

// What both numbers mean together, before anybody sends them: a pound that was taken for a kilogram shows here.
function showMeaning() {
  const kg = numberIn("kg");
  const percent = numberIn("percent_bw");
  const body = typeof kg === "number" && typeof percent === "number" && percent > 0 ? (100 * kg) / percent : null;
  if (body === null || kg === 0) {
    setText(byId("means"), "");
    return;
  }
  const limit = Math.min(kg + body / 10, 1.2 * kg);
  const likely = body >= LEAST_BODY_KG && body <= MOST_BODY_KG;
  setText(byId("means"), own(likely ? "means" : "means-no-body", { body: number(body, 0), limit: number(limit, 1) }));
}

function read() {
  const text = (id) => byId(id).value.trim();
  const leg = form.querySelector("[name=leg]:checked")?.value ?? "";
  const on = text("ordered_on");
  return {
    leg, kg: numberIn("kg"), percent_bw: numberIn("percent_bw"), ordered_by: text("ordered_by"), until: text("until"),
    by: text("by"), id: name, ...(on === "" ? {} : { ordered_on: on }),
  };
}

form.addEventListener("input", showMeaning);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  clearProblems(form);
  try {
    show(await post(PATH, read()));
    form.reset();
    showMeaning();
    name = crypto.randomUUID?.() ?? "";
    byId("standing").scrollIntoView({ block: "start" });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(form, problemsOf(error.problem));
  } finally {
    busy = false;
  }
});

byId("away-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy || taken === null) return;
  busy = true;
  setText(byId("away-problem"), "");
  const [reason, by] = ["away-reason", "away-name"].map((id) => byId(id).value.trim());
  try {
    show(await post(`${PATH}/withdraw`, { order: taken.id, by, reason }));
    event.target.reset();
    byId("away").hidden = true;
    taken = null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("away-problem"), sentences(problemsOf(error.problem).map(({ message }) => message)) || NOTHING);
  } finally {
    busy = false;
  }
});

async function look() {
  try {
    show(await first(() => get(PATH), (words) => setText(byId("problem"), words)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.what);
  }
}

startShell();
look();
