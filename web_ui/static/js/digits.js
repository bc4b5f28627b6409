// Keyboards of other scripts write digits, and letters, of their own: in a code or a PIN they become those that the
// station keeps, where they are typed. Marks of the direction of writing, which a copied code may carry, go.

const FIELDS = 'input:not([type="number"]):is([autocapitalize="characters"], [inputmode="numeric"])';
const OWN = /[\u0660-\u0669\u06f0-\u06f9]/g; // of Arabic and of Persian; the last four bits are the number
const MARKS = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

const plain = (text) => text.normalize("NFKC").replace(OWN, (digit) => digit.charCodeAt(0) & 15).replace(MARKS, "");

function keepPlain({ target, type, isComposing }) {
  if (isComposing || !target.matches?.(FIELDS)) return;
  const text = plain(target.value);
  if (text === target.value) return;
  const before = plain(target.value.slice(0, target.selectionEnd)).length;
  target.value = text;
  target.setSelectionRange(before, before);
  if (type !== "input") target.dispatchEvent(new Event("input", { bubbles: true })); // the page has heard the one before
}

// Before any of the page's own listeners.
export function keepPlainDigits() {
  for (const type of ["input", "compositionend"]) addEventListener(type, keepPlain, true);
}
