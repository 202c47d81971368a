/** Scoring in chunks: one request at a time, tried again when it fails, taken up again where it stopped. */

import { Scores } from "./scores.js";

/** @typedef {import("./service.js").Outcome} Outcome */
/** @typedef {Record<string, (number | string)[]>} Columns */
/** @typedef {{kind: "done" | "cancelled" | "locked"} | {kind: "failed", text: string}} End */

const RETRIES = 3;
/** Where the service says how long to wait, as it does while other lists are scored. */
const ASKED_RETRIES = 12;
/** Milliseconds before the first retry; each next one waits twice as long. */
const BACKOFF = 500;
/** A chunk should take about this many milliseconds: then progress moves, and little is lost when one fails. */
const CHUNK_TIME = 1000;
const [FIRST_CHUNK, SMALLEST_CHUNK] = [100, 10];

export class Scorer {
  #chunk = FIRST_CHUNK;
  /** Milliseconds a customer has taken of late. */
  pace = 0;

  /**
   * @param {object} ways
   * @param {string[]} ways.features
   * @param {(number | string)[][]} ways.columns the values of each feature, of every customer
   * @param {number} ways.mostRows of a request
   * @param {Scores} [ways.scores] that are there already
   * @param {(columns: Columns, signal: AbortSignal) => Promise<Outcome>} ways.send
   * @param {(waiting: string) => void} ways.onProgress with what is waited for, or ""
   */
  constructor({ features, columns, mostRows, scores, send, onProgress }) {
    this.names = features;
    this.columns = columns;
    this.mostRows = mostRows;
    this.send = send;
    this.onProgress = onProgress;
    this.scores = scores ?? new Scores(columns[0].length, features);
  }

  /** Take up the customers that came to the columns' ends. */
  grow() {
    this.scores.grow(this.columns[0].length);
  }

  /**
   * Score whatever has no score yet.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<End>}
   */
  async run(signal) {
    while (this.scores.done < this.scores.size) {
      const size = Math.min(this.#chunk, this.mostRows, this.scores.size - this.scores.done);
      const started = performance.now();
      const outcome = await this.#ask(size, signal);
      if (outcome.kind === "scored") this.#take(outcome, size, performance.now() - started);
      else if (outcome.kind === "too_large" && size > 1) this.#chunk = Math.ceil(size / 2);
      else return endOf(outcome);
    }
    return { kind: "done" };
  }

  /** @param {Extract<Outcome, {kind: "scored"}>} outcome @param {number} size @param {number} time */
  #take({ results, model }, size, time) {
    // Scores of two models cannot be ranked together.
    if (this.scores.done > 0 && model.hash !== this.scores.hash) {
      this.scores = new Scores(this.scores.size, this.names);
      this.onProgress("The model was replaced. Starting again with the new one.");
    } else {
      this.scores.add(results.slice(0, size));
      this.onProgress("");
    }
    this.scores.version = model.version;
    this.scores.hash = model.hash;
    this.pace = time / size;
    this.#chunk = Math.max(SMALLEST_CHUNK, Math.min(size * 2, Math.round(CHUNK_TIME / this.pace)));
  }

  /** @param {number} size @param {AbortSignal} signal @returns {Promise<Outcome>} after as many tries as it takes */
  async #ask(size, signal) {
    const from = this.scores.done;
    const columns = this.columns.map((column) => column.slice(from, from + size));
    const body = Object.fromEntries(this.names.map((name, place) => [name, columns[place]]));
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.send(body, signal);
      if (outcome.kind !== "busy" || tries === (outcome.seconds ? ASKED_RETRIES : RETRIES)) return outcome;
      this.onProgress(`${outcome.text} Trying again.`);
      await sleep(Math.max(outcome.seconds * 1000, BACKOFF * 2 ** tries), signal);
      if (signal.aborted) return { kind: "aborted" };
    }
  }
}

/** @param {Exclude<Outcome, {kind: "scored"}>} outcome @returns {End} */
function endOf(outcome) {
  if (outcome.kind === "aborted") return { kind: "cancelled" };
  if (outcome.kind === "locked") return { kind: "locked" };
  if (outcome.kind === "too_large") return { kind: "failed", text: "The service takes no request, however small." };
  return { kind: "failed", text: outcome.text };
}

/** @param {number} milliseconds @param {AbortSignal} signal that ends it early */
function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve(undefined)), { once: true });
  });
}
