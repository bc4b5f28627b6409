// The WebSocket to the station: connects, connects again, and asks for everything after each gap.

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const SILENCE_MS = 2000; // thirty frames a second come, or sixty, also when control is dead: silence means a dead connection
const TRY_AGAIN_LATER = 1013;

// `screen`: for the patient's own, which gets as many frames as it draws.
export function openStream({ screen = false, onSnapshot, onWelcome, onStopped, onConnected }) {
  let socket = null;
  let wait = FIRST_WAIT_MS;
  let timer = null;
  let receivedAt = 0;

  function connect() {
    clearTimeout(timer);
    drop();
    const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live${screen ? "?screen" : ""}`);
    socket = mine;
    receivedAt = performance.now();
    mine.addEventListener("message", (event) => {
      if (socket !== mine) return;
      receivedAt = performance.now();
      take(JSON.parse(event.data));
    });
    mine.addEventListener("close", (event) => {
      if (socket !== mine) return;
      socket = null;
      later(event.code);
    });
  }

  function take(message) {
    if (message.type === "snapshot") {
      if (message.full) {
        wait = FIRST_WAIT_MS;
        onConnected(true);
      }
      onSnapshot(message);
    } else if (message.type === "welcome") {
      // Practice began or ended while this page was open: what it says of itself, and shows, is the other station's.
      if (message.practice !== ("practice" in document.body.dataset)) location.reload();
      else onWelcome(message);
    }
    else if (message.type === "stopped") onStopped(message);
  }

  function later(code) {
    const full = code === TRY_AGAIN_LATER;
    onConnected(false, full);
    clearTimeout(timer);
    timer = setTimeout(connect, (full ? LONGEST_WAIT_MS : wait) * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function drop() {
    const old = socket;
    socket = null; // first, so that its events are not ours any more
    if (old) old.close();
  }

  function send(message) {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  // A phone that slept may hold a socket that looks open and is dead: ask, and let the silence watch decide.
  function resume() {
    if (document.visibilityState !== "visible") return;
    wait = FIRST_WAIT_MS;
    onConnected(false); // until the full state has come
    if (send({ type: "resync" })) receivedAt = Math.max(receivedAt, performance.now() - SILENCE_MS + 1000);
    else connect();
  }

  setInterval(() => {
    if (socket !== null && performance.now() - receivedAt > SILENCE_MS) {
      drop();
      later(0);
    }
  }, 250);
  document.addEventListener("visibilitychange", resume);
  window.addEventListener("pageshow", (event) => event.persisted && resume());
  window.addEventListener("online", resume);
  connect();
  return { send };
}
