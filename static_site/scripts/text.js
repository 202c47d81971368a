/** When two texts are the same: what does not count in a cell, a column's name or a category (predict/text.py). */

/** What does not count at the edges of a cell: listed, because the trimming of JavaScript and of Python differ. */
export const BLANKS =
  "\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
  "\u2028\u2029\u202f\u205f\u3000\ufeff";

/** Marks of the direction of writing: right-to-left languages put them around minus signs. */
const INVISIBLE = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const APOSTROPHES = /[‘’ʼ`´′]/g;
const HEADING_SEPARATORS = new RegExp(`[${BLANKS}_\u2010-]+`, "g");
const ACCENTS = /[\u0300-\u036f]/g;
const LETTER = "[\\p{L}\\p{Nl}\\p{No}]";
/** A comma between digits, a point behind one and a hyphen beside one carry meaning: "1,5", "1.0", "A-", "-1". */
const SEPARATORS = new RegExp(`(?<![0-9]),|,(?![0-9])|(?<=${LETTER})\\.|[${BLANKS}_]+`, "gu");
const HYPHENS = new RegExp(`(?<=${LETTER}) *[\u2010\u2013\u2014-] *(?=${LETTER})`, "gu");

/**
 * @param {string} text
 * @returns {string} without the blanks around it and without invisible marks of direction
 */
export function clean(text) {
  const visible = text.replace(INVISIBLE, "");
  let [start, end] = [0, visible.length];
  while (start < end && BLANKS.includes(visible[start])) start += 1;
  while (start < end && BLANKS.includes(visible[end - 1])) end -= 1;
  return visible.slice(start, end);
}

/**
 * @param {string} name of a column
 * @returns {string} as it is compared: case, width and the kind of separator do not count
 */
export function foldHeading(name) {
  return caseless(clean(name).normalize("NFKC")).replace(HEADING_SEPARATORS, " ").trim();
}

/**
 * @param {string} text of a category
 * @returns {string} as it is compared: case, width, accents, apostrophes and separators do not count; "A+" is not "A-"
 */
export function fold(text) {
  const plain = text.replace(INVISIBLE, "").replace(APOSTROPHES, "'").normalize("NFKD");
  const words = caseless(plain).replace(ACCENTS, "").replaceAll("&", " and ").replace(SEPARATORS, " ");
  return words.replace(HYPHENS, " ").replace(/ +/g, " ").trim();
}

/** @param {string} text @returns {string} by Unicode's case folding: "ß" is "ss", a final sigma any other */
function caseless(text) {
  const once = (/** @type {string} */ part) => part.toUpperCase().toLowerCase();
  return text.toLowerCase().replace(/[^ı]+/g, once).replaceAll("ς", "σ");
}

/** @typedef {{optional?: boolean, missing?: string[]}} Optional whether a value may be not known, and the words for it */

/**
 * @param {Optional} input
 * @param {string} text
 * @returns {boolean} whether it says that the value is not known (predict/contract.py)
 */
export function saysUnknown({ optional = false, missing = [] }, text) {
  return optional && (clean(text) === "" || missing.map(fold).includes(fold(text)));
}
