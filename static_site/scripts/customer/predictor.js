/**
 * The request loop: one request in flight, the newest input waits, the last input always wins.
 *
 * An answer to an earlier input is shown while a newer one waits, but never over a newer one's answer. When an answer
 * has rested, one more request looks around it: at the curves, and at what would change it.
 */

import { Memory } from "./recent_answers.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../api.js").Outcome} Outcome */
/** @typedef {Record<string, number | string>} Customer */
/** @typedef {{kind: "idle" | "working" | "waking"} | Exclude<Outcome, {kind: "scored" | "aborted"}>} State */
/** @typedef {{customer: Customer, key: string}} Wish */
/** @typedef {(customer: Customer, signal: AbortSignal) => Promise<Outcome>} Send */

/** Milliseconds: between requests; until a request may be dropped for a newer one; until an answer has rested. */
const [GAP, OLD, REST] = [120, 1500, 650];

export class Predictor {
  /** @type {Wish | null} */ #wish = null;
  /** @type {{key: string, started: number, controller: AbortController} | null} */ #flight = null;
  #answers = new Memory();
  #looks = new Memory();
  #notBefore = 0;
  /** Why it waits that long. @type {"busy" | "unavailable" | null} */ #setback = null;
  #timer = 0;

  /**
   * @param {object} ways
   * @param {Send} ways.send
   * @param {Send} ways.look
   * @param {(answer: Answer, customer: Customer, isSettled: boolean) => void} ways.onAnswer settled: nothing newer waits
   * @param {(answer: Answer, customer: Customer) => void} ways.onRest
   * @param {(answer: Answer | null) => void} ways.onLook null where that did not work
   * @param {(state: State) => void} ways.onState
   */
  constructor(ways) {
    this.ways = ways;
    this.waiting = new Waiting(ways.onState);
  }

  /** @param {Customer} customer */
  ask(customer) {
    const wish = { customer, key: JSON.stringify(customer) };
    this.#wish = wish;
    const known = this.#answers.get(wish.key);
    if (known) this.#settle(wish, known);
    else this.#next();
  }

  /** Whether nothing is asked that is not answered. */
  get isIdle() {
    return this.#wish === null;
  }

  /** Ask again now, after a failure or instead of waiting. */
  retry() {
    this.#notBefore = 0;
    this.#next();
  }

  /** Go on when the connection is back, but not before the time that the service asked for. */
  resume() {
    const seconds = Math.ceil((this.#notBefore - performance.now()) / 1000);
    if (this.#wish && this.#setback && seconds > 0) this.#pause({ kind: this.#setback, seconds });
    this.#next();
  }

  /** Forget what was asked; what is still in flight is not shown. */
  cancel() {
    this.#flight?.controller.abort();
    this.#flight = this.#wish = null;
    clearTimeout(this.#timer);
    this.#pause({ kind: "idle" });
  }

  #next() {
    if (!this.#wish) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    if (!this.#flight && now >= this.#notBefore) {
      this.#predict(this.#wish);
    } else if (!this.#flight) {
      this.#timer = window.setTimeout(() => this.#next(), this.#notBefore - now);
    } else if (this.#flight.key !== this.#wish.key) {
      const left = this.#flight.started + OLD - now;
      if (left <= 0) this.#flight.controller.abort();
      else this.#timer = window.setTimeout(() => this.#next(), left);
    }
  }

  /** @param {Wish} wish */
  async #predict(wish) {
    this.waiting.start();
    const outcome = await this.#fly(this.ways.send, wish.customer, wish.key);
    if (outcome) this.#land(wish, outcome);
  }

  /**
   * @param {Send} send
   * @param {Customer} customer
   * @param {string} key
   * @returns {Promise<Outcome | null>} null where it was forgotten on the way
   */
  async #fly(send, customer, key) {
    const flight = { key, started: performance.now(), controller: new AbortController() };
    this.#flight = flight;
    this.#notBefore = flight.started + GAP;
    this.#setback = null;
    const outcome = await send(customer, flight.controller.signal);
    if (this.#flight !== flight) return null;
    this.#flight = null;
    return outcome;
  }

  /** @param {Wish} wish @param {Outcome} outcome */
  #land(wish, outcome) {
    if (outcome.kind === "scored") this.#answers.keep(wish.key, outcome.answer);
    if (!this.#wish) return;
    const isNewest = this.#wish.key === wish.key;
    if (outcome.kind === "scored" && isNewest) {
      this.#settle(wish, outcome.answer);
    } else if (outcome.kind === "scored") {
      this.waiting.stop();
      this.ways.onAnswer(outcome.answer, wish.customer, false);
    } else if (outcome.kind === "invalid" && isNewest) {
      this.#wish = null;
      this.#pause(outcome);
    } else if (outcome.kind === "busy" || outcome.kind === "unavailable") {
      this.#notBefore = performance.now() + outcome.seconds * 1000;
      this.#setback = outcome.kind;
      this.#pause(outcome);
    } else if (outcome.kind !== "aborted" && outcome.kind !== "invalid") {
      this.#pause(outcome);
      return;
    }
    this.#next();
  }

  /** @param {Wish} wish @param {Answer} answer */
  #settle(wish, answer) {
    this.#wish = null;
    this.#pause({ kind: "idle" });
    this.ways.onAnswer(answer, wish.customer, true);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#rest(wish, answer), REST);
  }

  /** @param {Wish} wish @param {Answer} answer */
  async #rest(wish, answer) {
    if (this.#flight) {
      this.#timer = window.setTimeout(() => this.#rest(wish, answer), GAP);
      return;
    }
    const { customer, key } = wish;
    this.ways.onRest(answer, customer);
    if (!this.#looks.get(key)) {
      const outcome = await this.#fly(this.ways.look, customer, `${key} look`);
      if (!outcome) return;
      if (outcome.kind === "scored") this.#looks.keep(key, outcome.answer);
    }
    if (!this.#wish) this.ways.onLook(this.#looks.get(key) ?? null);
    this.#next();
  }

  /** @param {State} state */
  #pause(state) {
    this.waiting.stop();
    this.ways.onState(state);
  }
}
