/**
 * The request loop: one request in flight, the newest input waits, the last input always wins.
 *
 * An answer to an earlier input is shown while a newer one waits, but never over a newer one's answer.
 */

/** @typedef {import("./api.js").Answer} Answer */
/** @typedef {import("./api.js").Outcome} Outcome */
/** @typedef {Record<string, number | string>} Customer */
/** @typedef {{kind: "idle" | "working" | "waking"} | Exclude<Outcome, {kind: "scored" | "aborted"}>} State */
/** @typedef {{customer: Customer, key: string}} Wish */

/** Milliseconds: between requests; until a request may be dropped for a newer one; until waiting shows. */
const [GAP, OLD, WORKING, WAKING] = [120, 1500, 300, 1500];
const MOST_ANSWERS = 200;

export class Predictor {
  /** @type {Wish | null} */ #wish = null;
  /** @type {{key: string, started: number, controller: AbortController} | null} */ #flight = null;
  /** @type {Map<string, Answer>} */ #answers = new Map();
  /** @type {number[]} */ #waits = [];
  #notBefore = 0;
  #timer = 0;

  /**
   * @param {object} ways
   * @param {(customer: Customer, signal: AbortSignal) => Promise<Outcome>} ways.send
   * @param {(answer: Answer, customer: Customer, settled: boolean) => void} ways.onAnswer settled: nothing newer waits
   * @param {(state: State) => void} ways.onState
   */
  constructor({ send, onAnswer, onState }) {
    this.send = send;
    this.onAnswer = onAnswer;
    this.onState = onState;
  }

  /** @param {Customer} customer */
  ask(customer) {
    const key = JSON.stringify(customer);
    this.#wish = { customer, key };
    const known = this.#answers.get(key);
    if (known) this.#settle(known);
    else this.#next();
  }

  /** Ask again now, after a failure or instead of waiting. */
  retry() {
    this.#notBefore = 0;
    this.#next();
  }

  /** Forget what was asked; what is still in flight is not shown. */
  cancel() {
    this.#flight?.controller.abort();
    this.#flight = this.#wish = null;
    this.#pause({ kind: "idle" });
  }

  #next() {
    clearTimeout(this.#timer);
    if (!this.#wish) return;
    const now = performance.now();
    if (!this.#flight && now >= this.#notBefore) {
      this.#fly(this.#wish, now);
    } else if (!this.#flight) {
      this.#timer = window.setTimeout(() => this.#next(), this.#notBefore - now);
    } else if (this.#flight.key !== this.#wish.key) {
      const left = this.#flight.started + OLD - now;
      if (left <= 0) this.#flight.controller.abort();
      else this.#timer = window.setTimeout(() => this.#next(), left);
    }
  }

  /** @param {Wish} wish @param {number} started */
  async #fly(wish, started) {
    const flight = { key: wish.key, started, controller: new AbortController() };
    this.#flight = flight;
    this.#notBefore = started + GAP;
    if (this.#waits.length === 0) this.#startWaiting();
    const outcome = await this.send(wish.customer, flight.controller.signal);
    if (this.#flight !== flight) return;
    this.#flight = null;
    this.#land(wish, outcome);
  }

  /** @param {Wish} wish @param {Outcome} outcome */
  #land({ customer, key }, outcome) {
    if (outcome.kind === "scored") this.#remember(key, outcome.answer);
    if (!this.#wish) return;
    const isNewest = this.#wish.key === key;
    if (outcome.kind === "scored" && isNewest) {
      this.#settle(outcome.answer);
    } else if (outcome.kind === "scored") {
      this.#stopWaiting();
      this.onAnswer(outcome.answer, customer, false);
    } else if (outcome.kind === "invalid" && isNewest) {
      this.#wish = null;
      this.#pause(outcome);
    } else if (outcome.kind === "busy" || outcome.kind === "unavailable") {
      this.#notBefore = performance.now() + outcome.seconds * 1000;
      this.#pause(outcome);
    } else if (outcome.kind !== "aborted" && outcome.kind !== "invalid") {
      this.#pause(outcome);
      return;
    }
    this.#next();
  }

  /** @param {Answer} answer */
  #settle(answer) {
    const { customer } = /** @type {Wish} */ (this.#wish);
    this.#wish = null;
    this.#pause({ kind: "idle" });
    this.onAnswer(answer, customer, true);
  }

  /** @param {State} state */
  #pause(state) {
    this.#stopWaiting();
    this.onState(state);
  }

  #startWaiting() {
    this.#waits = [
      window.setTimeout(() => this.onState({ kind: "working" }), WORKING),
      window.setTimeout(() => this.onState({ kind: "waking" }), WAKING),
    ];
  }

  #stopWaiting() {
    this.#waits.forEach((wait) => clearTimeout(wait));
    this.#waits = [];
    clearTimeout(this.#timer);
  }

  /** @param {string} key @param {Answer} answer */
  #remember(key, answer) {
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_ANSWERS) this.#answers.delete(oldest);
  }
}
