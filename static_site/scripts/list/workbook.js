/** Excel workbooks of plain sheets: texts as texts, which nothing runs, and numbers as numbers (ECMA-376). */

import { zip } from "./zip.js";

/** @typedef {string | number} Cell */
/**
 * @typedef {object} Sheet
 * @property {string} name
 * @property {number[]} widths of the columns, in characters
 * @property {BlobPart[]} rows as `rowXml` writes them, the heading first
 */

const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml";
/** Places in the list of cell formats of STYLES. */
const [PLAIN, BOLD, PERCENT] = [0, 1, 2];
const STYLES =
  `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">' +
  '<xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
/** The longest text of a cell. */
const LONGEST = 32_767;
/** Characters that XML has no way to write, and what would be read as Excel's own way to write them. */
const UNWRITABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]|_(?=x[0-9a-f]{4}_)/gi;
/** @type {Record<string, string>} */ const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * @param {Sheet[]} sheets
 * @returns {Promise<Blob>}
 */
export function workbook(sheets) {
  const numbers = sheets.map((_, place) => place + 1);
  const styles = numbers.length + 1;
  const relations = [...numbers.map((n) => relation(n, "worksheet", `worksheets/sheet${n}.xml`)), relation(styles, "styles", "styles.xml")];
  const kinds = [...numbers.map((n) => kind(`worksheets/sheet${n}`, "worksheet")), kind("styles", "styles"), kind("workbook", "sheet.main")];
  const names = sheets.map(({ name }, place) => `<sheet name="${escaped(name)}" sheetId="${place + 1}" r:id="r${place + 1}"/>`);
  return zip(
    [
      {
        name: "[Content_Types].xml",
        pieces: [
          `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
          `<Default Extension="xml" ContentType="application/xml"/>${kinds.join("")}</Types>`,
        ],
      },
      { name: "_rels/.rels", pieces: [relationships([relation(1, "officeDocument", "xl/workbook.xml")])] },
      {
        name: "xl/workbook.xml",
        pieces: [`${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.join("")}</sheets></workbook>`],
      },
      { name: "xl/_rels/workbook.xml.rels", pieces: [relationships(relations)] },
      { name: "xl/styles.xml", pieces: [XML + STYLES] },
      ...sheets.map((sheet, place) => ({ name: `xl/worksheets/sheet${place + 1}.xml`, pieces: sheetXml(sheet) })),
    ],
    TYPE,
  );
}

/**
 * @param {Cell[]} cells
 * @param {{isBold?: boolean, percent?: number}} [look] percent: the cell that is shown as a percentage
 * @returns {string}
 */
export function rowXml(cells, { isBold = false, percent = -1 } = {}) {
  const written = cells.map((cell, place) => {
    const style = isBold ? BOLD : place === percent ? PERCENT : PLAIN;
    if (typeof cell === "number") return `<c s="${style}"><v>${cell}</v></c>`;
    if (cell === "") return `<c s="${style}"/>`;
    return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  });
  return `<row>${written.join("")}</row>`;
}

/** @param {Sheet} sheet @returns {BlobPart[]} with a heading that stays in sight */
function sheetXml({ widths, rows }) {
  const columns = widths.map((width, place) => `<col min="${place + 1}" max="${place + 1}" width="${width}" customWidth="1"/>`);
  return [
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">`,
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>',
    `<cols>${columns.join("")}</cols><sheetData>`,
    ...rows,
    "</sheetData></worksheet>",
  ];
}

/** @param {string} text */
function escaped(text) {
  return text
    .slice(0, LONGEST)
    .replace(UNWRITABLE, (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replace(/[&<>]/g, (found) => ENTITIES[found]);
}

/** @param {string[]} relations */
function relationships(relations) {
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relations.join("")}</Relationships>`;
}

/** @param {number} number @param {string} type @param {string} target */
function relation(number, type, target) {
  return `<Relationship Id="r${number}" Type="${OFFICE}/${type}" Target="${target}"/>`;
}

/** @param {string} path @param {string} type */
function kind(path, type) {
  return `<Override PartName="/xl/${path}.xml" ContentType="${KIND}.${type}+xml"/>`;
}
