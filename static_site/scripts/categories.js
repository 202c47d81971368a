/** A category as people write it: its value, its label, or another of its names (predict/requests/category.py). */

import { clean, fold, saysUnknown } from "./text.js";

/** @typedef {{values: Record<string, string>, names?: Record<string, string[]>, other?: boolean}} Categories labels, other
 *   names, and whether what is not listed counts as another */

/** What any text stands for that no category does, where the input has it. */
const OTHER = "(other)";
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
