/** What a person is told while a request is on its way: nothing at first, then that it works, then why it may last. */

/** Milliseconds. */
const [WORKING, WAKING] = [300, 1500];

export class Waiting {
  /** @type {number[]} */ #timers = [];

  /** @param {(state: {kind: "working" | "waking"}) => void} onState */
  constructor(onState) {
    this.onState = onState;
  }

  /** It counts from the first request that was not answered. */
  start() {
    if (this.#timers.length > 0) return;
    this.#timers = [
      window.setTimeout(() => this.onState({ kind: "working" }), WORKING),
      window.setTimeout(() => this.onState({ kind: "waking" }), WAKING),
    ];
  }

  stop() {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers = [];
  }
}
