// Effort and pain after a set: a tap each, kept at once; what the set has decided with it is said below.

import { get, post, Refused } from "./api.js";
import { offerNext } from "./next-in-plan.js";
import { say } from "./texts.js";
import { put, setText } from "./values.js";

const AGAIN_MS = 1000;
const WARNS = /^(lock-|drill-over|rest-)/; // of the reasons: training of this drill ends
const byId = (id) => document.getElementById(id);
const buttons = [...document.querySelectorAll("[data-said]")];
let about = ""; // the session's name
let wanted = ""; // which session is looked for
let told = 0; // taps so far: what was read before one is older
let drillAndLeg = ""; // of the session, in words
let sending = 0; // of them, those that are not kept yet

function mark(name, value) {
  for (const one of buttons.filter(({ dataset }) => dataset.said === name)) {
    one.setAttribute("aria-pressed", String(Number(one.dataset.points) === value));
  }
}

let followed = () => {}; // who shows what is locked, on the page of the form
export const onTold = (then) => { followed = then; };

// What a lock is of stands in the card's first line too: here where it is lifted.
function showLock(locked) {
  put(byId("said-lock"), "hidden", locked === "");
  put(byId("said-unlock"), "hidden", locked !== "planned");
  if (locked !== "") setText(byId("said-lock"), say(`page.said.locked-${locked}`, { drill: drillAndLeg }));
}

function showDecided(decisions) {
  const warns = decisions.filter(({ reason }) => WARNS.test(reason));
  byId("said-decided").classList.toggle("problem", warns.length > 0);
  setText(byId("said-decided"), (warns.at(-1) ?? decisions.at(-1))?.text ?? "");
}

// What the set has decided, and what is locked now: also where nothing was said of it yet, or somewhere else.
function showTold({ decisions, locked }) {
  showDecided(decisions);
  showLock(locked);
}

async function tell({ said, points }) {
  const before = buttons.find((one) => one.dataset.said === said && one.getAttribute("aria-pressed") === "true");
  told += 1;
  sending += 1;
  mark(said, Number(points));
  setText(byId("said-problem"), "");
  setText(byId("said-kept"), "");
  try {
    const name = about;
    const answer = await post(`/sessions/${encodeURIComponent(about)}/said`, { [said]: Number(points) });
    if (about === name) showTold(answer);
    followed();
    setText(byId("said-kept"), byId("said-kept").dataset.words);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    mark(said, before === undefined ? NaN : Number(before.dataset.points)); // what is marked is kept
    setText(byId("said-problem"), error.problem.detail);
  } finally {
    sending -= 1;
  }
}

for (const one of buttons) one.addEventListener("click", () => tell(one.dataset));

function showWords({ said }) {
  for (const kind of ["effort_rpe", "pain"]) mark(kind, said?.[kind] ?? NaN);
}

const read = (name) => Promise.all(["", "/said"].map((part) => get(`/sessions/${encodeURIComponent(name)}${part}`)));

// What was told on another page, or on another phone, meanwhile; what is tapped here is newer.
async function lookAgain() {
  if (about === "" || byId("said").hidden || document.hidden || sending > 0) return;
  const [name, before] = [about, told];
  try {
    const [session, decided] = await read(name);
    if (about !== name || told !== before) return;
    showWords(session);
    showTold(decided);
  } catch (error) {
    if (!(error instanceof Refused)) throw error; // what is shown stays
  }
}
document.addEventListener("visibilitychange", lookAgain);
addEventListener("pageshow", ({ persisted }) => persisted && lookAgain());

// The card for this session; hidden until it is known.
export async function showSaid(name) {
  about = name;
  const [session, decided] = await read(name);
  if (about !== name) return;
  showWords(session);
  setTimeout(lookAgain, AGAIN_MS); // the page before may have told its last tap while this one was read
  setText(byId("said-problem"), "");
  const title = `drill.${session.drill}.title`;
  const drill = say(title) === title ? session.drill : say(title);
  const leg = session.leg === "each" ? say("leg.both") : say(`leg.${session.leg_word}`);
  setText(byId("said-whose"), say("page.said.whose", { patient: session.patient, leg, drill }));
  setText(byId("said-kept"), "");
  drillAndLeg = `${drill}, ${leg}`;
  showTold(decided);
  byId("said-unlock").href = `/therapist/p/${encodeURIComponent(session.patient)}/plan`;
  offerNext(byId("said-next"), session.patient);
  byId("said-again").href = `/therapist/drill?again=${encodeURIComponent(name)}`;
  byId("said").hidden = false;
}

// After each snapshot: the card of the session that has just ended; none while one runs.
export function followSaid(snapshot) {
  if (snapshot === null) return;
  const { session, result } = snapshot;
  const ended = session === 0 && result !== null && result.outcome !== "" && result.trials.length > 0;
  const name = ended ? `${result.epoch}/${result.session}` : "";
  if (name === wanted) return;
  wanted = name;
  about = "";
  byId("said").hidden = true;
  if (ended) find(result, name);
}

async function find({ patient, epoch, session }, name) {
  while (wanted === name) {
    try {
      const { sessions } = await get(`/sessions?limit=5&patient=${encodeURIComponent(patient)}`);
      const found = sessions.find((one) => one.ring_epoch === epoch && one.ring_session === session);
      if (found !== undefined && wanted === name) {
        await showSaid(found.id);
        return;
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // the records may be busy: the next look shows it
    }
    await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
  }
}
