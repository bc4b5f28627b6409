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
    this.changing = null; // the screen that is answered once more, from the list at the end
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
    if (this.changing !== null && this.step?.screen !== this.changing) this.toEnd();
    return opens || this.locks(items[0], value);
  }

  locks(id, value) {
    if (typeof value !== "number") return value !== NO;
    const { lock_below: below, lock_from: from } = this.items.get(id);
    return (below !== null && value < below) || (from !== null && value >= from);
  }

  back() {
    if (this.changing !== null && this.steps[this.at - 1]?.screen !== this.changing) this.toEnd();
    else this.at = Math.max(0, this.at - 1);
  }

  // The last question: with it all others are shown again, and its answer ends them.
  get ends() {
    return this.at === this.steps.length - 1;
  }

  toEnd() {
    this.changing = null;
    this.at = this.steps.length - 1;
  }

  // What was answered on the other screens: an answer each, the one that says most.
  get others() {
    return this.screens.filter((screen) => screen !== this.step.screen).map((screen) => {
      const given = screen.items.map((id) => this.answers[id]);
      return { screen, answer: [YES, UNKNOWN].find((one) => given.includes(one)) ?? given[0] };
    });
  }

  // This screen once more; behind it comes the last question again.
  change(screen) {
    this.changing = screen;
    this.at = this.steps.findIndex((one) => one.screen === screen);
  }
}
