// The keyboard's place on the page. What was pressed may go away, be hidden, or be switched off for a moment: whoever has
// no finger there would begin at the top again, and a screen reader would not say where it is.

const PATIENCE_MS = 400; // a button that is off for longer is off
const LET_GO_MS = 100; // a browser lets go of what is off some time after it was drawn so
let leaves = false; // Tab goes on, in this very moment: behind the last thing of a page it goes to the browser's own
let byKeys = false; // the keyboard is used, and no finger: a field that is left by a finger stays left
let last = null; // what had the focus last
let around = []; // what that stood in, the nearest first
let lostMs = null; // since when it is nowhere

const isSeen = (element) => element.isConnected && element.checkVisibility({ visibilityProperty: true });

function stoodIn(element) {
  const found = [];
  for (let one = element.parentElement; one !== null && one !== document.body; one = one.parentElement) found.push(one);
  return found;
}

// Gives it back; what is gone gives it to the nearest thing that is still there.
function look() {
  if (!byKeys || last === null || document.activeElement !== document.body) {
    lostMs = null;
    return;
  }
  lostMs ??= performance.now();
  const isOff = isSeen(last) && last.matches(":disabled");
  if (isOff && performance.now() - lostMs < PATIENCE_MS) {
    setTimeout(look, PATIENCE_MS);
    return;
  }
  const to = isSeen(last) && !isOff ? last : around.find(isSeen);
  if (to === undefined) return;
  if (to !== last && !to.hasAttribute("tabindex")) to.tabIndex = -1;
  to.focus({ preventScroll: true });
}

export function keepFocus() {
  let isDue = false;
  const soon = () => {
    if (isDue || !byKeys) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      look();
    }, LET_GO_MS);
  };
  addEventListener("keydown", ({ key }) => {
    leaves = key === "Tab";
    if (leaves) {
      byKeys = true;
      setTimeout(() => { leaves = false; });
    }
    soon();
  }, true);
  addEventListener("pointerdown", () => {
    byKeys = false;
    last = null;
  }, true);
  addEventListener("focusout", () => { if (leaves) last = null; }); // nobody is held on a page
  addEventListener("focusin", ({ target }) => {
    last = target;
    around = stoodIn(target);
  });
  new MutationObserver(soon).observe(document.body, { subtree: true, childList: true, attributeFilter: ["hidden", "disabled", "open", "class"] });
}
