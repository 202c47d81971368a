/** The service, as the page sees it: every way a request can end is one of a few outcomes. */

/** @typedef {import("./validation.js").Fault} Fault */
/**
 * @typedef {object} Answer
 * @property {string} prediction the decision in words
 * @property {boolean} will_purchase
 * @property {number} probability
 * @property {number} threshold
 * @property {Fault[]} warnings
 * @property {number} [base_value] the average score
 * @property {Contribution[]} [contributions]
 * @property {Curve[]} [curves]
 * @property {Change[]} [changes]
 * @property {Pair[]} [pairs] where there are no changes
 */
/** @typedef {{feature: string, value: number | string | null, contribution: number, approximate?: true}} Contribution */
/** @typedef {{feature: string, values: number[], probabilities: number[]}} Curve */
/** @typedef {{feature: string, value: number, new_value: number, probability: number}} Change */
/** @typedef {{features: string[], values: number[], new_values: number[], probability: number}} Pair of changes */
/**
 * @typedef {{kind: "scored", answer: Answer}
 *   | {kind: "invalid", faults: Fault[]}
 *   | {kind: "busy" | "unavailable", seconds: number}
 *   | {kind: "failed", reference: string}
 *   | {kind: "unreachable" | "offline" | "aborted"}} Outcome
 */

/** Milliseconds until a request is given up. */
export const PATIENCE = 60_000;
const [SHORTEST_WAIT, LONGEST_WAIT] = [1, 120];

/**
 * @returns {Promise<string>} where the API is; config.json says it, and without that file the page's own folder
 */
export async function readApiBase() {
  try {
    const response = await fetch("config.json");
    const { apiBase } = await response.json();
    return String(apiBase).replace(/\/$/, "");
  } catch {
    return "api";
  }
}

/**
 * Ask for the model, which wakes a sleeping service.
 *
 * @param {string} base
 * @returns {Promise<boolean>} whether it answered
 */
export async function isAwake(base) {
  try {
    return (await fetch(`${base}/model`)).ok;
  } catch {
    return false;
  }
}

/**
 * @param {string} base
 * @param {Record<string, number | string>} customer
 * @param {AbortSignal} signal
 * @param {string} [include] what is asked for beside the score and its explanation
 * @returns {Promise<Outcome>}
 */
export async function predict(base, customer, signal, include = "") {
  try {
    const response = await fetch(`${base}/predict${include && `?include=${include}`}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(customer),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    return await readOutcome(response);
  } catch {
    if (signal.aborted) return { kind: "aborted" };
    return { kind: navigator.onLine ? "unreachable" : "offline" };
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Outcome>}
 */
async function readOutcome(response) {
  const body = await response.json().catch(() => null);
  if (response.ok && isAnswer(body)) return { kind: "scored", answer: body };
  if (response.status === 429) return { kind: "busy", seconds: waitOf(response, 10) };
  if (response.status === 503) return { kind: "unavailable", seconds: waitOf(response, 5) };
  if (response.status < 500 && Array.isArray(body?.errors) && body.errors.length > 0) {
    return { kind: "invalid", faults: body.errors };
  }
  return { kind: "failed", reference: String(body?.request_id ?? response.headers.get("X-Request-Id") ?? "") };
}

/**
 * @param {Response} response
 * @param {number} otherwise
 * @returns {number} seconds that Retry-After asks for, or otherwise those
 */
export function waitOf(response, otherwise) {
  const seconds = Number(response.headers.get("Retry-After") || NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, SHORTEST_WAIT), LONGEST_WAIT) : otherwise;
}

/** @param {any} body @returns {boolean} whether it has what every answer has */
function isAnswer(body) {
  return (
    [body?.probability, body?.threshold].every(Number.isFinite) &&
    typeof body.prediction === "string" &&
    typeof body.will_purchase === "boolean" &&
    Array.isArray(body.warnings)
  );
}
