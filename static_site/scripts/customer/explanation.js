/** Why this score: its table of effects, their sum, and the numbers for checking. */

import { effectRow, effectsOf, extentsOf } from "../effects.js";
import { element, part, shape } from "../elements.js";
import { lineOf } from "../numbers-table.js";
import { chanceAndThreshold, percentText, pointsText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {import("../effects.js").Effect<{label: string, value: string, median: string}>} Effect */

/** The share of the scale that the words at its head need. */
const HEAD_ROOM = 0.22;

/** How far the scale goes to each side, in points: it only grows while a value is being changed. */
let extents = { left: 0, right: 0 };

/**
 * @param {Field[]} fields
 * @param {Answer} answer
 * @param {boolean} isSettled
 */
export function showExplanation(fields, answer, isSettled) {
  const { base_value: average, contributions } = answer;
  part("why").hidden = !contributions || average === undefined;
  if (!contributions || average === undefined) return;
  const effects = effectsOf(contributions, ({ feature, value }) => named(fields, feature, value), { label: "", value: "", median: "" });
  const needed = extentsOf(effects);
  const isChanging = !isSettled || document.body.dataset.dragging !== undefined;
  extents = isChanging
    ? { left: Math.max(extents.left, needed.left), right: Math.max(extents.right, needed.right) }
    : needed;
  part("why-scale").replaceChildren(...scaleWords());
  part("why-rows").replaceChildren(...effects.map((effect) => effectRow(effect, extents)));
  part("why-sum").replaceChildren(...sumOf(answer, average, effects));
  part("checking-rows").replaceChildren(...checkingRows(average, effects));
}

/** @param {Field[]} fields @param {string} feature @param {number | string | null} value */
function named(fields, feature, value) {
  const field = fields.find(({ name }) => name === feature);
  if (!field) return null;
  const median = field.facts.median === undefined ? "–" : valueText(field, field.facts.median);
  return { label: field.label, value: valueText(field, value), median };
}

/** @returns {SVGElement[]} */
function scaleWords() {
  const zero = extents.left / (extents.left + extents.right);
  const x = `${(zero * 100).toFixed(2)}%`;
  return [
    ...(zero > HEAD_ROOM ? [shape("text", { x, dx: "-0.5em", y: "1em", "text-anchor": "end" }, "← Lowers")] : []),
    ...(1 - zero > HEAD_ROOM ? [shape("text", { x, dx: "0.5em", y: "1em" }, "Raises →")] : []),
  ];
}

/** @param {Answer} answer @param {number} average @param {Effect[]} effects */
function sumOf({ probability, threshold }, average, effects) {
  const [raises, lowers] = [1, -1].map((sign) =>
    effects.reduce((sum, { share }) => (share * sign > 0 ? sum + share : sum), 0),
  );
  return [
    `Baseline ${percentText(average)} `,
    ...(raises ? [element("span", { class: "up" }, pointsText(raises)), " "] : []),
    ...(lowers ? [element("span", { class: "down" }, pointsText(lowers)), " "] : []),
    element("strong", {}, `= ${chanceAndThreshold(probability, threshold).chance}`),
  ];
}

/** @param {number} average @param {Effect[]} effects */
function checkingRows(average, effects) {
  let total = average;
  const rows = effects.map(({ label, value, median, share }) => {
    total += share;
    return lineOf([label, value, median, pointsText(share, 2), percentText(total, 2)]);
  });
  return [lineOf(["Baseline", "", "", "", percentText(average, 2)]), ...rows];
}
