// Puts the snapshot's values where the page asks for them by `data-value="path"`, and takes them away again.

export const NOTHING = "–";

const spots = [...document.querySelectorAll("[data-value]")].map((element) => ({
  element,
  path: element.dataset.value.split("."),
  digits: element.dataset.digits === undefined ? null : Number(element.dataset.digits),
  unit: element.dataset.unit ?? "",
}));

// Writes only what changed: thirty snapshots a second must not lay the page out thirty times.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function number(value, digits) {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

function format(value, { digits, unit }) {
  if (value === null || value === undefined || value === "") return NOTHING;
  const text = digits === null ? String(value) : number(value, digits);
  return unit && text !== NOTHING ? `${text}\u00a0${unit}` : text;
}

export function showValues(snapshot) {
  for (const spot of spots) {
    const value = spot.path.reduce((at, key) => at?.[key], snapshot);
    setText(spot.element, format(value, spot));
  }
}

export function blankValues() {
  for (const spot of spots) setText(spot.element, NOTHING);
}
