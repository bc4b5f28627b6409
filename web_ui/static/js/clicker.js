// A presenter clicker in the hand that guards the patient: to the phone it is a keyboard. Which mark its forward key sets is
// chosen for this phone, and kept on it.

const KEY = "clicker-mark";
const FORWARD = { PageDown: true, ArrowRight: true };
const USERS = "input, textarea, select, [contenteditable], [tabindex='0']"; // what has the focus and uses these keys itself

export const FIRST = ""; // the first of the drill's own list
export const OFF = "off";

let told = FIRST; // where the browser's store is closed to the page

function read() {
  try {
    told = localStorage.getItem(KEY) ?? FIRST;
  } catch {
    // as it was told on this page
  }
}
read();
for (const back of ["pageshow", "storage"]) addEventListener(back, read); // it is chosen on another page

// The name of a mark, FIRST or OFF.
export const clickerMark = () => told;

export function setClickerMark(mark) {
  told = mark;
  try {
    localStorage.setItem(KEY, mark);
  } catch {
    // as above
  }
}

// The mark of these that the forward key sets; "" for none. Another than the chosen one never.
export function markOf(kinds) {
  return told === FIRST ? kinds[0] ?? "" : kinds.includes(told) ? told : "";
}

// Whether a clicker, or a key like its own, is pressed, and nobody types or chooses with that key.
export function isForward({ key, altKey, ctrlKey, metaKey, shiftKey, target, defaultPrevented }) {
  const alone = !altKey && !ctrlKey && !metaKey && !shiftKey && !defaultPrevented;
  return alone && FORWARD[key] === true && !target.closest?.(USERS);
}
