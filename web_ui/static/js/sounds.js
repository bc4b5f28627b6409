// The sounds of the patient's screen, made on the page itself: no file but the ten spoken phrases, and no gesture where
// the browser allows that (the station's own screen does, by a flag of its service). Where it does not, the page says so.

import { ageS } from "./freshness.js";
import { heardBetween } from "./heard.js";

const OLD_S = 0.25; // what was seen longer ago is no pitch any more
const SAME_MS = 250; // a sound that two things ask for at once is one sound
const FADE_S = 0.02; // without it a tone begins with a crack
const LOUDEST = 0.5; // of all together
// Hz, seconds, when it begins, how loud: short and soft, since it comes from in front of somebody who balances.
const NOTES = {
  ready: [[660, 0.08, 0, 0.5]],
  start: [[880, 0.25, 0, 0.6]],
  goal: [[660, 0.16, 0, 0.5], [880, 0.28, 0.17, 0.5]],
  last: [[520, 0.07, 0, 0.35]],
  hit: [[990, 0.06, 0, 0.4]],
  beat: [[1500, 0.025, 0, 0.5]],
  "eyes-close": [[880, 0.25, 0, 0.5], [587, 0.45, 0.25, 0.5]],
  "eyes-open": [[587, 0.25, 0, 0.5], [880, 0.45, 0.25, 0.5]],
  stop: [[523, 0.3, 0, 0.7], [349, 0.5, 0.32, 0.7]],
};
const WARNINGS = { warn: { hz: 330, on: 0.5 }, stop: { hz: 220, on: 1 } }; // part of a quarter second that it sounds
const PULSE_S = 0.25;

export class Sounds {
  // `said(number)` gives where the recording of a phrase is; `onBlocked(isBlocked)` is told whether the browser is silent.
  constructor(said, onBlocked = () => {}) {
    Object.assign(this, { said, onBlocked, before: null, last: {}, blocked: null, volume: 0, phrases: new Map(), queue: [], now: null });
    this.context = new AudioContext({ latencyHint: "interactive" });
    this.out = this.context.createGain();
    this.out.gain.value = 0;
    this.out.connect(this.context.destination);
    this.tone = this.lasting("sine");
    this.alarm = this.lasting("triangle");
    this.context.addEventListener("statechange", () => this.look());
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.wake(), { passive: true });
    setInterval(() => { if ((ageS() ?? Infinity) > OLD_S) this.quiet(); }, 100);
    this.wake();
    setTimeout(() => this.look(), 500); // a browser that allows it has begun by then
  }

  // A tone that is always there, and mostly silent: one that is begun each time cracks.
  lasting(type) {
    const [tone, gain] = [this.context.createOscillator(), this.context.createGain()];
    Object.assign(tone, { type });
    gain.gain.value = 0;
    tone.connect(gain).connect(this.out);
    tone.start();
    return { tone, gain: gain.gain };
  }

  wake() {
    if (this.context.state !== "running") this.context.resume().catch(() => {}); // stays blocked until a gesture
  }

  look() {
    const blocked = this.context.state !== "running";
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.onBlocked(blocked);
  }

  // With each snapshot; null where the page knows nothing. `volume` is 0 to 1, 0 is off.
  hear(snapshot, volume) {
    const { notes, phrases, toneHz, warning } = heardBetween(this.before, snapshot);
    this.before = snapshot;
    if (volume !== this.volume) {
      this.volume = volume;
      this.glide(this.out.gain, LOUDEST * volume ** 2); // as loud as the ear takes it for
    }
    if (volume === 0 || snapshot === null) {
      this.quiet();
      return;
    }
    for (const note of notes) this.play(note);
    if (phrases.length > 0) this.say(phrases);
    if (toneHz > 0) this.tone.tone.frequency.setTargetAtTime(toneHz, this.context.currentTime, FADE_S);
    this.glide(this.tone.gain, toneHz > 0 ? 0.35 : 0);
    this.warn(warning);
  }

  glide(parameter, to) {
    parameter.setTargetAtTime(to, this.context.currentTime, FADE_S);
  }

  warn(warning) {
    const { hz, on } = WARNINGS[warning] ?? { hz: 0, on: 0 };
    if (hz > 0) this.alarm.tone.frequency.setValueAtTime(hz, this.context.currentTime);
    const part = (this.context.currentTime % PULSE_S) / PULSE_S;
    this.glide(this.alarm.gain, part < on ? 0.6 : 0);
  }

  // No tone outlasts what it was for.
  quiet() {
    this.glide(this.tone.gain, 0);
    this.glide(this.alarm.gain, 0);
  }

  play(name) {
    const now = performance.now();
    if (now - (this.last[name] ?? -Infinity) < SAME_MS) return;
    this.last[name] = now;
    for (const [hz, long, from, loud] of NOTES[name] ?? []) {
      const at = this.context.currentTime + from;
      const [tone, gain] = [this.context.createOscillator(), this.context.createGain()];
      tone.frequency.value = hz;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(loud, at + 0.005);
      gain.gain.setTargetAtTime(0, at + long * 0.6, long * 0.15);
      tone.connect(gain).connect(this.out);
      tone.start(at);
      tone.stop(at + long + 0.1);
    }
  }

  // What is said last counts: it cuts off what is still being said.
  say(numbers) {
    this.queue = [...numbers];
    this.now?.stop();
    this.now = null;
    this.next();
  }

  async next() {
    const number = this.queue.shift();
    if (number === undefined) return;
    const buffer = await this.phrase(number);
    if (buffer === null || this.now !== null) return;
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.out);
    source.addEventListener("ended", () => { if (this.now === source) { this.now = null; this.next(); } });
    this.now = source;
    source.start();
  }

  // A recording, asked for once; null where the station has none: then the words on the screen are all.
  phrase(number) {
    if (!this.phrases.has(number)) {
      this.phrases.set(number, fetch(this.said(number))
        .then((answer) => (answer.ok ? answer.arrayBuffer() : null))
        .then((bytes) => (bytes === null ? null : this.context.decodeAudioData(bytes)))
        .catch(() => null));
    }
    return this.phrases.get(number);
  }
}
