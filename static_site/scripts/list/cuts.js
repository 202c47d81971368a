/** The ways to say where the list ends: at a score, after so many customers, at a share of the buyers. */

import { target } from "../words.js";

/** @typedef {import("./ranking.js").Ranking} Ranking */
/** @typedef {{size: number, threshold: number}} Cut how many are on the list, and the score at which it ends */
/**
 * @typedef {object} Way
 * @property {string} label
 * @property {string} unit
 * @property {boolean} isCount whether its number is one of customers, not a percentage
 * @property {(ranking: Ranking, number: number) => Cut} cutAt
 * @property {(ranking: Ranking, cut: Cut) => number} numberOf
 */

/** @type {Record<string, Way>} */
export const WAYS = {
  score: {
    label: "Contact customers scoring at least",
    unit: "%",
    isCount: false,
    cutAt: (ranking, number) => ({ size: ranking.sizeAt(number / 100), threshold: number / 100 }),
    numberOf: (_, { threshold }) => percent(threshold),
  },
  size: {
    label: "Contact the best",
    unit: "customers",
    isCount: true,
    cutAt: endingAfter,
    numberOf: (_, { size }) => size,
  },
  reach: {
    label: `Reach this share of expected ${target.people}`,
    unit: "%",
    isCount: false,
    cutAt: (ranking, number) => endingAfter(ranking, ranking.sizeReaching(number / 100)),
    numberOf: (ranking, { size }) => percent(ranking.expected(size).reached || 0),
  },
};

/** @param {import("../money.js").Amounts} amounts @returns {number} the score from which on a contact pays */
export function bestScore({ cost, value }) {
  return cost < value ? cost / value : 1;
}

/** @param {Ranking} ranking @param {number} size @returns {Cut} */
function endingAfter(ranking, size) {
  return { size, threshold: ranking.scoreAt(size) };
}

/** @param {number} share */
function percent(share) {
  return Math.round(share * 10_000) / 100;
}
