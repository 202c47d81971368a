/** Which column of a file is which input of the model: found by the exact name, or chosen by the person. */

import { namesOf } from "./table.js";

/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {{place: number, isDouble: boolean}} Match place -1 is no column; double: several columns have the name */

/** Headings of a column that names the customer. */
const ID = /^(?:.*[\s_-])?id$/i;

/** Headings that may name the customer: `member_no`, `CustNo`, `Kundennummer`. */
const NUMBER = [/(?:^|[\s_.-])(?:no|nr|key)\.?$/i, /[a-z\d](?:No|NO|Nr|NR|Key|KEY)$/, /(?:number|nummer)$/i];

/**
 * @param {Feature[]} features
 * @param {string[]} heading
 * @returns {Match[]} in the order of the features
 */
export function matchColumns(features, heading) {
  return features.map((feature) => {
    const names = namesOf(feature);
    const places = heading.flatMap((name, place) => (names.includes(name) ? [place] : []));
    return { place: places.length === 1 ? places[0] : -1, isDouble: places.length > 1 };
  });
}

/**
 * @param {string[]} heading
 * @param {Match[]} matches
 * @param {string[][]} rows
 * @returns {number} the place of the column that names the customer, -1 without one
 */
export function findId(heading, matches, rows) {
  const taken = new Set(matches.map(({ place }) => place));
  const isId = heading.map((name, place) => !taken.has(place) && (ID.test(name) || /[a-z]I[dD]$/.test(name)));
  if (isId.includes(true)) return isId.indexOf(true);
  // "Phone number" ends so, too; only what differs from row to row can name a customer.
  return heading.findIndex((name, place) => {
    return !taken.has(place) && NUMBER.some((form) => form.test(name)) && isDistinct(rows, place);
  });
}

/** @param {string[][]} rows @param {number} place */
function isDistinct(rows, place) {
  const seen = new Set(rows.map((row) => (row[place] ?? "").trim()));
  return seen.size === rows.length && !seen.has("");
}

/**
 * @param {Feature[]} features
 * @param {number[]} places chosen for them
 * @param {Match[]} matches what was found at first
 * @returns {{text: string, isFound: boolean}[]} the state of each input, in words
 */
export function columnStates(features, places, matches) {
  return features.map((_, index) => {
    const place = places[index];
    if (place < 0) return { text: matches[index].isDouble ? "Two columns fit" : "Choose a column", isFound: false };
    if (places.indexOf(place) !== places.lastIndexOf(place)) return { text: "Chosen twice", isFound: false };
    return { text: place === matches[index].place ? "✓ Found" : "✓ Chosen", isFound: true };
  });
}
