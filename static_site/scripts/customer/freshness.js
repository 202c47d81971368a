/** Whether the answer that is shown is for what the form says; while it is not, it is dimmed and said to be so. */

import { problemsOf, readCustomer } from "./checks.js";
import { brighten, showOutdated } from "./result.js";

/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("./predictor.js").Customer} Customer */

export class Freshness {
  /** Whose answer is shown, as a text; "" without one. */ #shown = "";

  /** @param {Field[]} fields */
  constructor(fields) {
    this.fields = fields;
  }

  get hasAnswer() {
    return this.#shown !== "";
  }

  /** Whether what the form says is what was answered. */
  get isCurrent() {
    return problemsOf(this.fields).length === 0 && JSON.stringify(readCustomer(this.fields)) === this.#shown;
  }

  /** @param {Customer} customer whose answer is now shown */
  keep(customer) {
    this.#shown = JSON.stringify(customer);
  }

  forget() {
    this.#shown = "";
  }

  /** Look at the form again. */
  compare() {
    if (!this.hasAnswer) return;
    if (this.isCurrent) brighten();
    else showOutdated();
  }
}
