/** The bar at the foot of the window: the result in one line, while the chance is out of sight. */

import { part } from "../elements.js";
import { decisionMark } from "./decision-mark.js";
import { chanceAndThreshold } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */

export class ResultBar {
  #hasResult = false;
  #isChanceInSight = false;

  constructor() {
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isChanceInSight = isIntersecting;
      this.#update();
    }).observe(part("chance"));
  }

  /** @param {Answer} answer */
  show({ prediction, probability, threshold, will_purchase: isPositive }) {
    part("bar-chance").textContent = chanceAndThreshold(probability, threshold).chance;
    part("bar-words").textContent = prediction;
    part("bar-icon").replaceChildren(decisionMark(isPositive));
    this.#hasResult = true;
    this.#update();
  }

  clear() {
    this.#hasResult = false;
    this.#update();
  }

  #update() {
    part("result-bar").hidden = !this.#hasResult || this.#isChanceInSight;
  }
}
