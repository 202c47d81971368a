/** Which column was chosen for what, kept in this browser for the next file with the same heading. */

import { keep, recall as recallKept } from "../storage.js";

/** @typedef {Record<string, number>} Choice the place of a column, by the name of what it was chosen for */

const NAME = "columns";
/** Headings that are kept; the oldest gives way. */
const MOST = 20;

/** @param {string[]} heading @returns {Choice} empty where nothing is known of it */
export function recall(heading) {
  return new Map(read()).get(JSON.stringify(heading)) ?? {};
}

/** @param {string[]} heading @param {Choice} choice */
export function remember(heading, choice) {
  const name = JSON.stringify(heading);
  keep(NAME, [[name, choice], ...read().filter(([key]) => key !== name)].slice(0, MOST));
}

/** @returns {[string, Choice][]} newest first */
function read() {
  return recallKept(NAME, []);
}
