/** The lists that are kept in this browser, each with its size: to open again, or to delete. */

import { element, part } from "../elements.js";
import { countText, numberText } from "../words.js";
import { forget, listKept } from "./kept.js";

/** @typedef {import("./kept.js").About} About */

const MEGABYTE = 1e6;

/** Show them; nothing where there are none. */
export async function showKept() {
  const all = await listKept();
  part("kept").hidden = all.length === 0;
  part("kept-lists").replaceChildren(...all.map(lineOf));
}

/** @param {About} about */
function lineOf({ id, name, saved, customers, bytes }) {
  const size = `${numberText(Math.max(bytes / MEGABYTE, 0.01))} MB`;
  const open = element("button", { type: "button", class: "button-link", "aria-label": `Open ${name}` }, "Open");
  open.addEventListener("click", async () => (await import("./flow.js")).reopen(id));
  const remove = element("button", { type: "button", class: "button-link", "aria-label": `Delete ${name}` }, "Delete");
  remove.addEventListener("click", async () => {
    // The list at hand is no longer kept, either.
    if (history.state?.list === id) part("keep").click();
    else await forget(id).then(showKept);
    part("choose-title").focus();
  });
  const facts = `${saved.toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}, ${countText(customers, "customer")}, ${size}`;
  return element("li", { class: "step-line" }, element("strong", { translate: "no" }, name), element("span", { class: "muted" }, facts), open, remove);
}
