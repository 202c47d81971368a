/** What moved a score: a row with a bar for each input, in percentage points; predict/pages/result.py draws the same. */

import { element, shape } from "./elements.js";
import { pointsText } from "./words.js";

/** @typedef {import("./api.js").Contribution} Contribution */
/** @typedef {{label: string, value: string}} Named an input, and what it is of this customer, as people read it */
/**
 * @template {Named} [N=Named]
 * @typedef {N & {share: number}} Effect
 */
/** @typedef {{left: number, right: number}} Extents how far the scale goes to each side, in points */

const SCALE_STEPS = [2, 5, 10, 20];
const MOST_STEPS = 5;

/**
 * @template {Named} N
 * @param {Contribution[]} contributions
 * @param {(contribution: Contribution) => N | null} nameOf null of an input that is not shown
 * @param {N} others what names those that are too weak to have a share of their own
 * @returns {Effect<N>[]} strongest first; those that are too weak, last and as one
 */
export function effectsOf(contributions, nameOf, others) {
  const [weaker, strong] = [true, false].map((isShare) => contributions.filter((one) => isShare === !!one.approximate));
  const effects = strong
    .flatMap((contribution) => {
      const named = nameOf(contribution);
      return named ? [{ ...named, share: contribution.contribution }] : [];
    })
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (weaker.length === 0) return effects;
  const share = weaker.reduce((sum, { contribution }) => sum + contribution, 0);
  return [...effects, { ...others, label: `${weaker.length} others together`, share }];
}

/**
 * @param {Effect[]} effects
 * @returns {Extents} whole steps, so that an effect of a fraction of a point stays small
 */
export function extentsOf(effects) {
  const shares = effects.map(({ share }) => share);
  const [lowest, highest] = [Math.min(0, ...shares) * 100, Math.max(0, ...shares) * 100];
  const largest = Math.max(highest, -lowest);
  const step = SCALE_STEPS.find((step) => largest <= step * MOST_STEPS) ?? 20;
  const [left, right] = [-lowest, highest].map((extent) => Math.ceil(Number((extent / step).toFixed(6))) * step);
  return left + right > 0 ? { left, right } : { left: 0, right: step };
}

/** @param {Effect} effect @param {Extents} extents @returns {HTMLElement} */
export function effectRow({ label, value, share }, extents) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, `${label} `, element("span", { class: "why-value" }, value)),
    element("td", { class: "why-bar" }, bar(share * 100, extents)),
    element("td", { class: `why-points ${sideOf(share)}` }, pointsText(share)),
  );
}

/** @param {number} share @returns {string} the side that its points are on as they are written: 0.0 has none */
export function sideOf(share) {
  return { "+": "up", "−": "down" }[pointsText(share)[0]] ?? "even";
}

/** @param {number} points @param {Extents} extents */
function bar(points, { left, right }) {
  const span = left + right;
  const zero = percent(left / span);
  const [x, width] = [percent((left + Math.min(points, 0)) / span), percent(Math.abs(points) / span)];
  return shape(
    "svg",
    { class: "effect", "aria-hidden": "true" },
    shape("rect", { class: `effect-${points < 0 ? "down" : "up"}`, x, y: "20%", width, height: "60%" }),
    shape("line", { class: "effect-zero", x1: zero, x2: zero, y1: "0", y2: "100%" }),
  );
}

/** @param {number} share */
function percent(share) {
  return `${(share * 100).toFixed(2)}%`;
}
