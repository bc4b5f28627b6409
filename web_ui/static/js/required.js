// What must be filled in says so in a word beside its name: a screen reader says it by itself, for the eye it stands there.
// What the page fills in before anybody comes is not marked.

import { say } from "./texts.js";

function nameOf(field, root) {
  if (field.type === "radio") return field.closest("fieldset")?.querySelector("legend");
  return field.closest("label")?.querySelector("span") ?? root.querySelector(`label[for="${CSS.escape(field.id)}"]`);
}

export function showRequired() {
  const words = say("page.all.required");
  const templates = [...document.querySelectorAll("template")].map(({ content }) => content);
  for (const root of [document, ...templates]) {
    for (const field of root.querySelectorAll("[required]:not([data-filled])")) {
      const name = nameOf(field, root);
      if (name) name.dataset.must = words;
    }
  }
}
