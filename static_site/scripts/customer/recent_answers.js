/** Answers that are known already, the newest of them. */

/** @typedef {import("../api.js").Answer} Answer */

const MOST = 200;

export class Memory {
  /** @type {Map<string, Answer>} */ #answers = new Map();

  /** @param {string} key */
  get(key) {
    return this.#answers.get(key);
  }

  /** @param {string} key @param {Answer} answer */
  keep(key, answer) {
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST) this.#answers.delete(oldest);
  }
}
