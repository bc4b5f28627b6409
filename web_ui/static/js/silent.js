// A video of nothing, with a sound of nothing: while one plays, browsers keep the screen on. The way for a page that came
// over plain HTTP, where no page may ask for that. It plays once a person has touched the page, as browsers want it.
// What engines want of it: docs/decisions/0086.

const FROM_ANEW_S = 3; // of its 4 s: an iPhone lets go of a video that ends, or that repeats itself
let video = null;
let wanted = false;
let change = () => {};

// Whether this browser could play it, as far as is known.
export let mayPlay = document.createElement("video").canPlayType("video/mp4") !== "";

export const isPlaying = () => wanted && video !== null && !video.paused && video.error === null;

// `tell()` is called when it begins or ends.
export function playSilent(yes, tell) {
  wanted = yes;
  change = tell;
  if (yes) play();
  else video?.pause();
}

function make() {
  const made = document.createElement("video");
  made.src = "/static/media/awake.mp4";
  made.className = "awake";
  made.setAttribute("playsinline", ""); // not over the whole screen
  made.setAttribute("aria-hidden", "true");
  made.disablePictureInPicture = true;
  made.tabIndex = -1;
  made.addEventListener("timeupdate", () => {
    if (made.currentTime > FROM_ANEW_S) made.currentTime = 0;
  });
  made.addEventListener("ended", play);
  made.addEventListener("error", () => {
    mayPlay = false;
    change();
  });
  for (const event of ["playing", "pause"]) made.addEventListener(event, () => change());
  document.body.append(made);
  return made;
}

async function play() {
  if (!wanted || video === null || document.visibilityState !== "visible") return;
  try {
    await video.play();
  } catch {
    change(); // nobody has touched the page yet: the next touch tries again
  }
  if (!wanted) video.pause();
}

// An iPhone lets a page play only what has played by a touch: so the first touch makes it, and plays it for a moment.
async function touched() {
  if (video === null) {
    video = make();
    if (!wanted) {
      await video.play().catch(() => {});
      if (!wanted) video.pause();
      return;
    }
  }
  if (video.paused) play();
}

export function waitForTouch() {
  for (const touch of ["click", "touchend", "keydown"]) addEventListener(touch, touched, true);
  document.addEventListener("visibilitychange", play);
}
