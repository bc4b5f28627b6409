// The page of the questions before vibration: who asks, one screen after the other, and what holds.

import { Refused } from "./api.js";
import { asker, setAsker } from "./asker.js";
import { Asking, NO, UNKNOWN, YES } from "./asking.js";
import { settle } from "./tap.js";
import { startShell } from "./shell.js";
import { sentences, shortest, say } from "./texts.js";
import { setText } from "./values.js";
import { showVerdict } from "./verdict.js";
import { Written } from "./written.js";

const TWICE_MS = 400; // a second tap of the same finger is none
const MARGIN_PX = 2;
const own = (key, values) => say(`page.questions.${key}`, values);
const byId = (id) => document.getElementById(id);
const code = document.body.dataset.patient;
const written = new Written(code);
const DRILL = `/therapist/drill?patient=${encodeURIComponent(code)}`;
const away = { href: byId("back").href, words: byId("back-words").textContent };
let asking = null; // null while nothing is asked
let shownAt = 0; // when the page changed last
let seenToTheEnd = false; // of what is asked now
let ending = null; // the time at which what holds ends

startShell();

function show(...ids) {
  for (const id of ["loading", "who", "ask", "verdict", "answers", "ask-again", "done", "other-drill"]) byId(id).hidden = !ids.includes(id);
  rest();
  window.scrollTo({ top: 0 });
}

// What has moved takes no answer for a moment.
function rest() {
  shownAt = performance.now();
  settle();
}

// What holds, from the station.
async function load() {
  clearTimeout(ending);
  try {
    await written.read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    show("loading");
    setText(byId("loading-words"), error.problem.detail);
    byId("again").hidden = false;
    return;
  }
  if (asking !== null) return;
  if (written.view.left_s === null) begin();
  else end();
}

function begin() {
  clearTimeout(ending);
  asking = new Asking(written.view);
  setText(byId("unsaved"), "");
  if (asker() === "") askWho();
  else showStep();
}

function askWho() {
  show("who");
  byId("by").value = asker();
  byId("by").focus();
}

byId("who").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = byId("by").value.trim();
  setText(byId("by-problem"), name === "" ? own("name-first") : "");
  if (name === "") return;
  setAsker(name);
  showStep();
});
byId("not-me").addEventListener("click", askWho);
byId("again").addEventListener("click", load);

// --- one screen -----------------------------------------------------------------------------------------------------

function showStep() {
  const { step } = asking;
  const { screen, items } = step;
  const item = asking.items.get(items[0]);
  const alone = items.length === 1;
  show("ask", "answers");
  const place = asking.place;
  setText(byId("place"), own("place", { number: place.n, count: place.of }));
  byId("progress").max = place.of;
  byId("progress").value = place.n - 1;
  byId("sign").setAttribute("href", `#sign-${screen.id}`);
  const what = alone && item.asks !== "number" ? item.words : screen.words;
  setText(byId("question"), alone ? what : own("any", { what }));
  byId("asked").replaceChildren(...(alone ? authored(item) : items.map((id) => line(asking.items.get(id)))));
  const does = item.asks === "number" ? `number.${item.id}` : `does.${screen.kind}`;
  setText(byId("does"), sentences([own(does), ...(alone ? [] : [own("each")])]));
  byId("number-field").hidden = !(item.asks === "number" && !isScale(item));
  byId("number").value = "";
  setText(byId("number-problem"), "");
  byId("answers").replaceChildren(...buttons(item));
  byId("answers").className = `answers ${item.asks === "number" ? (isScale(item) ? "scale" : "typed") : ""}`;
  showOthers();
  byId("asks").hidden = asking.at > 0;
  setText(byId("asks-words"), own("asks", { name: asker() }));
  setText(byId("back-words"), asking.at > 0 ? own("before-this") : away.words);
  seenToTheEnd = false;
  byId("question").focus({ preventScroll: true });
}

// With the last question all other answers, to be looked at before the tap that ends them; each can be changed there.
function showOthers() {
  const others = asking.ends ? asking.others : [];
  byId("so-far").hidden = others.length === 0;
  byId("others").replaceChildren(...others.map(({ screen, answer: given }) => {
    const [row, button, how] = ["li", "button", "b"].map((name) => document.createElement(name));
    button.type = "button";
    button.append(screen.words, how);
    setText(how, typeof given === "number" ? shortest(given) : own(`state.${given}`));
    how.className = given === YES || given === UNKNOWN ? "said" : "";
    button.addEventListener("click", () => change(screen));
    row.append(button);
    return row;
  }));
}

function change(screen) {
  if (performance.now() - shownAt < TWICE_MS) return;
  asking.change(screen);
  history.pushState({ at: asking.at }, "");
  showStep();
}

function line(item) {
  const row = document.createElement("li");
  row.append(item.words, ...small(item));
  return row;
}

// The confirmed words, where nobody has confirmed those of the page's language.
function small({ words_authored: words }) {
  if (words === "") return [];
  const second = document.createElement("small");
  Object.assign(second, { textContent: words, lang: "en", dir: "ltr" });
  return [second];
}

