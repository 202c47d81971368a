/** Which input is the main reason for how many of those on the contact list. */

import { part } from "../elements.js";
import { linesOf } from "../numbers-table.js";
import { countText, insideSentence, percentCell, percentText, wholeText } from "../words.js";

/** @typedef {import("./customers.js").Customers} Customers */

/**
 * @param {Customers} customers
 * @param {number} size of the contact list
 * @returns {{place: number, count: number}[]} for how many each input is the main reason for, most first
 */
function causesOf({ scores, ranking, features }, size) {
  const counts = new Uint32Array(features.length);
  for (const number of ranking.order.subarray(0, size)) {
    const place = scores.mainReasonFor(number);
    if (place >= 0) counts[place] += 1;
  }
  return Array.from(counts, (count, place) => ({ place, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

/** @param {Customers} customers @param {number} size */
export function showCauses(customers, size) {
  const causes = causesOf(customers, size);
  const labels = customers.features.map(({ label }) => label);
  const none = size === 0 ? "Nobody is on the contact list." : "Nobody on the contact list has a reason that raises the score.";
  part("causes-words").textContent =
    causes.length === 0
      ? none
      : `For ${percentText(causes[0].count / size)} of ${countText(size, "customer")} on the contact list, ${insideSentence(labels[causes[0].place])} is the main reason.`;
  const rows = causes.map(({ place, count }) => [labels[place], wholeText(count), percentCell(count / size)]);
  part("causes").replaceChildren(...(rows.length > 0 ? linesOf(["Main reason", "Customers", "Of the list"], rows) : []));
}
