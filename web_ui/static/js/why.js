// Why Start cannot be pressed now, in words.

import { freshness } from "./freshness.js";
import { faultWords, has, say } from "./texts.js";

const own = (key, values) => say(`page.therapist.why.${key}`, values);

// Empty when it can, as far as the station says. `me` as `startPage` gives it.
export function whyNotNow(latest, me) {
  if (latest === null || !me.synced || freshness() !== "live") return own("no-data");
  if (latest.trip !== null || latest.notice !== null) return own("trip");
  if (latest.session > 0) return own("running");
  if (latest.holder !== "" && latest.holder !== me.name) return own("other");
  const ill = [latest.processes.control, latest.processes.recorder].find((one) => !one.ok);
  if (ill === undefined) return "";
  const code = ill.fault;
  if (ill === latest.processes.control && code !== "") return own("not-ready");
  if (code === "") return own(ill.why);
  return has(`fault.${code}.what`) ? own("fault", faultWords(code)) : own("fault-unknown", { code });
}
