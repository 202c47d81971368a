/** What a contact list comes to: five numbers, and the profit where the amounts are given. */

import { element } from "../elements.js";
import { moneyText, profitOf } from "../money.js";
import { decimalText, numberText, percentText, target, wholeText } from "../words.js";
import { heldOut } from "./ranking.js";

/**
 * @param {import("./ranking.js").Expected} expected
 * @param {object} facts
 * @param {number} facts.all customers
 * @param {import("./contract.js").CurvePoint[]} facts.curve
 * @param {number} facts.threshold
 * @param {import("../money.js").Amounts | null} facts.amounts
 * @param {import("./known.js").Facts} [facts.known] what became of those on the list, where the file knows it
 * @returns {HTMLElement[]}
 */
export function tilesOf({ size, buyers, precision, reached, lift }, { all, curve, threshold, amounts, known }) {
  const { precision: heldPrecision, recall } = heldOut(curve, threshold);
  const tiles = [
    tile("On the contact list", wholeText(size), `${share(size / all)} of ${wholeText(all)} scored`),
    tile(`Expected ${target.people}`, numberText(Math.round(buyers * 10) / 10), "Sum of the scores on the list", known && wholeText(known.buyers)),
    tile(`Share of those contacted who ${target.verb}`, share(precision), `In tests: ${share(heldPrecision)}`, known && share(known.precision)),
    tile(`Share of all ${target.people} reached`, share(reached), `In tests: ${share(recall)}`, known && share(known.recall)),
    tile("Compared with random", times(lift), `More ${target.people} per contact`, known && times(known.lift)),
  ];
  if (amounts) {
    const money = `Brings ${moneyText(amounts.value * buyers)}, costs ${moneyText(amounts.cost * size)}`;
    const real = known && moneyText(profitOf(amounts, known.contacted, known.buyers));
    tiles.push(tile("Expected profit", moneyText(profitOf(amounts, size, buyers)), money, real));
  }
  return tiles;
}

/** @param {string} name @param {string} value @param {string} note @param {string} [real] what it came to in this file */
function tile(name, value, note, real) {
  return element(
    "div",
    { class: "tile" },
    element("dt", {}, name),
    element("dd", { class: "tile-value" }, value),
    element("dd", { class: "tile-note" }, note),
    ...(real === undefined ? [] : [element("dd", { class: "tile-note" }, `In this file: ${real}`)]),
  );
}

/** @param {number} number @returns {string} a dash where there is nobody to share */
export function share(number) {
  return Number.isFinite(number) ? percentText(number) : "–";
}

/** @param {number} number @param {number} [digits] @returns {string} a dash where there is nothing to compare with */
export function times(number, digits = 1) {
  return Number.isFinite(number) ? `${decimalText(number, digits)}×` : "–";
}
