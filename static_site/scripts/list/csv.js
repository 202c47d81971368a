/** CSV as RFC 4180 has it, and as spreadsheets write it: quoted cells and line ends, any delimiter, any line end. */

import { BLANKS } from "../text.js";
import { wholeText } from "../words.js";
import { SourceError, lineAt } from "./source.js";

/** What may stand between cells. Where two of them fit equally well, the first is meant. */
export const DELIMITERS = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar" };

/** A spreadsheet has no more rows: a file that is mostly blank is not walked to its end. */
const MOST_BLANK_LINES = 2 ** 20;

/** Reads a text row by row. */
export class CsvReader {
  #next;
  /** Rows without content, less those with it. */
  #surplus = 0;
  /** Where these characters stand next. @type {Record<string, number>} */ #found = {};

  /** @param {string} text without a byte order mark @param {string} delimiter @param {number} [start] of a line */
  constructor(text, delimiter, start = 0) {
    this.text = text;
    this.delimiter = delimiter;
    this.position = start;
    this.#next = lineAt(text, start);
    /** The line on which the last row starts. */
    this.line = 0;
  }

  /**
   * @returns {string[] | null} the cells of the next row that has content; null at the end
   * @throws {SourceError}
   */
  read() {
    while (this.position < this.text.length) {
      this.line = this.#next;
      const cells = this.#readRow();
      const hasContent = !cells.every((cell) => consistsOf(cell, BLANKS));
      this.#surplus += hasContent ? -1 : 1;
      if (hasContent) return cells;
      if (this.#surplus > MOST_BLANK_LINES) throw tooBlank();
    }
    return null;
  }

  #readRow() {
    const end = this.#lineEnd();
    const line = this.text.slice(this.position, end);
    if (line.includes('"')) return this.#readQuoted();
    this.position = end;
    this.#passLineEnd();
    return line.split(this.delimiter);
  }

  #readQuoted() {
    const cells = [];
    for (;;) {
      const isQuoted = this.text[this.position] === '"';
      cells.push(isQuoted ? this.#quotedCell() : this.#plainCell());
      if (this.text[this.position] !== this.delimiter) break;
      this.position += 1;
    }
    if (this.position < this.#lineEnd()) throw this.#astray();
    this.#passLineEnd();
    return cells;
  }

  /** @returns {string} the cell that begins with a quotation mark; the position is then behind its last one */
  #quotedCell() {
    let [start, cell] = [this.position + 1, ""];
    for (;;) {
      const quote = this.text.indexOf('"', start);
      if (quote < 0) throw this.#astray();
      cell += this.text.slice(start, quote);
      this.position = quote + 1;
      if (this.text[quote + 1] !== '"') break;
      cell += '"';
      start = quote + 2;
    }
    this.#next += lineAt(cell, cell.length) - 1;
    return cell;
  }

  #plainCell() {
    const start = this.position;
    this.position = Math.min(this.#find(this.delimiter), this.#lineEnd());
    return this.text.slice(start, this.position);
  }

  #passLineEnd() {
    this.position += this.text.startsWith("\r\n", this.position) ? 2 : 1;
    this.#next += 1;
  }

  #lineEnd() {
    return Math.min(this.#find("\n"), this.#find("\r"));
  }

  /** @param {string} character @returns {number} its next place, sought only when the last one found is passed */
  #find(character) {
    if (!(this.#found[character] >= this.position)) {
      const place = this.text.indexOf(character, this.position);
      this.#found[character] = place < 0 ? this.text.length : place;
    }
    return this.#found[character];
  }

  #astray() {
    const row = `The row that starts on line ${wholeText(this.line)}`;
    return new SourceError("malformed", `${row} cannot be read: a quotation mark is astray.`);
  }
}

function tooBlank() {
  const most = wholeText(MOST_BLANK_LINES);
  return new SourceError("too_large", `More than ${most} lines have no content. Remove them.`);
}

/**
 * @param {string} text
 * @param {string} characters
 * @returns {boolean} whether it has no other ones
 */
export function consistsOf(text, characters) {
  for (const character of text) if (!characters.includes(character)) return false;
  return true;
}
