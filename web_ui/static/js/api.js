// Requests to the HTTP API, answered in the page's language. A refusal is thrown as `Refused`, with the station's own
// words in it.

import { tapOver } from "./tap.js";
import { say, sentences } from "./texts.js";

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const [what, remedy] = [say("page.all.no-answer.what"), say("page.all.no-answer.remedy")];
const UNREACHABLE = { code: "web-unreachable", what, remedy, detail: sentences([what, remedy]), fields: [] };
const AGAIN_MS = 1000;
const headers = { "Accept-Language": document.documentElement.lang };

// At once, also under a finger: for STOP alone.
export async function callNow(path, options, timeoutMs) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { headers, ...options, signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new Refused(UNREACHABLE);
  }
  const body = await response.json().catch(() => null); // null too where the answer broke off in the middle
  if (!response.ok || body === null) throw new Refused(body ?? UNREACHABLE);
  return body;
}

// Whatever is done with the answer, or with there being none, is done under no finger.
export const call = (...asked) => callNow(...asked).finally(tapOver);

export function get(path) {
  return call(path, {}, 5000);
}

// The first answer that a page needs. While the station does not answer it is asked each second, and `tell` has what to
// say of that; "" again once it answers.
export async function first(ask, tell) {
  for (;;) {
    try {
      const answer = await ask();
      tell("");
      return answer;
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== UNREACHABLE.code) throw error;
      tell(error.problem.detail);
      await new Promise((done) => { setTimeout(done, AGAIN_MS); });
    }
  }
}

const json = (body) => ({ headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function post(path, body, timeoutMs = 5000) {
  return call(path, { method: "POST", keepalive: true, ...(body === undefined ? {} : json(body)) }, timeoutMs);
}

export function patch(path, body) {
  return call(path, { method: "PATCH", keepalive: true, ...json(body) }, 5000);
}

export function remove(path) {
  return call(path, { method: "DELETE", headers }, 5000);
}
