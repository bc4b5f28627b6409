// A video of nothing, with a sound of nothing: while one plays, browsers keep the screen on. The way for a page that came
// over plain HTTP, where no page may ask for that. It plays once a person has touched the page, as browsers want it.
// What engines want of it: docs/decisions/0086.

const FROM_ANEW_S = 3; // of its 4 s: an iPhone lets go of a video that ends, or that repeats itself
const MOST_FAILURES = 3; // one may be the network's
let video = null;
let primed = false; // an iPhone lets a page play by itself only what a touch has played
let begun = false; // it has something to show: a seek that takes a moment is no end of it
let failures = 0;
let stuck = false; // it could not be played when that was tried last
let wanted = false;
let change = () => {};

// Whether this browser could play it, as far as is known.
export let mayPlay = document.createElement("video").canPlayType("video/mp4") !== "";

// One of which only the sound plays, as where a busy phone has no picture yet, keeps no screen on.
// One that has come to its end is played again at once.
export const isPlaying = () => wanted && begun && video !== null && video.videoWidth > 0 && (!video.paused || (video.ended && !stuck));

// `tell()` is called when it begins or ends.
export function playSilent(yes, tell) {
  wanted = yes;
  change = tell;
  if (yes) play();
  else video?.pause();
}

// To be called in a tap after which it will be wanted.
export function primeSilent() {
  if (!primed) play(true);
}

function make() {
  video = document.createElement("video");
  video.src = new URL("../media/awake.mp4", import.meta.url);
  video.className = "awake";
  video.setAttribute("playsinline", ""); // not over the whole screen
  video.setAttribute("aria-hidden", "true");
  video.disablePictureInPicture = true;
  video.tabIndex = -1;
  video.addEventListener("timeupdate", () => {
    if (video?.currentTime > FROM_ANEW_S && !video.ended) video.currentTime = 0; // at its end it begins anew by being played
  });
  video.addEventListener("ended", () => play()); // a busy phone may be told too late
  video.addEventListener("error", () => {
    video?.remove();
    video = null; // the next touch makes another
    primed = begun = false;
    failures += 1;
    mayPlay = failures < MOST_FAILURES;
    change();
  });
  video.addEventListener("playing", () => {
    begun = true;
    change();
  });
  for (const other of ["pause", "resize"]) video.addEventListener(other, () => change()); // a picture has a size
  document.body.append(video);
}

async function play(touched = false) {
  if (!(wanted || touched) || !mayPlay || document.visibilityState !== "visible") return;
  if (video === null) make();
  const mine = video;
  try {
    await mine.play();
    primed = true;
    stuck = false;
  } catch {
    stuck = true;
    change(); // no browser plays it before a touch that counts: the next one tries again
  }
  if (!wanted) mine.pause();
}

export function waitForTouch() {
  const touched = () => wanted && (video === null || video.paused) && play(true);
  for (const touch of ["click", "touchend", "keydown"]) addEventListener(touch, touched, true);
  document.addEventListener("visibilitychange", () => play());
}
