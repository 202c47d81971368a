/** Numbers as people read them; pages made by the service say the same (predict/words.py). */

const MOST_DIGITS = 6;

/**
 * @param {number} value
 * @returns {string} with thousands separators and at most two decimals
 */
export function numberText(value) {
  const rounded = roundHalfUp(Math.abs(value), 2);
  const whole = Math.floor(rounded);
  const decimals = (rounded - whole).toFixed(2).slice(1).replace(/\.?0+$/, "");
  return (value < 0 && rounded !== 0 ? "−" : "") + whole.toLocaleString("en-US") + decimals;
}

/**
 * @param {number} probability
 * @param {number} [digits] decimals; without it none, or one below 10% and above 99%
 * @returns {string}
 */
export function percentText(probability, digits) {
  const percent = probability * 100;
  if (digits === undefined) {
    if (percent > 0 && percent < 0.1) return "<0.1%";
    if (percent > 99.9 && percent < 100) return ">99.9%";
    digits = (percent > 0 && percent < 9.95) || (percent > 99 && percent < 100) ? 1 : 0;
  }
  return `${roundHalfUp(percent, digits).toFixed(digits)}%`.replace(".0%", "%");
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
  if (ratio < 1.05) return "About the same as the average customer.";
  return `About ${numberText(roundHalfUp(ratio, ratio >= 9.95 ? 0 : 1))} times the average customer.`;
}

/**
 * @param {string} label
 * @returns {string} the label as it stands inside a sentence; "GPA" keeps its capitals
 */
export function insideSentence(label) {
  return /^.[A-Z]/.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
}

/**
 * @param {number} value not negative
 * @param {number} digits
 */
function roundHalfUp(value, digits) {
  return Math.floor(value * 10 ** digits + 0.5) / 10 ** digits;
}
