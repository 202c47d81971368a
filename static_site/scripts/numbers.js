/** Numbers as people type them; the service reads the texts of a plain form by the same rule. */

const SPACES = " \\u00a0\\u2007\\u2009\\u202f";
const grouped = (/** @type {string} */ separator, least = 1) => `[1-9][0-9]{0,2}(?:${separator}[0-9]{3}){${least},}`;

/** Each form with the signs that group its digits; what then remains of [.,] is the decimal point. */
const FORMS = [
  { pattern: `${grouped(",")}(?:\\.[0-9]*)?`, groups: /,/g },
  { pattern: `${grouped("\\.")},[0-9]*`, groups: /\./g },
  { pattern: grouped("\\.", 2), groups: /\./g },
  { pattern: `${grouped(`[${SPACES}]`)}(?:[.,][0-9]*)?`, groups: new RegExp(`[${SPACES}]`, "g") },
  { pattern: `${grouped("['\\u2019]")}(?:[.,][0-9]*)?`, groups: /['\u2019]/g },
  { pattern: "(?=[.,]?[0-9])[0-9]*(?:[.,][0-9]*)?", groups: null },
].map(({ pattern, groups }) => ({ whole: new RegExp(`^(?:${pattern})$`), groups }));

/**
 * Read a number: "1,234" and "1 234" are thousands, "12,5" has a decimal comma, "1.234,5" has both.
 *
 * @param {string} text
 * @returns {number | null} null where the text is not a number
 */
export function parseNumber(text) {
  const [, sign, digits] = /^([+-]?)([^]*)$/.exec(text.trim().replace("\u2212", "-")) ?? ["", "", ""];
  const form = FORMS.find(({ whole }) => whole.test(digits));
  if (!form) return null;
  const ungrouped = form.groups ? digits.replace(form.groups, "") : digits;
  const number = Number(ungrouped.replace(",", "."));
  if (!Number.isFinite(number)) return null;
  return sign === "-" && number !== 0 ? -number : number;
}
