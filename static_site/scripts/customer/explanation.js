/** Why this score: a table with a bar for each input, in percentage points; predict/pages/result.py draws the same. */

import { element, part, shape } from "../elements.js";
import { chanceAndThreshold, percentText, pointsText, valueText } from "../words.js";

/** @typedef {import("../api.js").Answer} Answer */
/** @typedef {import("../fields.js").Field} Field */
/** @typedef {{label: string, value: string, median: string, share: number}} Effect */

const SCALE_STEPS = [2, 5, 10, 20];
const MOST_STEPS = 5;
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
  const effects = effectsOf(fields, contributions);
  const needed = extentsOf(effects.map(({ share }) => share));
  const isChanging = !isSettled || document.body.dataset.dragging !== undefined;
  extents = isChanging
    ? { left: Math.max(extents.left, needed.left), right: Math.max(extents.right, needed.right) }
    : needed;
  part("why-scale").replaceChildren(...scaleWords());
  part("why-rows").replaceChildren(...effects.map(buildRow));
  part("why-sum").replaceChildren(...sumOf(answer, average, effects));
  part("checking-rows").replaceChildren(...checkingRows(average, effects));
}

/**
 * @param {Field[]} fields
 * @param {import("../api.js").Contribution[]} contributions
 * @returns {Effect[]} strongest first; those that are shares of what many weaker inputs add together, last and as one
 */
function effectsOf(fields, contributions) {
  const [weaker, strong] = [true, false].map((isShare) => contributions.filter((one) => isShare === !!one.approximate));
  const effects = strong
    .flatMap(({ feature, value, contribution: share }) => {
      const field = fields.find(({ name }) => name === feature);
      if (!field) return [];
      const median = field.facts.median === undefined ? "–" : valueText(field, field.facts.median);
      return [{ label: field.label, value: valueText(field, value), median, share }];
    })
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (weaker.length === 0) return effects;
  const share = weaker.reduce((sum, { contribution }) => sum + contribution, 0);
  return [...effects, { label: `${weaker.length} others together`, value: "", median: "", share }];
}

/**
 * @param {number[]} shares
 * @returns {{left: number, right: number}} whole steps, so that an effect of a fraction of a point stays small
 */
function extentsOf(shares) {
  const [lowest, highest] = [Math.min(0, ...shares) * 100, Math.max(0, ...shares) * 100];
  const largest = Math.max(highest, -lowest);
  const step = SCALE_STEPS.find((step) => largest <= step * MOST_STEPS) ?? 20;
  const [left, right] = [-lowest, highest].map((extent) => Math.ceil(Number((extent / step).toFixed(6))) * step);
  return left + right > 0 ? { left, right } : { left: 0, right: step };
}

/** @returns {SVGElement[]} */
function scaleWords() {
  const zero = extents.left / (extents.left + extents.right);
  const x = percent(zero);
  return [
    ...(zero > HEAD_ROOM ? [shape("text", { x, dx: "-0.5em", y: "1em", "text-anchor": "end" }, "← Lowers")] : []),
    ...(1 - zero > HEAD_ROOM ? [shape("text", { x, dx: "0.5em", y: "1em" }, "Raises →")] : []),
  ];
}

/** @param {Effect} effect */
function buildRow({ label, value, share }) {
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      `${label} `,
      element("span", { class: "why-value" }, value),
    ),
    element("td", { class: "why-bar" }, buildBar(share * 100)),
    element("td", { class: `why-points ${sideOf(share)}` }, pointsText(share)),
  );
}

/** @param {number} points */
function buildBar(points) {
  const span = extents.left + extents.right;
  const zero = percent(extents.left / span);
  const [x, width] = [percent((extents.left + Math.min(points, 0)) / span), percent(Math.abs(points) / span)];
  return shape(
    "svg",
    { class: "bar", "aria-hidden": "true" },
    shape("rect", { class: `bar-${sideOf(points)}`, x, y: "20%", width, height: "60%" }),
    shape("line", { class: "bar-zero", x1: zero, x2: zero, y1: "0", y2: "100%" }),
  );
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
    return [label, value, median, pointsText(share, 2), percentText(total, 2)];
  });
  return [["Baseline", "", "", "", percentText(average, 2)], ...rows].map(([name, ...cells]) =>
    element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((text) => element("td", {}, text))),
  );
}

/** @param {number} share */
function percent(share) {
  return `${(share * 100).toFixed(2)}%`;
}

/** @param {number} effect */
function sideOf(effect) {
  return effect >= 0 ? "up" : "down";
}
