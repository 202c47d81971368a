/** The customers in the order of their scores, and what a list of the first so many of them comes to. */

import { sortInSlices } from "./slices.js";

/** @typedef {import("./contract.js").CurvePoint} CurvePoint */
/** @typedef {{size: number, buyers: number, precision: number, reached: number, lift: number}} Expected */

export class Ranking {
  /**
   * @param {Float64Array} probabilities NaN where there is none
   * @returns {Promise<Ranking>}
   */
  static async of(probabilities) {
    const scored = Uint32Array.from(probabilities.keys()).filter((number) => !Number.isNaN(probabilities[number]));
    await sortInSlices(scored, (a, b) => probabilities[b] - probabilities[a] || a - b);
    return new Ranking(scored, probabilities);
  }

  /** @param {Uint32Array} order numbers of the customers, highest score first @param {Float64Array} probabilities */
  constructor(order, probabilities) {
    this.order = order;
    this.scores = Float64Array.from(order, (number) => probabilities[number]);
    this.sums = new Float64Array(order.length + 1);
    this.ranks = new Uint32Array(probabilities.length);
    order.forEach((number, place) => {
      this.sums[place + 1] = this.sums[place] + this.scores[place];
      this.ranks[number] = place + 1;
    });
  }

  get size() {
    return this.order.length;
  }

  /** @param {number} threshold @returns {number} how many score at least that */
  sizeAt(threshold) {
    return firstPlace(this.size, (place) => this.scores[place] < threshold);
  }

  /** @param {number} share of the expected buyers @returns {number} the size of the shortest list that reaches it */
  sizeReaching(share) {
    return firstPlace(this.size, (place) => this.sums[place] >= share * this.sums[this.size]);
  }

  /** @param {number} size of a list @returns {number} the lowest score on it; 1 of an empty list */
  scoreAt(size) {
    return size === 0 ? 1 : this.scores[size - 1];
  }

  /** @param {number} size of a list @returns {number} how many that are not on it have the lowest score on it */
  tiesBeyond(size) {
    return size === 0 ? 0 : this.sizeAt(this.scoreAt(size)) - size;
  }

  /** @param {number} size of a list @returns {Expected} what the scores say of it */
  expected(size) {
    const [buyers, all] = [this.sums[size], this.sums[this.size]];
    const precision = size > 0 ? buyers / size : NaN;
    return { size, buyers, precision, reached: buyers / all, lift: precision / (all / this.size) };
  }

  /** @param {number} bins @returns {number[]} customers in each equal part of the way from 0 to 1 */
  histogram(bins) {
    const counts = new Array(bins).fill(0);
    for (const score of this.scores) counts[Math.min(Math.floor(score * bins), bins - 1)] += 1;
    return counts;
  }
}

/**
 * @param {number} end
 * @param {(place: number) => boolean} isPast false up to a place, true from there on
 * @returns {number} that place, or the end
 */
function firstPlace(end, isPast) {
  let low = 0;
  while (low < end) {
    const middle = (low + end) >> 1;
    if (isPast(middle)) end = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * @param {CurvePoint[]} curve
 * @param {number} threshold
 * @returns {{precision: number, recall: number}} measured on customers the model had not seen, at the nearest threshold
 */
export function heldOut(curve, threshold) {
  if (curve.length === 0) return { precision: NaN, recall: NaN };
  const distance = (/** @type {CurvePoint} */ point) => Math.abs(point.threshold - threshold);
  const { tp, fp, fn } = curve.reduce((best, point) => (distance(point) < distance(best) ? point : best));
  return { precision: tp / (tp + fp), recall: tp / (tp + fn) };
}
