// What the therapist sees of the trial that runs, and the plate does not: one tap a mark, while there is something to mark.

import { post } from "./api.js";
import { clickerMark, isForward, markOf, OFF } from "./clicker.js";
import { marksOf } from "./form.js";
import { say } from "./texts.js";
import { put, setText } from "./values.js";

const OPEN = ["baseline", "ramp-up", "hold", "ramp-down"];
const byId = (id) => document.getElementById(id);
const own = (key, values) => say(`page.therapist.${key}`, values);
let drill = null; // whose buttons are there
let counts = new Map(); // how often each was marked in this session
let session = 0;
let armed = ""; // the mark that the clicker sets now; "" while its key is the page's own

const newName = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

async function mark(kind) {
  const words = say(`mark.${kind}`);
  try {
    await post("/marks", { mark: kind, request: newName() });
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    setText(byId("marked"), own("marked", { mark: words, count: counts.get(kind) }));
    setText(byId("mark-problem"), "");
  } catch (error) {
    if (!error.problem) throw error;
    setText(byId("mark-problem"), error.message);
  }
}

function button(kind) {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.mark = kind;
  element.textContent = say(`mark.${kind}`);
  element.addEventListener("click", () => mark(kind));
  return element;
}

// What the forward key does in this drill, before it matters.
function clickerWords(kinds) {
  if (clickerMark() === OFF || kinds.length === 0) return "";
  const kind = markOf(kinds);
  return own(kind === "" ? "clicker-lacks" : "clicker", { mark: say(`mark.${kind || clickerMark()}`) });
}

addEventListener("keydown", (event) => {
  if (armed === "" || !isForward(event)) return;
  event.preventDefault();
  if (!event.repeat) mark(armed);
});

export function showMarks(snapshot, me) {
  armed = "";
  if (snapshot === null) return; // the last ones stay: a gap must not move the buttons
  const kinds = snapshot.session > 0 ? marksOf(snapshot.drill) : [];
  const mine = snapshot.holder === me.name || snapshot.holder === "";
  put(byId("marks"), "hidden", kinds.length === 0 || !mine);
  if (snapshot.session !== session) {
    session = snapshot.session;
    counts = new Map();
    setText(byId("marked"), "");
    setText(byId("mark-problem"), "");
  }
  if (kinds.length > 0 && snapshot.drill !== drill) {
    drill = snapshot.drill;
    byId("mark-buttons").replaceChildren(...kinds.map(button));
  }
  const open = OPEN.includes(snapshot.phase.name);
  for (const one of byId("mark-buttons").children) put(one, "disabled", !open);
  setText(byId("clicker"), clickerWords(kinds));
  const may = mine && document.body.dataset.may.split(" ").includes("run");
  if (open && may && clickerMark() !== OFF) armed = markOf(kinds);
}
