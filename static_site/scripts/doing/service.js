/** The service, as this page sees it: how the model does, and a file of outcomes on its way in. */

import { PATIENCE } from "../api.js";
import { keyHeader } from "../key.js";

/** @typedef {{value: number, low: number, high: number}} Share */
/** @typedef {{count: number, said: number, happened: Share}} Bin */
/** @typedef {{words: string, now: number, then: number}} Bar */
/** @typedef {{label: string, words: string, is_shifted: boolean, bars: Bar[]}} Input */
/**
 * @typedef {object} Outcomes
 * @property {string} sentence
 * @property {boolean} is_off
 * @property {number} count
 * @property {Share | null} precision
 * @property {Share | null} recall
 * @property {Bin[]} bins
 * @property {Record<string, number[]>} tested a share, and both ends of its interval if they are known
 */
/**
 * @typedef {object} Model a share is null where it would tell of a small group
 * @property {string} hash
 * @property {"serves" | "canary" | "shadow" | "before"} role
 * @property {string} name
 * @property {string} from
 * @property {string} to
 * @property {"ok" | "early" | "look"} state
 * @property {string} sentence
 * @property {number | null} rows
 * @property {number | null} mean_score
 * @property {number | null} positive
 * @property {string} positive_words
 * @property {number} [tested_positive]
 * @property {number | null} warned
 * @property {number | null} failed
 * @property {Outcomes | null} outcomes
 * @property {Input[]} inputs
 */
/**
 * @typedef {object} Tried
 * @property {string} hash
 * @property {"serves" | "canary" | "shadow"} role
 * @property {number | null} rows
 * @property {number | null} positive
 * @property {number | null} warned
 * @property {number | null} failed
 * @property {number} outcomes
 * @property {Share | null} precision
 * @property {Share | null} recall
 * @property {string} sentence
 */
/** @typedef {{since: string, models: Tried[]}} Trial the model that serves comes first */
/**
 * @typedef {object} Doing
 * @property {string} since
 * @property {boolean} keeps_answers
 * @property {number} share of the customers that a canary answers
 * @property {Model[]} models
 * @property {Trial | null} trial
 * @property {boolean} [is_rehearsed] whether the customers are made up
 */
/**
 * @typedef {object} Received
 * @property {number} rows
 * @property {number} matched
 * @property {number} unknown
 * @property {number} repeated
 * @property {number} failed
 * @property {{line: number, message: string}[]} problems
 * @property {boolean} is_new
 */
/**
 * @template T
 * @typedef {{kind: "said", body: T} | {kind: "off"} | {kind: "locked"} | {kind: "failed", text: string, missing?: string}} Outcome missing: a column
 */

/**
 * @param {string} base
 * @param {string} key "" without one
 * @returns {Promise<Outcome<Doing>>}
 */
export async function askDoing(base, key) {
  return (await isWatched(base)) ? ask(`${base}/doing`, key, {}) : { kind: "off" };
}

/**
 * Ask first whether there is something to ask for: a browser reports what is not found as an error of the page.
 *
 * @param {string} base
 * @returns {Promise<boolean>} false only where the service says so
 */
async function isWatched(base) {
  try {
    const response = await fetch(`${base}/health`, { signal: AbortSignal.timeout(PATIENCE) });
    return !response.ok || "shelf" in (await response.json());
  } catch {
    return true;
  }
}

/**
 * @param {string} base
 * @param {string} key
 * @param {Blob} file
 * @param {string} day up to which the file names every yes; "" where nobody says so
 * @returns {Promise<Outcome<Received>>}
 */
export function sendOutcomes(base, key, file, day) {
  const query = day ? `?complete_through=${encodeURIComponent(day)}` : "";
  return ask(`${base}/outcomes${query}`, key, { method: "POST", headers: { "Content-Type": "text/csv" }, body: file });
}

/**
 * @param {string} address
 * @param {string} key
 * @param {RequestInit} request
 * @returns {Promise<Outcome<any>>}
 */
async function ask(address, key, request) {
  const header = keyHeader(key);
  if (!header) return { kind: "locked" };
  try {
    const headers = { ...request.headers, ...header };
    const response = await fetch(address, { ...request, headers, signal: AbortSignal.timeout(PATIENCE) });
    const body = await response.json().catch(() => null);
    if (response.ok && body) return { kind: "said", body };
    if (response.status === 401 || response.status === 403) return { kind: "locked" };
    /** @type {import("../validation.js").Fault[]} */ const faults = body?.errors ?? [];
    const missing = faults.find(({ code }) => code === "missing")?.field;
    return { kind: "failed", missing, text: faults.map(({ message }) => message).join(" ") || body?.detail || "The service had a problem. Try again in a minute." };
  } catch {
    return { kind: "failed", text: navigator.onLine ? "The service cannot be reached." : "You are offline." };
  }
}
