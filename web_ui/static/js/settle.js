// Things move: take no tap until the eye has caught up. STOP is outside and always takes it.

const SETTLE_MS = 400; // a finger that was on its way must not hit what has just moved under it
let settling = null;

export function settle() {
  const content = document.getElementById("content");
  content.classList.add("settling");
  clearTimeout(settling);
  settling = setTimeout(() => content.classList.remove("settling"), SETTLE_MS);
}
