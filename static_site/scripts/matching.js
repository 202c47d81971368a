/** Finding an option of a long list by what somebody types: its name, its code, or another name for it. */

/**
 * @typedef {object} Option
 * @property {string} code
 * @property {string} label
 * @property {boolean} common whether it stands at the top of the list
 */

/** @type {Record<string, string[]>} none until they are loaded: the first view can do without */
let synonyms = {};

/** @returns {Promise<void>} */
export async function loadSynonyms() {
  ({ SYNONYMS: synonyms } = await import("./synonyms.js"));
}

/**
 * @param {HTMLSelectElement} select
 * @returns {Option[]} all but the blank one
 */
export function readOptions(select) {
  const first = select.querySelector("optgroup");
  return [...select.options]
    .filter(({ value }) => value !== "")
    .map((option) => ({ code: option.value, label: option.label, common: first !== null && first.contains(option) }));
}

/**
 * @param {Option[]} options
 * @param {string} query
 * @returns {Option[]} those that match, best first; all of them, common ones first, without a query
 */
export function matches(options, query) {
  const sought = fold(joined(query));
  return options
    .map((option) => ({ option, rank: rankOf(option, sought) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank || Number(b.option.common) - Number(a.option.common))
    .map(({ option }) => option);
}

/**
 * @param {Option[]} options
 * @param {string} text
 * @returns {Option | undefined} the one whose name, code or synonym was typed in full
 */
export function exactMatch(options, text) {
  const sought = fold(joined(text));
  return sought === "" ? undefined : options.find((option) => rankOf(option, sought) <= RANK_SYNONYM);
}

/** @param {string} text @returns {string} "UK" of "U.K."; any other text as it is */
function joined(text) {
  return /^\s*(?:\p{Letter}\.)+\p{Letter}?\s*$/u.test(text) ? text.replaceAll(".", "") : text;
}

const [RANK_EXACT, RANK_SYNONYM, RANK_START, RANK_WORD, RANK_INSIDE, NO_MATCH] = [0, 1, 2, 3, 4, 5];

/**
 * @param {Option} option
 * @param {string} sought folded
 * @returns {number} lower is better
 */
function rankOf({ code, label }, sought) {
  const name = fold(label);
  const others = synonyms[code] ?? [];
  if (sought === fold(code) || sought === name) return RANK_EXACT;
  if (others.includes(sought)) return RANK_SYNONYM;
  if (name.startsWith(sought)) return RANK_START;
  if (` ${name}`.includes(` ${sought}`) || others.some((other) => other.startsWith(sought))) return RANK_WORD;
  // Two letters are inside of too many names.
  return sought.length > 2 && name.includes(sought) ? RANK_INSIDE : NO_MATCH;
}

/**
 * @param {string} text
 * @returns {string} lower case, without accents and signs: "Côte d’Ivoire" and "cote d ivoire" are the same
 */
export function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}
