/** What became of each customer, where the file knows it: read in this browser, and never sent. */

import { clean, fold, foldHeading } from "../text.js";
import { NONE } from "./columns.js";

/** @typedef {{name: string, positive: string, negative: string}} Target */
/** @typedef {0 | 1 | -1} Outcome -1 where it is not known */

const YES = ["1", "1.0", "true", "yes", "y"];
const NO = ["0", "0.0", "false", "no", "n"];

/**
 * @param {string[]} heading
 * @param {string[][]} rows
 * @param {Target} target
 * @returns {number} the place of the column that is called like what the model predicts; NONE without one
 */
export function findOutcome(heading, rows, target) {
  const place = heading.findIndex((name) => foldHeading(name) === foldHeading(target.name));
  return place >= 0 && readOutcomes(rows, place, target) ? place : NONE;
}

/**
 * @param {string[][]} rows
 * @param {number} place
 * @param {Target} target
 * @returns {Int8Array | null} the Outcome of each row; null where a cell is neither yes, no nor blank
 */
export function readOutcomes(rows, place, { positive, negative }) {
  /** @type {Map<string, Outcome>} */ const meanings = new Map([["", -1]]);
  for (const text of [...YES, fold(positive)]) meanings.set(text, 1);
  for (const text of [...NO, fold(negative)]) meanings.set(text, 0);
  const outcomes = new Int8Array(rows.length);
  for (let number = 0; number < rows.length; number += 1) {
    const cell = clean(rows[number][place] ?? "").toLowerCase();
    const outcome = meanings.get(cell) ?? meanings.get(fold(cell));
    if (outcome === undefined) return null;
    meanings.set(cell, outcome);
    outcomes[number] = outcome;
  }
  return outcomes;
}
