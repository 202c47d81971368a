/**
 * A category as people write it: its value, its label, or another of its names (predict/requests/category.py); and those
 * that are suggested for what somebody types, best first.
 */

import { clean, fold, saysUnknown } from "./text.js";

/** @typedef {{values: Record<string, string>, names?: Record<string, string[]>, other?: boolean}} Categories labels, other
 *   names, and whether what is not listed counts as another */

/** What any text stands for that no category does, where the input has it. */
export const OTHER = "(other)";
/** What pandas makes of a column of whole numbers in which one is missing. */
const WHOLE_FLOAT = /^(-?[0-9]+)\.0+$/;

/**
 * @param {Categories & import("./text.js").Optional} categories
 * @returns {(text: string) => string | null} the value that a text stands for; null for none, or for several
 */
export function categoryReader({ values, names = {}, other = false, ...optional }) {
  /** @type {Map<string, string | null>} */ const meanings = new Map();
  for (const [value, label] of Object.entries(values)) {
    for (const text of new Set([value, label, ...(names[value] ?? [])].map(fold))) {
      meanings.set(text, meanings.has(text) ? null : value);
    }
  }
  meanings.delete("");
  return (text) => {
    const exact = clean(text);
    if (Object.hasOwn(values, exact)) return exact;
    if (saysUnknown(optional, text)) return "";
    const name = fold(text);
    const known = meanings.has(name) ? name : name.replace(WHOLE_FLOAT, "$1");
    return meanings.has(known) || !other || exact === "" ? (meanings.get(known) ?? null) : OTHER;
  };
}

/**
 * @typedef {object} Option
 * @property {string} code
 * @property {string} label
 * @property {boolean} common whether it stands at the top of the list
 * @property {string[]} others its other names, folded
 */

/**
 * @param {HTMLSelectElement} select
 * @param {Record<string, string[]>} names other names, by code
 * @returns {Option[]} all but the blank one
 */
export function readOptions(select, names) {
  const first = select.querySelector("optgroup");
  return [...select.options]
    .filter(({ value }) => value !== "")
    .map((option) => ({
      code: option.value,
      label: option.label,
      common: first !== null && first.contains(option),
      others: (names[option.value] ?? []).map(fold),
    }));
}

/**
 * @param {string} name of an input of the model
 * @returns {Promise<Record<string, string[]>>} other names of its categories: the first view can do without them
 */
export async function loadNames(name) {
  /** @type {import("./list/contract.js").Description} */
  const { contract } = await (await fetch("model.json")).json();
  return contract.features.find((feature) => feature.name === name)?.names ?? {};
}

/**
 * @param {Option[]} options
 * @param {string} query
 * @returns {Option[]} those that match, best first; all of them, common ones first, without a query
 */
export function matches(options, query) {
  const sought = fold(query);
  return options
    .map((option) => ({ option, rank: rankOf(option, sought) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank || Number(b.option.common) - Number(a.option.common))
    .map(({ option }) => option);
}

const [RANK_EXACT, RANK_OTHER, RANK_START, RANK_WORD, RANK_INSIDE, NO_MATCH] = [0, 1, 2, 3, 4, 5];

/**
 * @param {Option} option
 * @param {string} sought folded
 * @returns {number} lower is better
 */
function rankOf({ code, label, others }, sought) {
  const name = fold(label);
  if (sought === fold(code) || sought === name) return RANK_EXACT;
  if (others.includes(sought)) return RANK_OTHER;
  if (name.startsWith(sought)) return RANK_START;
  if (` ${name}`.includes(` ${sought}`) || others.some((other) => other.startsWith(sought))) return RANK_WORD;
  // Two letters are inside of too many names.
  return sought.length > 2 && name.includes(sought) ? RANK_INSIDE : NO_MATCH;
}
