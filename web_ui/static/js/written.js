// The screening at the station: what holds, and what is written down, one request after the other.

import { get, post, Refused } from "./api.js";

export class Written {
  constructor(code) {
    this.path = `/patients/${encodeURIComponent(code)}/screening`;
    this.view = null; // what the station said last
    this.waiting = Promise.resolve();
  }

  async read() {
    this.view = await get(this.path);
    return this.view;
  }

  // Writes these answers down after what was given before. Throws `Refused`.
  write(by, answers) {
    const body = { by, answers: { ...answers } };
    const next = this.waiting.catch(() => {}).then(() => this.send(body));
    this.waiting = next;
    return next;
  }

  async send(body) {
    const known = () => ({ screening: this.view.screening, version: this.view.version });
    try {
      this.view = await post(this.path, { ...body, ...known() });
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== "screening-changed") throw error;
      // Was it this phone itself, whose answer was lost on the way?
      const { version } = this.view;
      const view = await this.read();
      if (view.version !== version || !isMine(view, body)) throw error;
      this.view = await post(this.path, { ...body, ...known() });
    }
    return this.view;
  }

  async override(item, by, reason) {
    this.view = await post(`${this.path}/override`, { item, by, reason, screening: this.view.screening });
    return this.view;
  }
}

// Whether all that is written down is what this phone has said too.
const isMine = ({ asked_by: asked, items }, { by, answers }) =>
  asked === by && items.every(({ id, answer, override }) => answer === null || (answer === answers[id] && override === null));
