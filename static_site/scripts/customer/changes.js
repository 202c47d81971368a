/** What would change it: single inputs that, if they differed, would cross the threshold; each can be tried. */

import { element, part } from "../elements.js";
import { insideSentence, numberText, percentText, quantityText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../api.js").Change} Change */
/** @typedef {import("../fields.js").Field} Field */

const MOST = 3;

/**
 * @param {Field[]} fields
 * @param {Answer} answer
 * @param {(values: Map<string, string>) => void} onTry
 */
export function showChanges(fields, { changes = [], threshold }, onTry) {
  if (!fields.some(({ actionable }) => actionable)) return;
  const nearest = changes
    .flatMap((change) => {
      const field = fields.find(({ name }) => name === change.feature);
      return field ? [{ field, change, distance: distanceOf(field, change) }] : [];
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST);
  part("changes-list").replaceChildren(...nearest.map(({ field, change }) => buildLine(field, change, threshold, onTry)));
  part("changes-none").hidden = nearest.length > 0;
  part("changes").dataset.stale = "false";
  part("changes").hidden = false;
}

/** What stands there is for an earlier answer, until this one has rested. */
export function dimChanges() {
  part("changes").dataset.stale = "true";
}

/** There is nothing to show. */
export function hideChanges() {
  part("changes").hidden = true;
}

/**
 * @param {Field} field
 * @param {Change} change
 * @returns {number} how far the change goes, in spreads of the middle half of customers
 */
function distanceOf({ facts }, { value, new_value: newValue }) {
  const spread = facts.upperQuartile - facts.lowerQuartile || facts.highest - facts.lowest || 1;
  return Math.abs(newValue - value) / spread;
}

/** @param {Field} field @param {Change} change @param {number} threshold @param {(values: Map<string, string>) => void} onTry */
function buildLine({ name, label, unit }, { value, new_value: newValue, probability }, threshold, onTry) {
  const isOver = probability >= threshold;
  const quantity = quantityText(newValue, unit);
  const words = `Try ${insideSentence(label)} at ${quantity}`;
  const button = element("button", { class: "button-quiet", type: "button", "aria-label": words }, "Try");
  button.addEventListener("click", () => onTry(new Map([[name, String(newValue)]])));
  return element(
    "li",
    {},
    element(
      "p",
      {},
      element("strong", {}, label),
      " at ",
      element("strong", {}, quantity),
      ` (now ${numberText(value)})`,
    ),
    element(
      "p",
      { class: "change-score" },
      element("strong", {}, percentText(probability)),
      " ",
      element("span", { class: isOver ? "up" : "down" }, isOver ? "over the threshold" : "below the threshold"),
    ),
    button,
  );
}
