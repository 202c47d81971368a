/** The place of the result: an awaited one is brought into sight, and again when what belongs to it has come. */

import { part } from "../elements.js";

/** Pixels by which a page may move by itself. */
const NEAR = 4;

export class Place {
  /** Where the page stood; -1 while nothing is awaited. */ #top = -1;

  /** An awaited answer has come. */
  show() {
    part("result").scrollIntoView({ block: "nearest" });
    this.#top = window.scrollY;
  }

  /** The columns have grown, and with them what keeps the result in sight; whoever has moved on is left alone. */
  hold() {
    if (this.#top >= 0 && Math.abs(window.scrollY - this.#top) < NEAR) this.show();
    this.#top = -1;
  }
}
