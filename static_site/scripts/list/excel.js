/** The ranked list as an Excel file: numbers as numbers, and a second sheet that says what each column is. */

import { SCORE, addedTo } from "./export.js";
import { inSlices } from "./slices.js";
import { rowXml, workbook } from "./workbook.js";

/** @typedef {import("./customers.js").Customers} Customers */
/** @typedef {import("./workbook.js").Cell} Cell */

/** What is a number for certain: "007" and long digits may be names, three decimals may be thousands. */
const PLAIN_NUMBER = /^-?(?:0|[1-9][0-9]{0,8})(?:[.,](?:[0-9]{1,2}|[0-9]{4,6}))?$/;
const [NARROW, WIDE] = [16, 60];

/**
 * @param {Customers} customers
 * @param {number} size of the contact list
 * @param {boolean} onlyContact whether to leave out who is not on it
 * @returns {Promise<Blob>}
 */
export async function listWorkbook(customers, size, onlyContact) {
  const { table, ranking } = customers;
  const added = addedTo(table.heading);
  /** @type {((number: number) => Cell)[]} */ const readers = [];
  for (const place of table.heading.keys()) readers.push(await cellReader(customers, place));
  const heading = [...added.map(({ name }) => name), ...table.heading];
  /** @type {BlobPart[]} */ const rows = [rowXml(heading, { isBold: true })];
  await inSlices(onlyContact ? size : ranking.size, (from, to) => {
    const block = Array.from(ranking.order.subarray(from, to), (number) => {
      const cells = added.map(({ cellOf }) => cellOf(customers, number, size));
      return rowXml([...cells, ...readers.map((read) => read(number))], { percent: SCORE });
    });
    // Written as bytes here, block by block: all at once would hold the page up.
    rows.push(new Blob([block.join("")]));
  });
  return workbook([
    { name: "Customers", widths: heading.map((name) => (name.startsWith("reasons") ? WIDE : NARROW)), rows },
    { name: "Columns", widths: [NARROW * 2, WIDE], rows: explanations(customers, added) },
  ]);
}

/** @param {Customers} customers @param {import("./export.js").Added[]} added @returns {string[]} a row for each column */
function explanations({ table, features, checked, idPlace, outcomePlace }, added) {
  const columns = table.heading.map((name, place) => {
    const input = checked.places.indexOf(place);
    const { label, unit, help } = features[input] ?? {};
    if (input >= 0) return [name, `Input of the model: ${label}${unit ? `, in ${unit}` : ""}. ${help}`];
    if (place === idPlace) return [name, "Names the customer; never sent to the model"];
    if (place === outcomePlace) return [name, "Known outcome; never sent to the model"];
    return [name, "As it came in the file; never sent to the model"];
  });
  const lines = [...added.map(({ name, meaning }) => [name, meaning]), ...columns];
  return [rowXml(["Column", "What it is"], { isBold: true }), ...lines.map((cells) => rowXml(cells))];
}

/** @param {Customers} customers @param {number} place of a column @returns {Promise<(number: number) => Cell>} of a customer */
async function cellReader(customers, place) {
  const input = customers.checked.places.indexOf(place);
  if (customers.features[input] && customers.features[input].kind !== "category") return (number) => customers.valueOf(number, input);
  const textOf = (/** @type {number} */ number) => customers.cellsOf(number)[place];
  const { ranking, checked: { mark } } = customers;
  let isNumber = place !== customers.idPlace;
  await inSlices(ranking.size, (from, to) => {
    isNumber &&= ranking.order.subarray(from, to).every((number) => isPlain(textOf(number), mark));
  });
  return isNumber ? (number) => (textOf(number) === "" ? "" : Number(textOf(number).replace(mark, "."))) : textOf;
}

/** @param {string} text @param {string} mark the decimal mark of the file @returns {boolean} whether it is blank or a number */
function isPlain(text, mark) {
  return text === "" || (PLAIN_NUMBER.test(text) && !text.includes(mark === "." ? "," : "."));
}
