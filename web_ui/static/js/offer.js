// An offer to pair a phone, as a screen of the station shows it: the code, the signs, what became of it.

import { showSigns } from "./signs.js";
import { say } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.pair.${key}`, values);

// `place` holds #step, #code, #address, #signs and #left.
export function showOffer(place, offer) {
  const part = (id) => place.querySelector(`#${id}`);
  const { state, role, left_s: left, address, network, key, picture, signs, name } = offer;
  place.hidden = state === "none";
  if (state === "none") return;
  const whose = role === null ? "waiting-any" : state;
  const words = own(state === "waiting" ? whose : state, { role: role === null ? "" : say(`page.role.${role}`), name });
  setText(part("step"), words);
  part("code").hidden = picture === "";
  if (picture !== "" && part("code").src !== picture) part("code").src = picture;
  setText(part("address"), state === "joining" ? own("network", { network, key }) : address);
  if (part("signs").dataset.signs !== String(signs)) {
    part("signs").dataset.signs = String(signs);
    showSigns(part("signs"), signs);
  }
  const goesOn = ["joining", "waiting", "taken"].includes(state);
  setText(part("left"), goesOn ? own("left", { seconds: Math.ceil(left) }) : "");
}