function authored(item) {
  const row = document.createElement("li");
  row.append(...small(item));
  return row.childNodes.length > 0 ? [row] : [];
}

const isScale = ({ least, most }) => least === 0 && most === 10;

function buttons(item) {
  const one = (words, take) => {
    const button = document.createElement("button");
    button.type = "button";
    setText(button, words);
    button.addEventListener("click", () => take());
    return button;
  };
  const notSure = () => one(own("unknown"), () => answer(UNKNOWN));
  if (item.asks !== "number") return [one(own("no"), () => answer(NO)), one(own("yes"), () => answer(YES)), notSure()];
  if (isScale(item)) {
    return [...Array(item.most + 1).keys()].map((value) => one(shortest(value), () => answer(value))).concat(notSure());
  }
  const last = item.last === null ? [] : [one(own("still", { value: item.last }), () => answer(item.last))];
  const known = [...last, one(own("use"), () => typed(item))];
  // Where No was tapped on every screen before, the one that allows most does not come next under the thumb.
  return asking.ends ? [notSure(), ...known.reverse()] : [...known, notSure()];
}

function typed({ least, most }) {
  const value = byId("number").valueAsNumber;
  const isOne = Number.isFinite(value) && value >= least && value <= most;
  setText(byId("number-problem"), isOne ? "" : own("number-range", { least, most }));
  if (isOne) answer(value);
  else byId("number").focus();
}

// --- answers --------------------------------------------------------------------------------------------------------

// How far what is asked goes on below what can be seen, in px.
function unseen() {
  const dock = byId("answers").closest(".dock").getBoundingClientRect();
  const list = byId(byId("so-far").hidden ? "asked" : "so-far").getBoundingClientRect();
  const beside = dock.left >= list.right - MARGIN_PX || dock.right <= list.left + MARGIN_PX;
  const limit = beside ? byId("stop").getBoundingClientRect().top : dock.top;
  return list.height === 0 ? 0 : list.bottom - limit;
}

// Whether all of it has been on the screen: "no" answers what was seen, and nothing else.
function isSeen() {
  seenToTheEnd ||= unseen() <= MARGIN_PX;
  return seenToTheEnd;
}
addEventListener("scroll", () => asking !== null && !byId("ask").hidden && isSeen(), { passive: true });

function answer(value) {
  if (asking === null || performance.now() - shownAt < TWICE_MS) return;
  if (!isSeen()) {
    window.scrollBy({ top: unseen() });
    rest();
    return;
  }
  if (asking.stale) {
    startAnew(own("too-long"));
    return;
  }
  const locks = asking.answer(value);
  if (asking.step !== null) {
    if (locks) save();
    history.pushState({ at: asking.at }, "");
    showStep();
  } else {
    finish();
  }
}

// An answer that locks is written down at once: what held before must not go on because a phone went away.
function save() {
  written.write(asker(), asking.answers).then(() => setText(byId("unsaved"), ""), (error) => unsaved(error));
}

function unsaved(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.problem.code === "screening-changed") startAnew(error.problem.detail);
  else setText(byId("unsaved"), error.problem.detail);
}

async function finish() {
  show("loading");
  byId("again").hidden = true;
  setText(byId("loading-words"), own("saving"));
  try {
    await written.write(asker(), asking.answers);
  } catch (error) {
    asking.back(); // the last question again, whose answer is not written down
    showStep();
    seenToTheEnd = true; // what is said now may push some of it out of sight
    unsaved(error);
    return;
  }
  setAsker(asker());
  asking = null;
  end();
}

// Nothing of what this phone had is right any more: what holds is shown.
async function startAnew(why) {
  asking = null;
  await load();
  setText(byId(asking === null ? "verdict-problem" : "unsaved"), why);
}

// --- back -----------------------------------------------------------------------------------------------------------

byId("back").addEventListener("click", (event) => {
  if (asking === null || asking.at === 0) return;
  event.preventDefault();
  history.back();
});
addEventListener("popstate", () => {
  if (asking === null || asking.at === 0) return;
  asking.back();
  showStep();
});

// --- what holds -----------------------------------------------------------------------------------------------------

function end() {
  const fromForm = new URL(away.href).pathname === "/therapist/drill"; // it has kept what was filled in
  const { vibration, session } = written.view;
  show("verdict", "ask-again", "done", ...(vibration && !fromForm ? ["other-drill"] : []));
  setText(byId("verdict-problem"), "");
  setText(byId("back-words"), away.words);
  showVerdict(written, asker, end);
  const [to, href] = fromForm ? [own("to-form"), away.href] : vibration ? [say("page.person.to-vibration"), `${DRILL}&vibration`]
    : session ? [say("page.person.to-drill"), DRILL] : [own("to-person"), away.href];
  setText(byId("done"), to);
  byId("done").href = href;
  const { left_s: left } = written.view;
  clearTimeout(ending);
  if (left !== null) ending = setTimeout(load, Math.min(left * 1000 + 100, 2 ** 31 - 1));
  byId("verdict-what").focus({ preventScroll: true });
}

byId("ask-again").addEventListener("click", begin);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && asking === null) load();
});
load();
