/** Which column of a file is which input of the model: found by a name, or chosen by the person. */

import { clean, foldHeading } from "../text.js";

/** @typedef {import("./contract.js").Feature} Feature */
/** @typedef {{place: number, isDouble: boolean}} Match place NONE is no column; double: several columns fit */

/** Places that are no column: nothing chosen yet, and left out on purpose. */
export const [UNCHOSEN, NONE] = [-2, -1];

/** Headings of a column that names the customer. */
const ID = /^(?:.*[\s_-])?id$/i;

/** Headings that may name the customer: `member_no`, `CustNo`, `Kundennummer`. */
const NUMBER = [/(?:^|[\s_.-])(?:no|nr|key)\.?$/i, /[a-z\d](?:No|NO|Nr|NR|Key|KEY)$/, /(?:number|nummer|nr)$/i];

/**
 * @param {Feature} feature
 * @returns {string[]} every heading that its column may have: name, aliases, and its label with and without the unit
 */
export function namesOf({ name, aliases, label, unit }) {
  const withUnit = unit ? [`${label} (${unit})`, `${label} [${unit}]`, `${label}, ${unit}`, `${label} ${unit}`] : [];
  return [name, ...aliases, label, ...withUnit];
}

/**
 * Case, blanks, hyphens and underscores do not count. A column that fits two inputs is neither's, unless it is written
 * exactly as a name of one alone (predict/csv_file/heading.py).
 *
 * @param {Feature[]} features
 * @param {string[]} heading
 * @returns {Match[]} in the order of the features
 */
export function matchColumns(features, heading) {
  const [folded, exact] = [ownersBy(foldHeading, features), ownersBy(clean, features)];
  const owners = heading.map((text) => {
    const fitting = folded.get(foldHeading(text)) ?? new Set();
    const [owner, another] = fitting.size > 1 ? (exact.get(clean(text)) ?? []) : fitting;
    return another ? undefined : owner;
  });
  return features.map((feature) => {
    const place = owners.indexOf(feature);
    const isDouble = owners.lastIndexOf(feature) !== place;
    return { place: isDouble ? -1 : place, isDouble };
  });
}

/**
 * @param {(text: string) => string} form
 * @param {Feature[]} features
 * @returns {Map<string, Set<Feature>>} whose name each is
 */
function ownersBy(form, features) {
  const owners = new Map();
  for (const feature of features) {
    for (const name of namesOf(feature).map(form)) owners.set(name, (owners.get(name) ?? new Set()).add(feature));
  }
  return owners;
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
 * @param {Record<string, number>} before what was chosen for another file with this heading, by the name of the input
 * @returns {{text: string, isFound: boolean}[]} the state of each input, in words
 */
export function columnStates(features, places, matches, before) {
  return features.map(({ name, optional }, index) => {
    const place = places[index];
    if (place === NONE && optional) return { text: "✓ Left out", isFound: true };
    if (place < 0) return { text: matches[index].isDouble ? "Two columns fit" : "Choose a column", isFound: false };
    if (places.indexOf(place) !== places.lastIndexOf(place)) return { text: "Chosen twice", isFound: false };
    if (place === matches[index].place) return { text: "✓ Found", isFound: true };
    return { text: place === before[name] ? "✓ As last time" : "✓ Chosen", isFound: true };
  });
}
