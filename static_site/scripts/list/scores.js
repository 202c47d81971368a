/** What the service said of each customer, kept small: a hundred thousand take three megabytes. */

/** @typedef {import("./service.js").Result} Result */
/** @typedef {{feature: number, points: number}} Reason the feature's place, and percentage points */

/** Reasons kept on each side. */
const KEPT = 2;

export class Scores {
  /** @type {Map<number, string>} */ refused = new Map();
  /** @type {Map<number, string>} what training has not seen of a customer */ warnings = new Map();
  /** Customers that the service has answered for, from the first one on. */
  done = 0;
  version = "";
  hash = "";

  size = 0;
  probabilities = new Float64Array();
  features = new Int16Array();
  points = new Float32Array();

  /** @param {number} size customers to score @param {string[]} features names, in the model's order */
  constructor(size, features) {
    this.places = new Map(features.map((name, place) => [name, place]));
    this.grow(size);
  }

  /** Customers that have a score. */
  get scored() {
    return this.done - this.refused.size;
  }

  /** @param {number} size as many customers as before, or more */
  grow(size) {
    const [probabilities, features, points] = [this.probabilities, this.features, this.points];
    this.size = size;
    this.probabilities = new Float64Array(size).fill(NaN);
    this.features = new Int16Array(size * 2 * KEPT).fill(-1);
    this.points = new Float32Array(size * 2 * KEPT);
    this.probabilities.set(probabilities);
    this.features.set(features);
    this.points.set(points);
  }

  /**
   * @param {Result[]} results of the customers that follow the last ones
   */
  add(results) {
    for (const { probability, reasons, warnings = [], errors } of results) {
      const number = this.done;
      this.done += 1;
      if (probability === undefined) {
        this.refused.set(number, (errors ?? []).map(({ message }) => message).join(" ") || "Not scored");
        continue;
      }
      this.probabilities[number] = probability;
      if (warnings.length > 0) this.warnings.set(number, warnings.map(({ message }) => message).join(" "));
      this.#keep(number, 0, reasons?.for ?? []);
      this.#keep(number, KEPT, reasons?.against ?? []);
    }
  }

  /** @param {number} number of a customer @returns {Reason[]} largest first */
  reasonsFor(number) {
    return this.#read(number, 0);
  }

  /** @param {number} number of a customer @returns {number} the place of the feature, -1 without one */
  mainReasonFor(number) {
    return this.features[number * 2 * KEPT];
  }

  /** @param {number} number of a customer @returns {Reason[]} largest first */
  reasonsAgainst(number) {
    return this.#read(number, KEPT);
  }

  /** @param {number} number @param {number} side @param {import("./service.js").Reason[]} reasons */
  #keep(number, side, reasons) {
    reasons.slice(0, KEPT).forEach(({ feature, contribution }, place) => {
      const at = number * 2 * KEPT + side + place;
      this.features[at] = this.places.get(feature) ?? -1;
      this.points[at] = contribution * 100;
    });
  }

  /** @param {number} number @param {number} side */
  #read(number, side) {
    const from = number * 2 * KEPT + side;
    return Array.from({ length: KEPT }, (_, place) => ({
      feature: this.features[from + place],
      points: this.points[from + place],
    })).filter(({ feature }) => feature >= 0);
  }
}
