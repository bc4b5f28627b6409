// A therapist's own drills: which there are and which of them may be used; a copy of a shipped one; one from a file.

import { get, post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { drillTitle, say, sentences } from "./texts.js";
import { setText, setWords } from "./values.js";

const MOST_BYTES = 65536; // of a file: what the station takes
const own = (key, values) => say(`page.drills.${key}`, values);
const byId = (id) => document.getElementById(id);
const pageOf = (name) => `/therapist/drills/${encodeURIComponent(name)}`;
let busy = false;

function line(tag, text, kind = "") {
  const element = document.createElement(tag);
  setText(element, text);
  element.className = kind;
  return element;
}

const titleOf = (name) => drillTitle(name, "", "").words;

function row({ name, title, language, version, copied_from: origin, tried }) {
  const way = document.createElement("a");
  way.className = "item chevron";
  way.href = pageOf(name);
  const words = line("b", "");
  setWords(words, { words: title, language });
  const about = line("span", "", "grow");
  const how = own("how", { origin: titleOf(origin), version });
  const may = line("span", own(tried ? "tried" : "untried"), "sub");
  may.classList.toggle("here", tried);
  about.append(words, line("span", how, "sub"), may);
  const mark = line("span", tried ? "✓" : "–", "mark");
  mark.classList.toggle("allowed", tried);
  mark.setAttribute("aria-hidden", "true");
  way.append(mark, about);
  return way;
}

function broken({ where, message }) {
  const place = line("p", "");
  const what = line("b", where);
  what.translate = false;
  place.append(what, document.createElement("br"), message);
  return place;
}

function option(value, words) {
  const element = line("option", words);
  element.value = value;
  return element;
}

function show({ drills, wrong, shipped }) {
  byId("list").replaceChildren(...drills.map(row));
  byId("list").hidden = drills.length === 0;
  setText(byId("none"), drills.length === 0 ? own("none") : "");
  byId("wrong").hidden = wrong.length === 0;
  byId("wrong-lines").replaceChildren(...wrong.map(broken));
  const options = () => shipped.map((name) => option(name, titleOf(name)))
    .sort((one, other) => one.textContent.localeCompare(other.textContent, document.documentElement.lang));
  byId("origin").replaceChildren(...options());
  byId("import-from").replaceChildren(option("", "–"), ...options());
}

// What is wrong stands at the field that it names, else at the first field of the form.
function tell(form, { fields, what, detail }, places) {
  const first = form.querySelector(".problem");
  for (const { field, message } of fields) setText(places[field] ? byId(`${places[field]}-problem`) : first, message);
  if (fields.length === 0) setText(first, detail);
  else if (fields.every(({ field }) => !places[field])) setText(first, sentences([what, ...fields.map(({ message }) => message)]));
  form.querySelector(".problem:not(:empty)").scrollIntoView({ block: "center" });
}

function onSubmit(form, places, what) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    for (const place of form.querySelectorAll(".problem")) setText(place, "");
    try {
      const made = await what();
      if (made !== null) location.assign(pageOf(made.name));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell(form, error.problem, places);
    } finally {
      busy = false;
    }
  });
}

onSubmit(byId("copy"), { origin: "origin", name: "name" }, () =>
  post("/own-drills", { origin: byId("origin").value, name: byId("name").value.trim() }));

onSubmit(byId("import-form"), { name: "import-name", "own.copied_from": "import-from" }, async () => {
  const [file] = byId("file").files;
  if (!file || file.size > MOST_BYTES) {
    setText(byId("file-problem"), own(file ? "file.large" : "file.none"));
    return null;
  }
  const [name, origin] = [byId("import-name").value.trim(), byId("import-from").value];
  return post("/own-drills/import", { toml: await file.text(), ...(name && { name }), ...(origin && { copied_from: origin }) });
});

startShell();
get("/own-drills").then(show, (error) => {
  if (!(error instanceof Refused)) throw error;
  setText(byId("problem"), error.problem.detail);
});
