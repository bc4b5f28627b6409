// Requests to the HTTP API. A refusal is thrown as `Refused`, with the station's own words in it.

export class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const UNREACHABLE = {
  code: "web-unreachable",
  what: "The station does not answer.",
  remedy: "Wait a few seconds; check that it is switched on.",
  detail: "The station does not answer. Wait a few seconds; check that it is switched on.",
  fields: [],
};

async function call(path, options, timeoutMs) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { ...options, signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new Refused(UNREACHABLE);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(body ?? UNREACHABLE);
  return body;
}

export function get(path) {
  return call(path, {}, 5000);
}

export function post(path, body, timeoutMs = 5000) {
  const json = { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return call(path, { method: "POST", keepalive: true, ...(body === undefined ? {} : json) }, timeoutMs);
}
