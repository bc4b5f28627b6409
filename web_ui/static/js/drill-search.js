// A drill is found by some letters of its title or of its group's: below the field stand the drills that have them.

import { say } from "./texts.js";
import { setText, setWords } from "./values.js";

const MOST = 8; // on a phone, above the keyboard
const own = (key, values) => say(`page.therapist.${key}`, values);
const byId = (id) => document.getElementById(id);
const field = byId("drill-search");
let all = []; // { name, title, group, letters }

// Without signs above and below letters, however they are typed.
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

// `titleOf(name)` as of the form; `choose(name)` takes a drill into it.
export function startSearch(groups, titleOf, choose) {
  all = groups.flatMap(({ title: group, drills }) => drills.map((name) => {
    const title = titleOf(name);
    return { name, title, group, letters: plain(`${title.words} ${group}`) };
  }));
  field.addEventListener("input", () => show(choose));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it starts nothing
    const found = byId("drill-found").querySelectorAll("button");
    if (found.length === 1) found[0].click();
    else found[0]?.focus();
  });
}

function show(choose) {
  const words = plain(field.value).split(/\s+/).filter((word) => word !== "");
  const found = words.length === 0 ? [] : all.filter(({ letters }) => words.every((word) => letters.includes(word)));
  setText(byId("drill-count"), words.length === 0 ? "" : own("of", { part: found.length, whole: all.length }));
  byId("drill-found").replaceChildren(...found.slice(0, MOST).map((one) => row(one, choose)));
}

function row({ name, title, group }, choose) {
  const button = document.createElement("button");
  const [words, of] = [document.createElement("b"), document.createElement("span")];
  button.type = "button";
  setWords(words, title);
  of.className = "sub";
  setText(of, group);
  button.append(words, of);
  button.addEventListener("click", () => {
    field.value = "";
    show(choose);
    choose(name);
  });
  return button;
}
