// Fields of a form, and what is wrong with each: beside it, the first of them in sight and in focus.

import { sentences } from "./texts.js";
import { setText } from "./values.js";

// What a refusal says, by field; of the whole where it names none.
export const problemsOf = ({ fields, detail }) => (fields.length > 0 ? fields : [{ field: "body", message: detail }]);

// What belongs to no field that is on the page has a place of its own.
export function showProblems(form, problems) {
  const said = new Map();
  for (const { field: name, message } of problems) {
    const own = document.getElementById(`${name}-problem`);
    const place = own === null || own.closest("[hidden]") ? document.getElementById("body-problem") : own;
    said.set(place, [...(said.get(place) ?? []), message]);
    setText(place, sentences(said.get(place)));
    const input = document.getElementById(name);
    if (input) input.setAttribute("aria-invalid", "true");
  }
  if (problems.length === 0) return;
  const asked = form.querySelector(`[data-field=${problems[0].field}]`);
  const first = asked !== null && !asked.hidden ? asked : document.getElementById("body-problem");
  first.scrollIntoView({ block: "center" });
  (first.querySelector("input, select, textarea") ?? first).focus({ preventScroll: true });
}

export function clearProblems(form) {
  for (const place of form.querySelectorAll("p.problem:not(#peak)")) place.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}
