// What another process does for a technician, one at a time: who comes while something else is done waits for it.

import { post, Refused } from "./api.js";

const AGAIN_MS = 500;
const TRIES = 40;

export async function begin(path, body) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await post(path, body);
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.problem.code !== "errand-runs" || tries === TRIES) throw problem;
    }
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}
