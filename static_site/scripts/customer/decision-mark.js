/** The mark beside a decision: a tick or a cross; pages made by the service have the same (predict/pages/result.py). */

import { shape } from "../elements.js";

const [TICK, CROSS] = ["M4 10.5l4 4 8-9", "M5 5l10 10M15 5L5 15"];

/** @param {boolean} isPositive */
export function decisionMark(isPositive) {
  const path = shape("path", { d: isPositive ? TICK : CROSS });
  return shape("svg", { class: "mark", viewBox: "0 0 20 20", width: 16, height: 16, "aria-hidden": "true" }, path);
}
