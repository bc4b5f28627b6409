// Pairing a phone, as the station's own screen shows it: for which role, the code, the signs, done.

import { call, first, get, post, Refused } from "./api.js";
import { withPin } from "./manager-pin.js";
import { showOffer } from "./offer.js";
import { startShell } from "./shell.js";
import { setText } from "./values.js";

const LOOK_MS = 700;
const byId = (id) => document.getElementById(id);
let timer = null;

function show(offer) {
  byId("named").hidden = offer.ways.length < 2;
  byId("choose").hidden = offer.state !== "none";
  byId("next").hidden = offer.state !== "joining";
  showOffer(byId("offer"), offer);
}

async function tell(ask) {
  clearTimeout(timer);
  setText(byId("problem"), "");
  try {
    const offer = await withPin(ask, look);
    byId("choose").hidden = offer === null;
    if (offer === null) return;
    show(offer);
    if (offer.state !== "none") timer = setTimeout(look, LOOK_MS);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    setText(byId("problem"), error.problem.detail);
  }
}

const look = () => tell(() => first(() => get("/pairing"), (words) => setText(byId("problem"), words)));

byId("roles").addEventListener("click", ({ target }) => {
  const role = target.closest("button")?.value;
  if (role) tell(() => post("/pairing", { role, ...(byId("secure").checked && { way: "tls" }) }));
});
byId("next").addEventListener("click", () => tell(() => post("/pairing/next")));
byId("again").addEventListener("click", async () => {
  await call("/pairing", { method: "DELETE" }, 5000);
  look();
});

startShell();
look();
