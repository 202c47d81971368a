/** Numbers as people read them; pages made by the service say the same (predict/words.py). */

/** The model's own words, as the head of the page has them: what customers do, that as a thing, and who does it. */
const { verb = "purchase", noun = "a purchase", person = "buyer" } =
  /** @type {HTMLElement | null} */ (document.querySelector(".site-header"))?.dataset ?? {};
export const target = { verb, noun, person, people: `${person}s` };

/**
 * Numbers are written in the language of the page, not of the browser: those that training has written into the page
 * stand beside them, and "1.234" must not mean two things. Dates stand alone, and are the browser's.
 */
export const LANGUAGE = document.documentElement.lang;

/** @typedef {import("./fields.js").Field} Field */

const MOST_DIGITS = 6;
const MOST_DECIMALS = 6;
const PLURAL = /^[A-Za-z]{2,}[a-rt-z]s$/;

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {number} number
 * @param {number} least decimals
 * @param {number} [most] decimals
 * @param {"auto" | "min2"} [separators] as the language has them, or from five digits on
 * @returns {string}
 */
export function decimalText(number, least, most = least, separators = "auto") {
  const key = `${least} ${most} ${separators}`;
  let format = formats.get(key);
  if (!format) {
    const digits = { minimumFractionDigits: least, maximumFractionDigits: most };
    format = new Intl.NumberFormat(LANGUAGE, { ...digits, useGrouping: separators });
    formats.set(key, format);
  }
  return format.format(number);
}

/** @param {number} number @returns {string} such as "1,186" */
export function wholeText(number) {
  return decimalText(number, 0);
}

/**
 * Four digits may be a year, and "1,234" may have three decimals.
 *
 * @param {number} value
 * @returns {string} with two decimals, or two digits of a small one, and with separators from five digits on
 */
export function numberText(value) {
  const digits = decimalsOf(value);
  const rounded = roundHalfUp(Math.abs(value), digits);
  return minus(value, rounded) + decimalText(rounded, 0, digits, "min2");
}

/** @param {number} value @returns {number} of how many decimals it is shown at most */
export function decimalsOf(value) {
  let digits = 2;
  while (digits < MOST_DECIMALS && Math.abs(value) * 10 ** digits < 10) digits += 1;
  return digits;
}

/**
 * @param {number} number
 * @param {string} noun in the singular
 * @returns {string} both: "1 row", "1,186 rows"
 */
export function countText(number, noun) {
  return `${wholeText(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * @param {number} value
 * @param {string} unit a plural noun, or nothing
 * @returns {string} both, in the singular for one and never on two lines: "6 exams", "1 exam"
 */
export function quantityText(value, unit) {
  return `${numberText(value)}\u00a0${unitText(value, unit)}`.trim();
}

/**
 * @param {number | null} value
 * @param {string} unit a plural noun, or nothing
 * @returns {string} as it stands behind the number: in the singular for one
 */
export function unitText(value, unit) {
  return value === 1 && PLURAL.test(unit) ? unit.slice(0, -1) : unit;
}

/**
 * @param {Pick<Field, "kind" | "unit" | "holder">} field
 * @param {number | string | null} value "" or null where it is not known
 * @returns {string} as people read it: a number with its unit, a category by its label
 */
export function valueText({ kind, unit, holder }, value) {
  if (value === "" || value === null) return "not known";
  if (kind !== "category") return quantityText(Number(value), unit);
  const options = holder instanceof HTMLSelectElement ? [...holder.options] : [];
  return options.find((option) => option.value === value)?.label ?? "not known";
}

/**
 * @param {number} share a difference of two probabilities
 * @param {number} [digits]
 * @returns {string} in percentage points, with its sign: "+36.0", "−0.9", "0.0"
 */
export function pointsText(share, digits = 1) {
  const points = roundHalfUp(Math.abs(share) * 100, digits);
  const sign = points === 0 ? "" : share > 0 ? "+" : "−";
  return sign + decimalText(points, digits);
}

/**
 * @param {number} probability or a sum on the way to one, which may be negative
 * @param {number} [digits] decimals; without it none, or one below 10% and above 99%
 * @returns {string}
 */
export function percentText(probability, digits) {
  const percent = probability * 100;
  if (digits === undefined) {
    if (percent > 0 && percent < 0.1) return `<${decimalText(0.1, 1)}%`;
    if (percent > 99.9 && percent < 100) return `>${decimalText(99.9, 1)}%`;
    digits = (percent > 0 && percent < 9.95) || (percent > 99 && percent < 100) ? 1 : 0;
  }
  const rounded = roundHalfUp(Math.abs(percent), digits);
  return `${minus(percent, rounded)}${decimalText(rounded, digits === 1 ? 0 : digits, digits)}%`;
}

/** @param {number} share @returns {string} as it stands in a column of shares: "8.0%" above "21.3%" */
export function percentCell(share) {
  return `${decimalText(share * 100, 1)}%`;
}

/**
 * Both as percentages that do not contradict the decision: 29.96% is not shown as the threshold's 30%.
 *
 * @param {number} probability
 * @param {number} threshold
 * @returns {{chance: string, limit: string}}
 */
export function chanceAndThreshold(probability, threshold) {
  let [chance, limit] = [percentText(probability), percentText(threshold)];
  for (let digits = 1; probability < threshold && chance === limit && digits <= MOST_DIGITS; digits += 1) {
    [chance, limit] = [percentText(probability, digits), percentText(threshold, digits)];
  }
  return { chance, limit };
}

/**
 * @param {number} probability
 * @param {number} baseRate the average customer's
 * @returns {string} one sentence that compares the two
 */
export function comparison(probability, baseRate) {
  const ratio = probability / baseRate;
  if (ratio < 0.95) return `Below the average customer’s ${percentText(baseRate)}.`;
  if (ratio < 1.05) return `About the same as the average customer’s ${percentText(baseRate)}.`;
  return `About ${numberText(roundHalfUp(ratio, ratio >= 9.95 ? 0 : 1))} times the average customer’s ${percentText(baseRate)}.`;
}

/**
 * @param {{label: string, value: string, share: number}[]} effects those of several inputs together without a value
 * @param {1 | -1} sign of the direction the score went
 * @returns {string} what moved it most that way, or nothing
 */
export function reasonsText(effects, sign) {
  const causes = [...effects]
    .sort((a, b) => (b.share - a.share) * sign)
    .slice(0, 2)
    .filter(({ share }) => pointsText(share * sign).startsWith("+"))
    .map(({ label, value }) => `${insideSentence(label)}${value && ` (${value})`}`);
  return causes.length > 0 ? `${sign > 0 ? "Raised" : "Lowered"} most by ${causes.join(" and ")}.` : "";
}

/**
 * @param {string} label
 * @returns {string} the label as it stands inside a sentence; "GPA" keeps its capitals
 */
export function insideSentence(label) {
  return /^.[A-Z]/.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
}

/** @param {number} value @param {number} rounded what is shown of it @returns {string} its sign, where it has one */
function minus(value, rounded) {
  return value < 0 && rounded !== 0 ? "−" : "";
}

/**
 * @param {number} value not negative
 * @param {number} digits
 */
function roundHalfUp(value, digits) {
  return Math.floor(value * 10 ** digits + 0.5) / 10 ** digits;
}
