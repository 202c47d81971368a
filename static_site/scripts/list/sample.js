/** Files to start from, made of the contract: a template, and a list of synthetic customers. */

import { writeRecord } from "./csv-writer.js";

/** @typedef {import("./contract.js").Contract} Contract */
/** @typedef {import("./contract.js").Feature} Feature */

const ID = "customer_id";
const SEED = 20_240_229;

/**
 * @param {Contract} contract
 * @returns {string} a heading, and the examples below it
 */
export function templateCsv({ features, examples }) {
  return toCsv(features, examples.map(({ values }) => values));
}

/**
 * @param {Contract} contract
 * @param {number} count of customers
 * @returns {string} made-up customers, spread over each input as those seen in training; the same ones every time
 */
export function sampleCsv({ features }, count) {
  const random = randomNumbers(SEED);
  const draws = features.map((feature) => (feature.kind === "category" ? drawCategory(feature) : drawNumber(feature)));
  return toCsv(features, Array.from({ length: count }, () => draws.map((draw) => draw(random()))));
}

/** @param {Feature[]} features @param {(string | number | null)[][]} rows null: not known */
function toCsv(features, rows) {
  const lines = [[ID, ...features.map(({ name }) => name)]];
  rows.forEach((row, number) => lines.push([`C-${10_001 + number}`, ...row.map((value) => String(value ?? ""))]));
  return lines.map((line) => writeRecord(line, ",")).join("");
}

/**
 * @param {Feature} feature
 * @returns {(share: number) => number} the value below which such a share of the customers is, between the quartiles
 */
function drawNumber({ seen, kind, step }) {
  const knots = [seen.minimum, seen.lower_quartile, seen.median, seen.upper_quartile, seen.maximum].map(Number);
  const digits = kind === "integer" ? 0 : Math.max(0, Math.round(-Math.log10(step)));
  return (share) => {
    const quarter = Math.min(Math.floor(share * 4), 3);
    // The highest quarter thins out towards its end.
    const within = quarter === 3 ? (share * 4 - 3) ** 4 : share * 4 - quarter;
    return Number((knots[quarter] + (knots[quarter + 1] - knots[quarter]) * within).toFixed(digits));
  };
}

/** @param {Feature} feature @returns {(share: number) => string} a category, as often as it was seen */
function drawCategory({ seen, values }) {
  const counts = Object.entries(seen.counts).filter(([code]) => Object.hasOwn(values, code));
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return (share) => {
    let left = share * total;
    return counts.find(([, count]) => (left -= count) < 0)?.[0] ?? Object.keys(values)[0];
  };
}

/** @param {number} seed @returns {() => number} mulberry32: the same numbers from 0 to 1 in every browser */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
