/** The card that says what is on the contact list: whom it reaches, why, in which segments, and whether scores were right. */

import { part } from "../elements.js";
import { showCalibration } from "./calibration.js";
import { showCauses } from "./causes.js";
import { Gains } from "./gains.js";
import { Segments } from "./segments.js";

/** @typedef {import("./customers.js").Customers} Customers */

/** Milliseconds that the slider rests before every customer is counted again. */
const SETTLED = 150;

export class AboutCard {
  /** @type {Customers | null} */ #customers = null;
  #gains = new Gains();
  #segments = new Segments();
  #timer = 0;

  /** @param {Customers} customers */
  show(customers) {
    this.#customers = customers;
    part("about").hidden = false;
    this.#gains.show(customers);
    this.#segments.show(customers);
    showCalibration(customers.known);
  }

  hide() {
    this.#customers = null;
    part("about").hidden = true;
  }

  /** @param {number} size of the contact list */
  cut(size) {
    this.#gains.cut(size);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (!this.#customers) return;
      this.#segments.cut(size);
      showCauses(this.#customers, size);
    }, SETTLED);
  }
}
