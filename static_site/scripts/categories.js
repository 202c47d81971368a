/** A category as people write it: its value, its label, or another of its names (predict/requests/category.py). */

import { clean, fold } from "./text.js";

/**
 * @typedef {object} Categories
 * @property {Record<string, string>} values the label of each
 * @property {Record<string, string[]>} [names] other names of some
 * @property {boolean} [optional] whether "" stands for "not known"
 */

/** What pandas makes of a column of whole numbers in which one is missing. */
const WHOLE_FLOAT = /^(-?[0-9]+)\.0+$/;

/**
 * @param {Categories} categories
 * @returns {(text: string) => string | null} the value that a text stands for; null for none, or for several
 */
export function categoryReader({ values, names = {}, optional = false }) {
  /** @type {Map<string, string | null>} */ const meanings = new Map();
  for (const [value, label] of Object.entries(values)) {
    for (const text of new Set([value, label, ...(names[value] ?? [])].map(fold))) {
      meanings.set(text, meanings.has(text) ? null : value);
    }
  }
  meanings.delete("");
  return (text) => {
    const exact = clean(text);
    if (Object.hasOwn(values, exact) || (optional && exact === "")) return exact;
    const name = fold(text);
    return meanings.get(meanings.has(name) ? name : name.replace(WHOLE_FLOAT, "$1")) ?? null;
  };
}
