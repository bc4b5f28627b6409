// A visit as plain text, in the reader's language, for another program: onto the clipboard, or selected where no page may
// write there (over plain HTTP). It says the code and no name.

import { dateTime, say } from "./texts.js";
import { setText } from "./values.js";

const own = (key, values) => say(`page.visit.${key}`, values);
const byId = (id) => document.getElementById(id);

// How long the visit was one to one, and how that is counted; "" where nothing was trained.
export const oneToOne = ({ one_to_one_s: counted, longest_pause_s: longest }) =>
  (counted === null ? "" : say("report.visit.one-to-one", { minutes: counted / 60, longest: longest / 60 }));

const isPractice = () => document.body.hasAttribute("data-practice");

// Whether nobody stood on the plate, which practice says on every page already.
export const isSimulated = ({ simulated }) => simulated && !isPractice();

// `lines`: of the page itself, in words: `state`, `sets` (title, outcome, held and what was said of each), `incidents`; and
// the `note` as it stands in its field.
export function noteOf(visit, { state, sets, incidents, note }) {
  const practice = isPractice() ? [say("page.all.practice")] : isSimulated(visit) ? [say("page.all.simulated")] : [];
  const written = note === "" ? [] : [[own("note"), note].join(" · ")];
  const lines = [[visit.patient, dateTime(visit.opened_ms)].join(" · "), ...practice, oneToOne(visit), ...sets, ...incidents, ...written, state];
  return lines.filter((line) => line !== "").join("\n");
}

// Puts these words where they can be pasted from, and says which way it went.
export async function copyOut(words) {
  const place = byId("copy-text");
  try {
    await navigator.clipboard.writeText(words);
    place.hidden = true;
    setText(byId("copied"), own("copied"));
  } catch {
    place.hidden = false;
    place.value = words;
    place.focus();
    place.select();
    setText(byId("copied"), own("copy-by-hand"));
  }
}
