/** What would change it: single inputs that, if they differed, would cross the threshold; each can be tried. */

import { element, part } from "../elements.js";
import { chanceAndThreshold, insideSentence, numberText, quantityText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {{field: Field, value: number, newValue: number}} Step of one input */
/** @typedef {{steps: Step[], probability: number}} Suggestion */

const MOST = 3;

/**
 * @param {Field[]} fields
 * @param {Answer} answer
 * @param {(values: Map<string, string>) => void} onTry
 */
export function showChanges(fields, { changes = [], pairs = [], threshold }, onTry) {
  if (!fields.some(({ actionable }) => actionable)) return;
  const singles = changes.map(({ feature, value, new_value: newValue, probability }) => ({
    steps: stepsOf(fields, [feature], [value], [newValue]),
    probability,
  }));
  const doubles = pairs.map(({ features, values, new_values: newValues, probability }) => ({
    steps: stepsOf(fields, features, values, newValues),
    probability,
  }));
  const nearest = [...singles, ...doubles].sort((a, b) => distanceOf(a) - distanceOf(b)).slice(0, MOST);
  part("changes-list").replaceChildren(...nearest.map((suggestion) => buildLine(suggestion, threshold, onTry)));
  part("changes-none").textContent =
    doubles.length > 0 ? "No single change crosses the threshold. Two together do:" : "No change of one or two inputs crosses the threshold.";
  part("changes-none").hidden = singles.length > 0;
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

/** @param {Field[]} fields @param {string[]} names @param {number[]} values @param {number[]} newValues @returns {Step[]} */
function stepsOf(fields, names, values, newValues) {
  return names.flatMap((name, place) => {
    const field = fields.find((one) => one.name === name);
    return field ? [{ field, value: values[place], newValue: newValues[place] }] : [];
  });
}

/** @param {Suggestion} suggestion @returns {number} how far it goes, in spreads of the middle half of customers */
function distanceOf({ steps }) {
  const sizes = steps.map(({ field: { facts }, value, newValue }) => {
    const spread = facts.upperQuartile - facts.lowerQuartile || facts.highest - facts.lowest || 1;
    return Math.abs(newValue - value) / spread;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** @param {Suggestion} suggestion @param {number} threshold @param {(values: Map<string, string>) => void} onTry */
function buildLine({ steps, probability }, threshold, onTry) {
  const isOver = probability >= threshold;
  const { chance, limit } = chanceAndThreshold(probability, threshold);
  const words = steps.map(({ field: { label, unit }, newValue }) => `${insideSentence(label)} at ${quantityText(newValue, unit)}`);
  const button = element("button", { class: "button-quiet", type: "button", "aria-label": `Try ${words.join(" and ")}` }, "Try");
  button.addEventListener("click", () => onTry(new Map(steps.map(({ field, newValue }) => [field.name, String(newValue)]))));
  const parts = steps.flatMap(({ field: { label, unit }, value, newValue }, place) => [
    place > 0 ? " and " : "",
    element("strong", {}, label),
    " at ",
    element("strong", {}, quantityText(newValue, unit)),
    ` (now ${numberText(value)})`,
  ]);
  return element(
    "li",
    {},
    element("p", {}, ...parts),
    element(
      "p",
      { class: "change-score" },
      element("strong", {}, chance),
      " ",
      element("span", { class: isOver ? "up" : "down" }, `${isOver ? "reaches" : "is under"} the ${limit} needed`),
    ),
    button,
  );
}
