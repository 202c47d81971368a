/** What a contact list comes to: five numbers, and the profit where the amounts are given. */

import { tile } from "../elements.js";
import { moneyText, profitOf } from "../money.js";
import { decimalText, percentText, target, wholeText } from "../words.js";
import { heldOut } from "./ranking.js";

/** @typedef {import("./known.js").Facts} Facts */

/**
 * @param {import("./ranking.js").Expected} expected
 * @param {object} facts
 * @param {number} facts.all customers
 * @param {import("./contract.js").CurvePoint[]} facts.curve
 * @param {number} facts.threshold
 * @param {import("../money.js").Amounts | null} facts.amounts
 * @param {Facts} [facts.known] what became of those on the list, where the file knows it
 * @returns {HTMLElement[]}
 */
export function tilesOf({ size, buyers, precision, reached, lift }, { all, curve, threshold, amounts, known }) {
  const { precision: heldPrecision, recall } = heldOut(curve, threshold);
  const inFile = (/** @type {(facts: Facts) => string} */ textOf) => known && `In this file: ${textOf(known)}`;
  const tiles = [
    tile("On the contact list", wholeText(size), `${share(size / all)} of ${wholeText(all)} scored`),
    tile(`Expected ${target.people}`, decimalText(buyers, 0, 1), "Sum of the scores on the list", inFile((facts) => wholeText(facts.buyers))),
    tile(`Share of those contacted who ${target.verb}`, share(precision), `In tests: ${share(heldPrecision)}`, inFile((facts) => share(facts.precision))),
    tile(`Share of all ${target.people} reached`, share(reached), `In tests: ${share(recall)}`, inFile((facts) => share(facts.recall))),
    tile("Compared with random", times(lift), `More ${target.people} per contact`, inFile((facts) => times(facts.lift))),
  ];
  if (amounts) {
    const money = `Brings ${moneyText(amounts.value * buyers)}, costs ${moneyText(amounts.cost * size)}`;
    const real = inFile((facts) => moneyText(profitOf(amounts, facts.contacted, facts.buyers)));
    tiles.push(tile("Expected profit", moneyText(profitOf(amounts, size, buyers)), money, real));
  }
  return tiles;
}

/** @param {number} number @returns {string} a dash where there is nobody to share */
export function share(number) {
  return Number.isFinite(number) ? percentText(number) : "–";
}

/** @param {number} number @param {number} [digits] @returns {string} a dash where there is nothing to compare with */
export function times(number, digits = 1) {
  return Number.isFinite(number) ? `${decimalText(number, digits)}×` : "–";
}
