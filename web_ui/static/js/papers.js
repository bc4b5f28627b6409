// What is made of one patient's records: chosen, waited for, opened or kept.

import { get, Refused } from "./api.js";
import { addressOf, madePaper } from "./paper.js";
import { startShell } from "./shell.js";
import { keepName, lastName } from "./signer.js";
import { dateTime, say, sentences } from "./texts.js";
import { number, setText } from "./values.js";

const own = (key, values) => say(`page.papers.${key}`, values);
const byId = (id) => document.getElementById(id);
const { patient: code } = document.body.dataset;
const OF = `/patients/${encodeURIComponent(code)}`;
const chosen = () => document.querySelector("input[name=kind]:checked").value;

startShell();
byId("name").value ||= lastName(); // somebody may have begun to type

function order() {
  const visit = byId("visit").value;
  const name = byId("name").value.trim();
  const isWhole = chosen() === "everything"; // of one person there is no part
  if (isWhole) keepName(name);
  return { kind: chosen(), language: byId("language").value, ...(isWhole ? name !== "" && { name } : visit !== "" && { visit }) };
}

function showReady({ id, kind, name, size }) {
  const address = addressOf(id);
  setText(byId("ready-title"), own("ready", { what: own(`kind.${kind}`) }));
  setText(byId("file"), own("file", { name, kb: number(Math.ceil(size / 1000), 0) }));
  byId("open").hidden = !name.endsWith(".pdf");
  byId("open").href = `${address}?show=true`;
  byId("save").href = address;
  byId("save").download = name;
  byId("ready").hidden = false;
  byId("ready").scrollIntoView({ block: "center" });
  byId("ready").focus({ preventScroll: true });
}

function showProblem(words) {
  setText(byId("problem"), words);
  byId("problem").scrollIntoView({ block: "center" });
  byId("problem").focus({ preventScroll: true });
}

byId("wanted").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (byId("make").disabled) return;
  byId("make").disabled = true;
  byId("ready").hidden = true;
  setText(byId("problem"), "");
  setText(byId("waits"), own("waits"));
  try {
    const paper = await madePaper(code, order());
    setText(byId("waits"), "");
    if (paper.state === "ready") showReady(paper);
    else showProblem(paper.problem);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, what, detail } = error.problem;
    setText(byId("waits"), "");
    showProblem(fields.length > 0 ? sentences([what, ...fields.map(({ message }) => message)]) : detail);
  } finally {
    byId("make").disabled = false;
  }
});
const WHOLE = ["figures", "fhir", "everything"]; // of all visits, unless one is chosen

function showChosen() {
  byId("by").hidden = chosen() !== "everything";
  byId("visit").closest(".field").hidden = chosen() === "everything";
  setText(byId("any"), own(WHOLE.includes(chosen()) ? "all" : "newest"));
}
showChosen(); // a browser that comes back to a page keeps what was chosen

// What was made is of what was chosen then.
byId("wanted").addEventListener("change", () => {
  showChosen();
  byId("ready").hidden = true;
  setText(byId("problem"), "");
});

async function listVisits() {
  try {
    const { visits } = await get(`${OF}/visits`);
    byId("visit").append(...visits.map(({ id, opened_ms: at }) => new Option(dateTime(at), id)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // the newest can be had all the same
  }
}
listVisits();
