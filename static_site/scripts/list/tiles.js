/** What a contact list comes to: five numbers, and the profit where the amounts are given. */

import { element } from "../elements.js";
import { moneyText, profitOf } from "../money.js";
import { numberText, percentText } from "../words.js";
import { heldOut } from "./ranking.js";

/**
 * @param {import("./ranking.js").Expected} expected
 * @param {number} all customers
 * @param {import("./contract.js").CurvePoint[]} curve
 * @param {number} threshold
 * @param {import("../money.js").Amounts | null} amounts
 * @returns {HTMLElement[]}
 */
export function tilesOf({ size, buyers, precision, reached, lift }, all, curve, threshold, amounts) {
  const { precision: heldPrecision, recall } = heldOut(curve, threshold);
  const tiles = [
    tile("On the contact list", size.toLocaleString("en-US"), `${share(size / all)} of ${all.toLocaleString("en-US")} scored`),
    tile("Expected buyers", numberText(Math.round(buyers * 10) / 10), "Sum of the scores on the list"),
    tile("Share of those contacted who buy", share(precision), `In tests: ${share(heldPrecision)}`),
    tile("Share of all buyers reached", share(reached), `In tests: ${share(recall)}`),
    tile("Compared with random", Number.isFinite(lift) ? `${lift.toFixed(1)}×` : "–", "More buyers per contact"),
  ];
  if (amounts) {
    const money = `Brings ${moneyText(amounts.value * buyers)}, costs ${moneyText(amounts.cost * size)}`;
    tiles.push(tile("Expected profit", moneyText(profitOf(amounts, size, buyers)), money));
  }
  return tiles;
}

/** @param {string} name @param {string} value @param {string} note */
function tile(name, value, note) {
  return element(
    "div",
    { class: "tile" },
    element("dt", {}, name),
    element("dd", { class: "tile-value" }, value),
    element("dd", { class: "tile-note" }, note),
  );
}

/** @param {number} number */
function share(number) {
  return Number.isFinite(number) ? percentText(number) : "–";
}
