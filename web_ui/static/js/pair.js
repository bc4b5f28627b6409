// Pairing a phone, as the station's own screen shows it: for which role, the code, the signs, done.

import { call, get, post, Refused } from "./api.js";
import { withPin } from "./manager-pin.js";
import { startShell } from "./shell.js";
import { showSigns } from "./signs.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const LOOK_MS = 700;
const own = (key, values) => say(`page.pair.${key}`, values);
const byId = (id) => document.getElementById(id);
let timer = null;

function show(offer) {
  const { state, role, left_s: left, address, picture, signs, name, ways } = offer;
  byId("named").hidden = ways.length < 2;
  byId("choose").hidden = state !== "none";
  byId("offer").hidden = state === "none";
  if (state === "none") return;
  setText(byId("step"), own(state, { role: say(`page.role.${role}`), name }));
  byId("code").hidden = picture === "";
  if (picture !== "" && byId("code").src !== picture) byId("code").src = picture;
  setText(byId("address"), address);
  if (byId("signs").dataset.signs !== String(signs)) {
    byId("signs").dataset.signs = String(signs);
    showSigns(byId("signs"), signs);
  }
  const goesOn = state === "waiting" || state === "taken";
  setText(byId("left"), goesOn ? own("left", { seconds: Math.ceil(left) }) : "");
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

const look = () => tell(() => get("/pairing"));

byId("roles").addEventListener("click", ({ target }) => {
  const role = target.closest("button")?.value;
  if (role) tell(() => post("/pairing", { role, ...(byId("secure").checked && { way: "tls" }) }));
});
byId("again").addEventListener("click", async () => {
  await call("/pairing", { method: "DELETE" }, 5000);
  look();
});

startShell();
look();
