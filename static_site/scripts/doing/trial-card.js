/** The card of a trial: one table, the model that serves beside those that are tried out. */

import { element } from "../elements.js";
import { percentText, wholeText } from "../words.js";
import { caption, card, customersText, dayText, rangeText, shareText } from "./markup.js";

/** @typedef {import("./service.js").Trial} Trial */
/** @typedef {import("./service.js").Tried} Tried */
/** @typedef {import("./service.js").Share} Share */

/**
 * @param {Trial} trial
 * @param {number} share of the customers that a canary answers
 * @param {string} positive the positive answer
 */
export function trialCard({ since, models }, share, positive) {
  /** @type {[string, (model: Tried) => (string | Node)[]][]} */
  const rows = [
    ["Customers scored", ({ rows: count }) => [customersText(count)]],
    [positive, (model) => [shareText(model.positive)]],
    ["With a warning", ({ warned }) => [shareText(warned)]],
    ["Refused", ({ failed }) => [shareText(failed)]],
    ["Outcomes", ({ outcomes }) => [outcomes === 0 ? "Too few" : wholeText(outcomes)]],
    ["Precision", ({ precision }) => measured(precision)],
    ["Recall", ({ recall }) => measured(recall)],
  ];
  const names = { serves: "Serves", canary: `Answers ${percentText(share)}`, shadow: "Decides nothing" };
  const heads = models.map(({ hash, role }) =>
    element("th", { scope: "col", class: "number" }, names[role], element("span", { class: "table-note" }, hash.slice(0, 8))),
  );
  const body = rows.map(([name, texts]) => {
    const cells = models.map((model) => element("td", { class: "number" }, ...texts(model)));
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
  });
  const tried = models.slice(1);
  const hasCanary = tried.some(({ role }) => role === "canary");
  return card(
    "On trial",
    ...tried.map(({ role, sentence }) => element("p", {}, tried.length > 1 ? `${names[role]}: ${sentence}` : sentence)),
    element(
      "table",
      { class: "table trial" },
      caption("The model that serves, and those on trial"),
      element("thead", {}, element("tr", {}, element("td", {}), ...heads)),
      element("tbody", {}, ...body),
    ),
    element("p", { class: "muted" }, `Since ${dayText(since)}, when all of them answered. Ranges are 95% intervals.${hasCanary ? " Lists are always scored by the model that serves, so outcomes, precision and recall are of single predictions alone." : ""} Nothing changes by itself: a person lets a model serve.`),
  );
}

/**
 * @param {Share | null} share
 * @returns {(string | Node)[]}
 */
function measured(share) {
  if (share === null) return ["Too few"];
  return [percentText(share.value), element("span", { class: "table-note" }, rangeText(share.low, share.high))];
}
