/** The service that scores many customers at once: every way a request can end is one of a few outcomes. */

import { PATIENCE, waitOf } from "../api.js";
import { keyHeader } from "../key.js";

/** @typedef {{feature: string, value: number | string, contribution: number}} Reason */
/**
 * @typedef {object} Result
 * @property {number} [probability]
 * @property {{for: Reason[], against: Reason[]}} [reasons]
 * @property {{message: string}[]} [warnings] of values that training has not seen
 * @property {{message: string}[]} [errors] instead of the others, where the service does not take the row
 */
/** @typedef {{version: string, hash: string}} ModelName */
/**
 * @typedef {{kind: "scored", results: Result[], model: ModelName}
 *   | {kind: "locked"} | {kind: "too_large"} | {kind: "aborted"}
 *   | {kind: "busy", seconds: number, text: string}
 *   | {kind: "refused", text: string}} Outcome busy: worth another try
 */

const REACH = "The prediction service cannot be reached.";

/**
 * @param {string} base
 * @param {Record<string, (number | string)[]>} columns the model's inputs, and nothing else
 * @param {string} key "" without one
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
export async function scoreBatch(base, columns, key, signal) {
  const header = keyHeader(key);
  if (!header) return { kind: "locked" };
  try {
    const response = await fetch(`${base}/predict/batch?include=reasons`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...header },
      body: JSON.stringify({ columns }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    return readOutcome(response, await response.json().catch(() => null));
  } catch {
    if (signal.aborted) return { kind: "aborted" };
    return { kind: "busy", seconds: 0, text: navigator.onLine ? REACH : "You are offline." };
  }
}

/**
 * @param {Response} response
 * @param {any} body
 * @returns {Outcome}
 */
function readOutcome(response, body) {
  const { status } = response;
  if (response.ok && Array.isArray(body?.results)) return { kind: "scored", results: body.results, model: body.model };
  if (status === 401 || status === 403) return { kind: "locked" };
  if (status === 413) return { kind: "too_large" };
  if (status === 429 || status === 503) return { kind: "busy", seconds: waitOf(response, 0), text: busyWords(status) };
  if (status >= 400 && status < 500) {
    const reasons = (body?.errors ?? []).map((/** @type {{message: string}} */ { message }) => message);
    return { kind: "refused", text: reasons.join(" ") || body?.detail || "The service does not take this list." };
  }
  const reference = response.headers.get("X-Request-Id");
  const text = `The prediction service had a problem.${reference ? ` Reference ${reference}.` : ""}`;
  return { kind: "busy", seconds: 0, text };
}

/** @param {number} status */
function busyWords(status) {
  return status === 429 ? "The prediction service has too many requests." : "The service is not ready.";
}
