// How old is what the page shows? Counted from the receipt on this device's own steady clock, plus the age that the
// server gave: two clocks are never compared.

import { afterTap } from "./tap.js";
import { say } from "./texts.js";

const STALE_S = 1;
const DEAD_S = 3;
const LEVEL = "level"; // of changes during a tap, the last one is told

const forPatient = document.body.classList.contains("page-patient");

let receivedAt = null;
let ageThen = null;
let connected = false;
let halted = false; // control says that it cannot work
let full = false; // there are as many pages as the station can serve
let level = "dead";
const listeners = [];

export function received(snapshot) {
  if (snapshot.age_s === null) return;
  receivedAt = performance.now();
  ageThen = snapshot.age_s;
}

export function setConnected(isConnected, isFull = false) {
  connected = isConnected;
  full = isFull;
  look();
}

export function setHalted(isHalted) {
  if (halted === isHalted) return;
  halted = isHalted;
  document.body.toggleAttribute("data-halted", halted);
  look();
}

export function ageS() {
  return receivedAt === null ? null : ageThen + (performance.now() - receivedAt) / 1000;
}

export function freshness() {
  return level;
}

// Calls `listener(level)` whenever the level changes: "live", "stale" or "dead".
export function onFreshness(listener) {
  listeners.push(listener);
}

export function look() {
  const age = ageS();
  // A device that slept may not have counted the time: without a connection nothing is live, however new it seems.
  const now = age === null || age >= DEAD_S ? "dead" : age >= STALE_S || !connected ? "stale" : "live";
  const strip = document.getElementById("freshness");
  const text = words(now, age);
  if (strip && strip.textContent !== text) strip.textContent = text;
  if (now === level) return;
  level = now;
  document.body.dataset.freshness = now;
  afterTap(tell, LEVEL);
}

function tell() {
  for (const listener of listeners) listener(level);
}

function words(now, age) {
  const link = connected ? "" : full ? "-full" : "-again";
  if (age === null) return say(connected ? "page.all.fresh.waiting-control" : `page.all.fresh.waiting${link}`);
  if (now === "live") return say(halted ? "page.all.fresh.not-ready" : "page.all.fresh.live");
  if (now === "dead" && link === "-again" && !forPatient) return say("page.all.fresh.lost", { seconds: Math.floor(age) });
  return say(`page.all.fresh.old${link}`, { seconds: Math.floor(age) });
}

setInterval(look, 100);
