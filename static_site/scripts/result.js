/** The result: nothing yet, work going on, or the answer. */

import { chanceAndThreshold, comparison } from "./words.js";

/** @typedef {import("./api.js").Answer} Answer */

/** Show that there is no prediction. */
export function showEmpty() {
  reveal("empty");
}

/** Show that work goes on: an answer that stands there stays, dimmed, rather than give way to a bar. */
export function showWorking() {
  if (part("result").hidden) reveal("working");
  else part("result").dataset.stale = "true";
}

/** Work ended without an answer. */
export function showIdle() {
  part("result").dataset.stale = "false";
  if (!part("working").hidden) reveal("empty");
}

/**
 * @param {Answer} answer
 * @returns {string} the answer in one breath, for the live region
 */
export function showAnswer({ prediction, probability, threshold, warnings, will_purchase: isPositive }) {
  const { chance, limit } = chanceAndThreshold(probability, threshold);
  const card = part("result");
  card.dataset.positive = String(isPositive);
  card.dataset.stale = "false";
  part("verdict-words").textContent = prediction;
  part("verdict-icon").textContent = isPositive ? "✅" : "❌";
  part("chance").textContent = chance;
  part("comparison").textContent = comparison(probability, Number(card.dataset.baseRate));
  part("gauge-fill").setAttribute("width", `${(probability * 100).toFixed(2)}%`);
  for (const place of card.querySelectorAll("[data-limit]")) place.textContent = limit;
  part("cautions").replaceChildren(...warnings.map(({ message }) => caution(message)));
  reveal("result");
  return [`${prediction}, ${chance}`, ...warnings.map(({ message }) => message)].join(". ");
}

/** @param {string} message */
function caution(message) {
  const item = document.createElement("li");
  item.textContent = message;
  return item;
}

/** @param {"empty" | "working" | "result"} shown */
function reveal(shown) {
  for (const id of ["empty", "working", "result"]) part(id).hidden = id !== shown;
}

/** @param {string} id */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
