/** The step of the list that is to be done: reading goes on at its title, and all of it that fits is in view. */

import { part } from "../elements.js";

/** @param {"check" | "contact"} step */
export function turnTo(step) {
  part(`${step}-title`).focus({ preventScroll: true });
  part(step).scrollIntoView();
}
