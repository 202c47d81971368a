/** The contract, as the list sees it: model.json holds it beside the page, and the service too. */

import { numberText } from "../words.js";

/**
 * @typedef {object} Feature
 * @property {string} name
 * @property {string} label
 * @property {"integer" | "number" | "category"} kind
 * @property {string} unit
 * @property {string} help
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {number} step
 * @property {boolean} optional
 * @property {string} [reference] of a date, the day to which its days are counted
 * @property {string} [date_order] "dmy" or "mdy", how a date with the year behind is meant
 * @property {string[]} [missing] what says "not known", beside a blank cell
 * @property {boolean} [other] whether a category that is not listed counts as another
 * @property {string[]} aliases
 * @property {Record<string, string>} values labels of categories
 * @property {Record<string, string[]>} [names] other names of categories
 * @property {{minimum: number | null, lower_quartile: number | null, median: number | null,
 *   upper_quartile: number | null, maximum: number | null, counts: Record<string, number>}} seen
 */
/**
 * @typedef {object} Contract
 * @property {Feature[]} features
 * @property {string[]} [ranking] their names, the strongest first
 * @property {{name: string, positive: string, negative: string}} target
 * @property {number} threshold
 * @property {number} base_rate the share of training customers with the positive answer
 * @property {{name: string, values: (string | number | null)[]}[]} examples null: not known
 */
/** @typedef {{threshold: number, tp: number, fp: number, fn: number, tn: number}} CurvePoint */
/**
 * @typedef {object} Limits of what is sent and taken
 * @property {number} batch_rows
 * @property {number} csv_rows
 */
/** @typedef {{model: {hash: string}, contract: Contract, evaluation: {curve: CurvePoint[]}, limits?: Limits}} Description */

/** So many inputs are shown as a whole; of more, the strongest. */
export const MOST_TOGETHER = 12;
const FIRST = 8;

/** Where the service has not said its own. */
export const LIMITS = { batch_rows: 500, csv_rows: 100_000 };

/**
 * @param {string} base of the service
 * @returns {Promise<Description>} what the service says of the model, else what stands beside the page
 */
export async function readDescription(base) {
  const own = read(`${base}/model`);
  const beside = await read("model.json").catch(() => own);
  // A service that wakes is not waited for; one that is awake knows best, and has its limits with it.
  const soon = new Promise((resolve) => setTimeout(resolve, PATIENCE, beside));
  return Promise.race([own.catch(() => beside), soon]);
}

/** Milliseconds that the service's own word is waited for. */
const PATIENCE = 1500;

/**
 * @param {string} address
 * @returns {Promise<Description>}
 */
async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  return response.json();
}

/**
 * @param {Feature} feature
 * @param {number | string} value
 * @returns {string} as people read it, such as "Germany"
 */
export function valueText(feature, value) {
  if (typeof value === "string") return feature.values[value] ?? (value === "" ? "not known" : value);
  return numberText(value);
}

/**
 * @param {Contract} contract
 * @returns {number[]} the places of the features that a table shows beside a score
 */
export function shownPlaces({ features, ranking = [] }) {
  const places = features.map((_, place) => place);
  if (features.length <= MOST_TOGETHER) return places;
  const names = features.map(({ name }) => name);
  return [...ranking.map((name) => names.indexOf(name)), ...places].slice(0, FIRST);
}
