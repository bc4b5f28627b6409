// Until a page's own script runs, a tap would come to nothing, and a form would load the page anew and lose what was
// typed. STOP goes out at once; it and every other tap on a button is done again when the script is there.

// All modules that the page will need are fetched at once: a browser finds them file by file, each a way to the station
// and back. This file stands before the styles: behind them it would wait for those.

{
  const { src, dataset } = document.currentScript;
  for (const name of (dataset.needs ?? "").split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    [link.rel, link.href] = ["modulepreload", new URL(name, src).href];
    document.head.append(link);
  }
}

{ // no module, which would come too late: its names are of this block alone
  let tapped = null;

  const stopIn = (event) => event.target.closest?.("#stop");

  const sendStop = () => {
    tapped = document.getElementById("stop");
    fetch("/api/v1/stop", { method: "POST", keepalive: true }).catch(() => {}); // stop.js sends it until it is confirmed
  };

  const press = (event) => {
    if (event.type === "keydown" ? event.key === "Escape" && !event.repeat : stopIn(event)) sendStop();
  };

  const keep = (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (tapped?.id === "stop") return; // nothing that is tapped afterwards takes its place
    if (stopIn(event)) sendStop(); // by the keyboard or a screen reader
    else tapped = button;
  };

  const heard = [["pointerdown", press], ["keydown", press], ["click", keep]];
  for (const [type, hear] of heard) addEventListener(type, hear, true);
  // It comes after the page's script has run, or when that could not be loaded.
  addEventListener("DOMContentLoaded", () => {
    for (const [type, hear] of heard) removeEventListener(type, hear, true);
    if (tapped?.isConnected) tapped.click();
  });
}
