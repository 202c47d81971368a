/** The profit that a threshold would have brought, of the amounts that a person gives. */

import { part } from "../elements.js";
import { Money, moneyText, profitOf } from "../money.js";
import { ProfitCurve } from "../profit-curve.js";
import { percentText } from "../words.js";

/** @typedef {import("./threshold.js").Point} Point */

/** @param {import("./threshold.js").Threshold} threshold */
export function showProfit(threshold) {
  const { points } = threshold;
  const money = new Money(part("money"));
  const curve = new ProfitCurve(part("profit"));
  const best = part("threshold-best");
  /** @param {Point} point @returns {number} of a thousand customers like these */
  const profitAt = ({ tp, fp, fn, tn }) =>
    money.amounts ? (1000 * profitOf(money.amounts, tp + fp, tp)) / (tp + fp + fn + tn) : NaN;
  const bestPlace = () => {
    const profits = points.map(profitAt);
    return profits.indexOf(Math.max(...profits));
  };
  const show = () => {
    const isKnown = money.amounts !== null;
    best.hidden = !isKnown;
    if (isKnown) best.textContent = `Use the best threshold (${percentText(points[bestPlace()].threshold)})`;
    curve.show(isKnown ? (share) => profitAt(points[Math.round(share * (points.length - 1))]) : null);
  };
  money.onChange = () => {
    show();
    threshold.tell();
  };
  best.addEventListener("click", () => threshold.move(bestPlace()));
  threshold.onMove((point) => {
    curve.mark(points.indexOf(point) / (points.length - 1));
    const profit = profitAt(point);
    part("profit-sentence").textContent = Number.isNaN(profit) ? "" : `Profit of 1,000 customers like these: ${moneyText(profit)}`;
  });
  show();
}
