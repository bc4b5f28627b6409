// The way through the questions: screen by screen, and item by item where a screen was not answered with "no". Pure: it
// knows no page and no station.

export const [NO, YES, UNKNOWN] = ["no", "yes", "unknown"];
export const LONGEST_MS = 10 * 60 * 1000; // what was answered longer ago is asked again

export class Asking {
  constructor({ items, screens }, now = () => Date.now()) {
    this.now = now;
    this.items = new Map(items.map((one) => [one.id, one]));
    this.screens = screens;
    this.opened = new Set(); // screens whose items are asked one by one
    this.answers = {};
    this.at = 0;
    this.beganAt = null;
  }

  // What is asked one after the other, as far as it is known now.
  get steps() {
    return this.screens.flatMap((screen) => {
      const single = screen.items.map((id) => ({ screen, items: [id] }));
      if (screen.items.length === 1) return single;
      return [{ screen, items: screen.items }, ...(this.opened.has(screen.id) ? single : [])];
    });
  }

  get step() {
    return this.steps[this.at] ?? null;
  }

  // Number of the screen that is asked, and how many there are: what is opened in between does not count.
  get place() {
    return { n: this.step === null ? this.screens.length : this.screens.indexOf(this.step.screen) + 1, of: this.screens.length };
  }

  // Whether the first answer is too old, by a clock that may have been set either way.
  get stale() {
    return this.beganAt !== null && Math.abs(this.now() - this.beganAt) > LONGEST_MS;
  }

  // Takes an answer to what is asked now, and goes on. True where it locks, and must be written down at once.
  answer(value) {
    const { screen, items } = this.step;
    this.beganAt ??= this.now();
    const opens = items.length > 1 && value !== NO;
    if (items.length > 1) this.opened[opens ? "add" : "delete"](screen.id);
    // Until each of them is asked nothing is known of them.
    for (const id of items) this.answers[id] = opens ? UNKNOWN : value;
    this.at += 1;
    return opens || this.locks(items[0], value);
  }

  locks(id, value) {
    if (typeof value !== "number") return value !== NO;
    const { lock_below: below, lock_from: from } = this.items.get(id);
    return (below !== null && value < below) || (from !== null && value >= from);
  }

  back() {
    this.at = Math.max(0, this.at - 1);
  }
}
