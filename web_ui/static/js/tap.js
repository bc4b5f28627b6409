// A finger that is down hits what it was aimed at: what would move the page waits until the tap is over.

const CLICKED_MS = 50; // the click of a touch comes a moment after the finger has left
let down = false;
let ended = null;
const waiting = [];

addEventListener("pointerdown", () => {
  down = true;
  clearTimeout(ended);
}, true);

for (const over of ["pointerup", "pointercancel"]) {
  addEventListener(over, () => {
    clearTimeout(ended);
    ended = setTimeout(() => {
      down = false;
      waiting.splice(0).forEach((change) => change());
    }, CLICKED_MS);
  }, true);
}

// Does `change` now, or as soon as no finger is down, in the order of the calls.
export function afterTap(change) {
  if (down) waiting.push(change);
  else change();
}
