// What keeps the station from working, on every page, in the page's language. The frames carry it as keys; its words are
// asked for whenever it has become another.

import { get } from "./api.js";
import { say } from "./texts.js";
import { put, setText } from "./values.js";

const WORKING_MS = 3000; // a process that is started again is back within this time
const AGAIN_MS = 1000;
const place = document.getElementById("halt");
let key = ""; // of what is wrong now; empty while nothing is
let since = 0;
let asked = "";

const own = (part, values) => say(`page.all.halt.${part}`, values);

function line(tag, text, kind = "") {
  const element = document.createElement(tag);
  setText(element, text);
  element.className = kind;
  return element;
}

function lines({ what, where, detail, remedy, cause, code, number, at_work: works }) {
  if (works) return [line("h2", what), line("p", remedy)]; // somebody has ordered it
  const seen = [where, detail].filter((part) => part !== "").join(": ");
  return [
    line("h2", what),
    ...(seen === "" ? [] : [line("p", seen, "seen")]),
    line("p", remedy),
    line("p", own("cause", { cause, code, number }), "small"),
  ];
}

export function showHalt({ control, recorder }) {
  const ill = [control, recorder].filter((one) => !one.ok);
  const now = ill.length === 0 ? "" : JSON.stringify(ill.map(({ why, fault, where, problems }) => [why, fault, where, problems]));
  if (now !== key) {
    key = now;
    since = performance.now();
  }
  const told = control.fault !== ""; // it lives, and says why
  if (key === "") {
    asked = "";
    put(place, "hidden", true);
  } else if (key !== asked && (told || performance.now() - since > WORKING_MS)) ask(key);
}

async function ask(about) {
  asked = about;
  try {
    const { faults } = await get("/faults/now");
    if (key !== about) return;
    const works = faults.every((one) => one.at_work);
    place.className = `notice ${works ? "warn" : "bad"}`;
    place.replaceChildren(...faults.flatMap(lines), ...(works ? [] : [line("p", own("tries-again"), "small")]));
    place.hidden = faults.length === 0 || (works && document.body.classList.contains("page-selftest")); // it says all itself
  } catch {
    setTimeout(() => { if (asked === about) asked = ""; }, AGAIN_MS);
  }
}
