/** What the cards of this page share: their markup, and numbers of which a small group is not told. */

import { element } from "../elements.js";
import { percentText, wholeText } from "../words.js";

/** @param {string} title @param {(Node | string)[]} children */
export function card(title, ...children) {
  return element("section", { class: "card" }, element("h2", {}, title), ...children);
}

/** @param {string} text */
export function caption(text) {
  return element("caption", { class: "visually-hidden" }, text);
}

/** @param {number | null} count */
export function customersText(count) {
  return count === null ? "Fewer than 10" : wholeText(count);
}

/** @param {number | null} share */
export function shareText(share) {
  return share === null ? "Few" : percentText(share);
}

/** @param {string} day such as "2026-01-31" @returns {string} as the browser writes days */
export function dayText(day) {
  return new Date(`${day}T00:00`).toLocaleDateString([], { dateStyle: "medium" });
}

/** @param {number} low @param {number} high */
export function rangeText(low, high) {
  return `${percentText(low)} to ${percentText(high)}`;
}
