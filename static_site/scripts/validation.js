/** What is wrong with a field, in the words that the service's own pages use (predict/pages/form.py). */

import { shownText } from "./fields.js";
import { checkNumber } from "./numbers.js";
import { decimalsOf, insideSentence, numberText } from "./words.js";

/** @typedef {import("./fields.js").Field} Field */
/** @typedef {{field: string, code: string, message: string, limit: number | string | null}} Fault */
/** @typedef {{value: number | string, warning: string} | {problem: string}} Check */

/** Characters of a text that are enough to know it by. */
const LONG = 30;

/**
 * @param {Field} field
 * @returns {Check}
 */
export function check(field) {
  return field.kind === "category" ? checkCategory(field) : checkTyped(field);
}

/**
 * Say what the service found, as the form says it.
 *
 * @param {Field} field
 * @param {Fault} fault
 * @returns {string}
 */
export function wordsFor(field, fault) {
  const { label, facts, kind, reference } = field;
  switch (fault.code) {
    case "missing":
      return kind === "category" ? `Choose ${withArticle(label)}` : `Enter ${insideSentence(label)}`;
    case "unknown_category":
      return `${label} is not in the list. Choose one from the list`;
    case "wrong_type":
    case "not_finite":
      if (reference && fault.code === "wrong_type") return `${label} must be a date, like 2024-01-31, or a number of days`;
      if (kind === "category") return fault.message;
      return `${label} must be a number, like ${likely(field)}`;
    case "unclear_number":
      return `${label} could be thousands or have three decimals. Write it like 1234 or 1.2340`;
    case "not_whole":
      return `${label} must be a whole number`;
    case "too_small":
      return `${label} must be ${numberText(facts.minimum)} or more`;
    case "too_large":
      return `${label} must be ${numberText(facts.maximum)} or less`;
    case "outside_range":
      return `Outside the ${numberText(facts.lowest)}–${numberText(facts.highest)} seen in training. Treat the score with care.`;
    default:
      return fault.message;
  }
}

/**
 * @param {Field} field
 * @returns {Check}
 */
function checkTyped(field) {
  const { kind, optional, reference, dateOrder, facts } = field;
  const rules = { kind, optional, reference, date_order: dateOrder, ...facts };
  const checked = checkNumber(field.control.value, null, rules);
  if ("code" in checked) return problem(field, checked.code);
  const outside = checked.value !== "" && (checked.value < facts.lowest || checked.value > facts.highest);
  return { ...checked, warning: outside ? wordsOf(field, "outside_range") : "" };
}

/**
 * @param {Field} field
 * @returns {Check}
 */
function checkCategory(field) {
  const text = shownText(field);
  const value = field.holder.value;
  if (value !== "" || (text === "" && field.optional)) return { value, warning: "" };
  if (text === "") return problem(field, "missing");
  const shown = text.length > LONG ? `${text.slice(0, LONG)}…` : text;
  return { problem: `“${shown}” is not in the ${insideSentence(field.label)} list. Choose one from the list` };
}

/**
 * @param {Field} field
 * @param {string} code
 */
function problem(field, code) {
  return { problem: wordsOf(field, code) };
}

/**
 * @param {Field} field
 * @param {string} code
 */
function wordsOf(field, code) {
  return wordsFor(field, { field: field.name, code, message: "", limit: null });
}

/**
 * @param {Field} field
 * @returns {string} a number that such a customer may have; without a mark between thousands, which would be unclear
 */
function likely({ facts, kind, mark = "." }) {
  const value = facts.upperQuartile || facts.maximum || 1;
  const shown = Math.abs(value) >= 1 || kind === "integer" ? Math.floor(value + 0.5) : value;
  const parts = 10 ** decimalsOf(shown);
  return String(Math.round(shown * parts) / parts).replace("-", "−").replace(".", mark);
}

/** @param {string} label */
function withArticle(label) {
  const inside = insideSentence(label);
  return `${/^[aeiou]/.test(inside) ? "an" : "a"} ${inside}`;
}
