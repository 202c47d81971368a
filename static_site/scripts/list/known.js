/** Scores held against what became of the customers: precision, recall, calibration of this very list. */

/** @typedef {import("./ranking.js").Ranking} Ranking */
/** @typedef {{contacted: number, buyers: number, precision: number, recall: number, lift: number}} Facts */
/** @typedef {{mean: number, bought: number, count: number}} Bin */

const BINS = 10;

export class Known {
  /**
   * @param {Ranking} ranking
   * @param {ArrayLike<number>} outcomes of each customer: 1, 0, or -1 where it is not known
   */
  constructor(ranking, outcomes) {
    this.ranking = ranking;
    this.outcomes = outcomes;
    /** Of the first so many: those whose outcome is known, and the buyers among them. */
    this.counts = new Uint32Array(ranking.size + 1);
    this.buyers = new Uint32Array(ranking.size + 1);
    ranking.order.forEach((number, place) => {
      this.counts[place + 1] = this.counts[place] + Number(outcomes[number] >= 0);
      this.buyers[place + 1] = this.buyers[place] + Number(outcomes[number] === 1);
    });
  }

  /** Customers whose outcome is known. */
  get count() {
    return this.counts[this.ranking.size];
  }

  /** @param {number} size of a list @returns {Facts} what became of those on it */
  at(size) {
    const [contacted, buyers, all] = [this.counts[size], this.buyers[size], this.buyers[this.ranking.size]];
    const precision = buyers / contacted;
    return { contacted, buyers, precision, recall: buyers / all, lift: precision / (all / this.count) };
  }

  /** @returns {Bin[]} ten bins of equal width, without empty ones (training/evaluation/metrics.py) */
  calibration() {
    const bins = Array.from({ length: BINS }, () => ({ mean: 0, bought: 0, count: 0 }));
    this.ranking.order.forEach((number, place) => {
      if (this.outcomes[number] < 0) return;
      const score = this.ranking.scores[place];
      const bin = bins[Math.min(Math.floor(score * BINS), BINS - 1)];
      bin.count += 1;
      bin.mean += score;
      bin.bought += this.outcomes[number];
    });
    return bins
      .filter(({ count }) => count > 0)
      .map(({ mean, bought, count }) => ({ mean: mean / count, bought: bought / count, count }));
  }
}

/** @param {Bin[]} bins @returns {number} how far what was said is from what happened, in the mean over customers */
export function calibrationError(bins) {
  const [off, all] = bins.reduce(([o, a], { mean, bought, count }) => [o + count * Math.abs(mean - bought), a + count], [0, 0]);
  return off / all;
}
