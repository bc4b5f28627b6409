// Who asks, as this phone was told within half a day: a phone is handed on.

const KEY = "asker";
const KEPT_MS = 12 * 3600 * 1000;
let told = ""; // where the browser's store is closed to the page

export function asker() {
  try {
    const { name, at } = JSON.parse(localStorage.getItem(KEY)) ?? {};
    return name && Math.abs(Date.now() - at) < KEPT_MS ? name : told;
  } catch {
    return told;
  }
}

export function setAsker(name) {
  told = name;
  try {
    localStorage.setItem(KEY, JSON.stringify({ name, at: Date.now() }));
  } catch {
    // as above
  }
}
