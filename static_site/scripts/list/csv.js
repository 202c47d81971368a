/** CSV as RFC 4180 has it, and as spreadsheets write it: quoted cells and line ends, any delimiter, any line end. */

/** Where two of them fit equally well, the first is meant. */
export const DELIMITERS = [",", ";", "\t"];

/** What cannot be read, with the line where the trouble starts. */
export class CsvError extends Error {
  /** @param {number} line counted from 1 */
  constructor(line) {
    super(`The row that starts on line ${line.toLocaleString("en-US")} cannot be read: a quotation mark is astray.`);
  }
}

/** Reads a text record by record. */
export class CsvReader {
  #position = 0;
  #next = 1;

  /** @param {string} text without a byte order mark @param {string} delimiter */
  constructor(text, delimiter) {
    this.text = text;
    this.delimiter = delimiter;
    this.end = text.includes("\n") ? "\n" : "\r";
    /** The line on which the last record starts. */
    this.line = 0;
  }

  /**
   * @returns {string[] | null} the cells of the next record; empty lines are none; null at the end
   * @throws {CsvError}
   */
  read() {
    while (this.#position < this.text.length) {
      const end = this.#lineEnd();
      const line = this.#trimmed(this.#position, end);
      this.line = this.#next;
      if (line.includes('"')) return this.#readQuoted();
      this.#position = end + 1;
      this.#next += 1;
      if (line !== "") return line.split(this.delimiter);
    }
    return null;
  }

  #readQuoted() {
    const cells = [];
    for (;;) {
      const isQuoted = this.text[this.#position] === '"';
      cells.push(isQuoted ? this.#quotedCell() : this.#plainCell());
      const after = this.text[this.#position];
      this.#position += 1;
      if (after === this.delimiter) continue;
      if (after === "\r" && this.text[this.#position] === "\n") this.#position += 1;
      else if (after !== undefined && after !== "\n" && after !== "\r") throw new CsvError(this.line);
      this.#next += 1;
      return cells;
    }
  }

  /** @returns {string} the cell that begins with a quotation mark; the position is then behind its last one */
  #quotedCell() {
    let [start, cell] = [this.#position + 1, ""];
    for (;;) {
      const quote = this.text.indexOf('"', start);
      if (quote < 0) throw new CsvError(this.line);
      cell += this.text.slice(start, quote);
      this.#position = quote + 1;
      if (this.text[quote + 1] !== '"') break;
      cell += '"';
      start = quote + 2;
    }
    for (let at = cell.indexOf(this.end); at >= 0; at = cell.indexOf(this.end, at + 1)) this.#next += 1;
    return cell;
  }

  #plainCell() {
    const line = this.#trimmed(this.#position, this.#lineEnd());
    const delimiter = line.indexOf(this.delimiter);
    const cell = delimiter < 0 ? line : line.slice(0, delimiter);
    this.#position += cell.length;
    return cell;
  }

  #lineEnd() {
    const end = this.text.indexOf(this.end, this.#position);
    return end < 0 ? this.text.length : end;
  }

  /** @param {number} start @param {number} end */
  #trimmed(start, end) {
    return this.text.slice(start, this.text[end - 1] === "\r" && end > start ? end - 1 : end);
  }
}

/**
 * @param {string} text
 * @param {Set<string>} known names that the heading may have
 * @returns {string} the delimiter with which the heading, outside quotes, has most of them, and most cells
 */
export function findDelimiter(text, known) {
  let [best, most] = [DELIMITERS[0], -1];
  for (const delimiter of DELIMITERS) {
    const cells = headingOf(text, delimiter);
    const found = cells.filter((cell) => known.has(cell.trim())).length * MUCH + cells.length;
    if (found > most) [best, most] = [delimiter, found];
  }
  return best;
}

/** A known name counts more than any number of cells. */
const MUCH = 1_000_000;

/** @param {string} text @param {string} delimiter @returns {string[]} none where it cannot be read with this delimiter */
function headingOf(text, delimiter) {
  try {
    return new CsvReader(text, delimiter).read() ?? [];
  } catch {
    return [];
  }
}

/** A spreadsheet runs a cell that begins so, unless it is a number. */
const FORMULA = /^[=+\-@\t\r\0＝＋－＠]/;
/** A number, with or without marks between its thousands. */
const PLAIN_NUMBER = new RegExp(
  "^[+-]?(?:(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?" +
    "|[1-9][0-9]{0,2}([.,'’ \\u00a0\\u202f])[0-9]{3}(?:\\1[0-9]{3})*(?:[.,][0-9]+)?)%?$",
);

/**
 * @param {string[]} cells
 * @param {string} delimiter
 * @returns {string} one line with its end; formulas are disarmed by an apostrophe
 */
export function writeRecord(cells, delimiter) {
  return `${cells.map((cell) => writeCell(cell, delimiter)).join(delimiter)}\r\n`;
}

/** @param {string} cell @param {string} delimiter */
function writeCell(cell, delimiter) {
  const safe = FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
  return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
