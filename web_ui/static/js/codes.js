// What a patient is called: whether the code is new, which one may have been meant, and how a mistyped one is corrected.

import { get, post, Refused } from "./api.js";
import { showOrder } from "./order.js";
import { say, sentences } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.therapist.${key}`, values);
const byId = (id) => document.getElementById(id);
const correction = byId("correct");
let use = () => {};
let corrected = () => {};
let shown = ""; // the code that was asked for last

export const onUsed = (listener) => { use = listener; };
export const onCorrected = (listener) => { corrected = listener; };

function near(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = own("code-use", { code });
  button.addEventListener("click", () => use(code));
  return button;
}

// Says beside the field what is known of this code. An answer that does not come says nothing.
export async function showCode(code) {
  shown = code;
  showOrder(code);
  let answer = { code: "", known: true, near: [] };
  try {
    if (code) answer = await get(`/patients/${encodeURIComponent(code)}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  if (shown === code) paint(code, answer);
  return answer;
}

function paint(code, answer) {
  setText(byId("patient-new"), answer.known ? "" : own(answer.near.length > 0 ? "code-new-near" : "code-new", { code }));
  byId("patient-near").replaceChildren(...answer.near.map(near));
  correction.hidden = answer.code === "" || !answer.known;
  correction.dataset.code = code;
  setText(byId("correct-title"), own("correct.title", { code }));
}

// Of each field of which both codes say something else: which of them is right about it. Nothing is chosen before.
function askWhich(fields, codes) {
  byId("correct-which").append(...fields.map(({ field, message }) => {
    const one = byId("correct-one").content.cloneNode(true).firstElementChild;
    const select = one.querySelector("select");
    select.id = `correct-keep-${field}`;
    select.name = field;
    const label = one.querySelector("label");
    label.htmlFor = select.id;
    label.textContent = message;
    select.append(...["", ...codes].map((each) => new Option(each === "" ? own("correct.choose") : each, each)));
    return one;
  }));
}

const decided = () => Object.fromEntries(
  [...byId("correct-which").querySelectorAll("select")].filter(({ value }) => value !== "").map(({ name, value }) => [name, value]));

// Which of two it is was asked of this code.
byId("correct-right").addEventListener("change", () => byId("correct-which").replaceChildren());

// The code is right, and the visit was another's: it is moved on the visit's own page.
byId("correct-visit").addEventListener("click", async () => {
  const { code } = correction.dataset;
  const { visits } = await get(`/patients/${encodeURIComponent(code)}/visits`).catch(() => ({ visits: [] }));
  location.assign(visits.length > 0 ? `/therapist/visit/${encodeURIComponent(visits[0].id)}#move` : `/therapist/p/${encodeURIComponent(code)}`);
});

byId("correct-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { code } = correction.dataset;
  const [right, name, reason] = ["correct-right", "correct-name", "correct-reason"].map((id) => byId(id).value.trim());
  setText(byId("correct-problem"), "");
  try {
    await post(`/patients/${encodeURIComponent(code)}/correct`, { right, name, reason, keep: decided() });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { fields, what, detail, code: why } = error.problem;
    if (why === "codes-contradict") {
      const asked = fields.filter(({ field }) => byId(`correct-keep-${field}`) === null);
      askWhich(asked, [code, right.toUpperCase()]);
      setText(byId("correct-problem"), what);
      [...byId("correct-which").querySelectorAll("select")].find(({ value }) => value === "").focus();
      return;
    }
    setText(byId("correct-problem"), fields.length > 0 ? sentences([what, ...fields.map(({ message }) => message)]) : detail);
    byId("correct-problem").scrollIntoView({ block: "center" });
    return;
  }
  event.target.reset();
  byId("correct-which").replaceChildren();
  correction.open = false;
  use(right.toUpperCase());
  corrected(right.toUpperCase());
});
