/** Whether a file looks like the training data, input by input, in words. */

import { numberText, percentText, quantityText } from "../words.js";
import { inSlices } from "./slices.js";

/** @typedef {import("./contract.js").Feature} Feature */

/** The quartile of fewer rows says little. */
const LEAST_ROWS = 100;
/** So many times as high, or lower, is told. */
const FACTOR = 1.6;
/** Units of time, in seconds. @type {[string, number][]} */
const SPANS = [["seconds", 1], ["minutes", 60], ["hours", 3600], ["days", 86_400], ["weeks", 604_800], ["months", 2_629_746], ["years", 31_556_952]];
/** Between the logarithms of two ratios that are taken for the same. */
const NEAR = 0.3;
/** So large a share of categories that training never saw is told. */
const LEAST_SHARE = 0.05;

/**
 * @param {Feature[]} features
 * @param {(number | string)[][]} columns the values of each
 * @returns {Promise<string[]>} a sentence for each input that differs
 */
export async function shiftsOf(features, columns) {
  /** @type {string[]} */ const shifts = [];
  if ((columns[0]?.length ?? 0) < LEAST_ROWS) return shifts;
  await inSlices(features.length, (from, to) => {
    for (let place = from; place < to; place += 1) {
      const shift = features[place].kind === "category" ? categoryShift : numberShift;
      const words = shift(features[place], /** @type {any} */ (columns[place]));
      if (words) shifts.push(`${features[place].label}: ${words}`);
    }
  });
  return shifts;
}

/** @param {Feature} feature @param {(number | "")[]} all */
function numberShift({ kind, seen, unit }, all) {
  const values = /** @type {number[]} */ (all.filter((value) => value !== ""));
  // Where most customers have 0 the median tells nothing.
  const [share, name, theirs] = (seen.median ?? 0) > 0 ? [0.5, "half", seen.median] : [0.75, "three quarters", seen.upper_quartile];
  if (!theirs || theirs < 0) return "";
  const mine = Float64Array.from(values).sort()[Math.floor(share * (values.length - 1))];
  const isNear = mine < theirs * FACTOR && mine > theirs / FACTOR;
  if (isNear || (kind === "integer" && Math.abs(mine - theirs) <= 1)) return "";
  const times = mine > theirs ? `${timesText(mine / theirs)} times as high` : `${timesText(theirs / mine)} times lower`;
  const ratio = mine > 0 ? ` About ${times}: ${unitQuestion(unit, mine / theirs)}` : "";
  return `${name} are ${quantityText(mine, unit)} or less here, ${quantityText(theirs, unit)} or less in training.${ratio}`;
}

/** @param {number} ratio over one */
function timesText(ratio) {
  return numberText(ratio < 10 ? Math.round(ratio * 10) / 10 : Math.round(ratio));
}

/** @param {string} unit of training @param {number} ratio of the file's numbers to those of training */
function unitQuestion(unit, ratio) {
  const [name, seconds = NaN] = SPANS.find(([name]) => unit && name.startsWith(unit.replace(/s$/, ""))) ?? [];
  const [other] = SPANS.find(([, span]) => Math.abs(Math.log((ratio * span) / seconds)) < NEAR) ?? [];
  return other ? `are they ${other} rather than ${name}?` : "is the unit the same?";
}

/** @param {Feature} feature @param {string[]} values */
function categoryShift({ seen }, values) {
  if (Object.keys(seen.counts).length === 0) return "";
  const unseen = values.filter((value) => value !== "" && !Object.hasOwn(seen.counts, value)).length / values.length;
  return unseen < LEAST_SHARE ? "" : `${percentText(unseen)} have one that training never saw.`;
}
