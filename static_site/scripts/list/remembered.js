/** Which column was chosen for what, kept in this browser for the next file with the same heading. */

/** @typedef {Record<string, number>} Choice the place of a column, by the name of what it was chosen for */

const NAME = "columns";
/** Headings that are kept; the oldest gives way. */
const MOST = 20;

/** @param {string[]} heading @returns {Choice} empty where nothing is known of it */
export function recall(heading) {
  return new Map(read()).get(keyOf(heading)) ?? {};
}

/** @param {string[]} heading @param {Choice} choice */
export function remember(heading, choice) {
  const others = read().filter(([key]) => key !== keyOf(heading));
  try {
    localStorage.setItem(NAME, JSON.stringify([[keyOf(heading), choice], ...others].slice(0, MOST)));
  } catch {
    // Storage is blocked or full: the columns are chosen again next time.
  }
}

/** @returns {[string, Choice][]} newest first */
function read() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {string[]} heading */
function keyOf(heading) {
  return JSON.stringify(heading);
}
