// Which release runs, what became of the last changes, and a new one sent from this phone, piece by piece.

import { get, post, Refused } from "./api.js";
import { startShell } from "./shell.js";
import { isAsking, isSure } from "./sure.js";
import { dateTime, say } from "./texts.js";
import { number, setText } from "./values.js";

const PIECE_BYTES = 32 * 1024;
const PIECE_MS = 15_000;
const AGAIN_MS = 3000;
const MEGA = 1e6;
const own = (key, values) => say(`page.update.${key}`, values);
const byId = (id) => document.getElementById(id);
let sends = false;
let offered = null;
let meant = null; // what was offered when it was tapped first

function end(one) {
  const item = byId("end").content.cloneNode(true).firstElementChild;
  const named = { version: one.version || one.release || "–" };
  setText(item.querySelector(".result"), own(`result.${one.kind}.${one.result}`, named));
  setText(item.querySelector(".when"), dateTime(one.at_ms));
  setText(item.querySelector(".why"), one.why);
  setText(item.querySelector(".changes"), one.changes);
  item.querySelector(".changes").hidden = one.changes === "";
  return item;
}

function show(view) {
  setText(byId("version"), view.version || "–");
  setText(byId("release"), view.runs);
  const before = view.earlier === "" ? own("no-earlier") : own("earlier", { release: view.earlier });
  setText(byId("state"), !view.installed ? own("desk") : view.going_on ? own("going-on") : before);
  showOffer(view.going_on ? null : view.offer);
  byId("send").hidden = !view.installed || view.going_on;
  setText(byId("none"), view.ends.length === 0 ? own("none") : "");
  byId("ends").replaceChildren(...view.ends.map(end));
}

function showOffer(offer) {
  offered = offer;
  byId("offer").hidden = !offer;
  if (!offer) return;
  const at = dateTime(offer.at_ms);
  const waits = offer.release === "" ? "" : own("waits", { version: offer.version });
  const asked = offer.why === "" ? waits || own("nothing-newer", { at }) : own("asked-in-vain", { at, why: offer.why });
  setText(byId("offer-said"), offer.why === "" ? asked : `${waits} ${asked}`.trim());
  setText(byId("offer-changes"), offer.changes);
  byId("offer-changes").hidden = offer.changes === "";
  byId("take-offered").hidden = offer.release === "";
}

async function told(work) {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
    return false;
  }
}

// The browser's own way from bytes to text: a page may not build a string of 32 KiB from single signs in time.
const inBase64 = (piece) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(piece);
});

async function send(file) {
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = await inBase64(file.slice(at, at + PIECE_BYTES));
    await post("/update/pieces", { at, piece }, PIECE_MS);
    const done = Math.min(at + PIECE_BYTES, file.size);
    setText(byId("sent"), own("sent", { done: number(done / MEGA, 1), all: number(file.size / MEGA, 1) }));
  }
  await post("/update/take", { size: file.size });
}

byId("send").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = byId("file").files;
  setText(byId("problem"), "");
  if (!file || sends) {
    setText(byId("sent"), file ? "" : own("no-file"));
    return;
  }
  if (!isSure(byId("take"), (asks) => setText(byId("take"), asks ? own("sure", { name: file.name }) : own("take")))) return;
  sends = true;
  byId("take").disabled = true;
  if (await told(() => send(file))) setText(byId("sent"), "");
  sends = false;
  byId("take").disabled = false;
  await look();
});

byId("take-offered").addEventListener("click", async () => {
  setText(byId("problem"), "");
  if (!isAsking()) meant = offered;
  const { release, version } = meant;
  const show = (asks) => setText(byId("take-offered"), asks ? own("sure", { name: version }) : own("take"));
  if (!isSure(byId("take-offered"), show)) return;
  await told(() => post("/update/take-offered", { release }));
  await look();
});

async function look() {
  await told(async () => show(await get("/update")));
}

startShell();
look();
setInterval(() => {
  if (!sends && !isAsking() && document.activeElement !== byId("file")) look();
}, AGAIN_MS);
