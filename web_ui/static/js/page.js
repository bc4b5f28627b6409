// What every page does: follow the station, show how fresh that is, offer STOP.

import { keepPlainDigits } from "./digits.js";
import { keepFocus } from "./focus.js";
import { freshness, look, onFreshness, received, setConnected, setHalted } from "./freshness.js";
import { showHalt } from "./halt.js";
import { showRequired } from "./required.js";
import { showShut } from "./shut.js";
import { installStop } from "./stop.js";
import { offerFall } from "./tell-fall.js";
import { openStream } from "./stream.js";
import { afterTap } from "./tap.js";
import { blankValues, showValues } from "./values.js";

const DRAWN = "snapshot"; // of those that come during a tap, the newest is drawn

// `render(snapshot, me)` is called with each fresh snapshot; with null when the page must go blank.
// `me` says who this browser is, and whether the page knows all that happened since the last gap.
export function startPage(render = () => {}, { screen = false } = {}) {
  showRequired();
  keepPlainDigits();
  keepFocus();
  const me = { name: "", synced: false };
  let stopped = () => {};
  const stream = openStream({
    screen,
    onWelcome: ({ you, rights }) => {
      me.name = you;
      showShut(rights);
    },
    onStopped: (answer) => stopped(answer),
    onConnected: (isConnected, isFull) => {
      me.synced = isConnected;
      setConnected(isConnected, isFull);
    },
    onSnapshot: (snapshot) => {
      received(snapshot);
      look();
      afterTap(() => draw(snapshot), DRAWN);
    },
  });
  stopped = installStop(stream.send);
  onFreshness((level) => level === "dead" && draw(null));

  // The newest snapshot, or null for none that can be trusted; never under a finger.
  function draw(snapshot) {
    if (snapshot === null) {
      blankValues();
      render(null, me);
      return;
    }
    setHalted(snapshot.processes.control.fault !== "");
    showHalt(snapshot.processes);
    if (freshness() === "dead") return;
    showValues(snapshot);
    offerFall(snapshot);
    render(snapshot, me);
  }
  return me;
}
