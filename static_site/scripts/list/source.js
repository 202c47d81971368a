/** A file as text: UTF-8, and what is no CSV at all refused in words. */

/** Bytes; a list of 100,000 customers with a dozen columns has a tenth of it. */
const MOST_BYTES = 100 * 1024 * 1024;

/** What files begin with that are often taken for CSV. */
const OTHERS = [
  { start: [0x50, 0x4b, 0x03, 0x04], what: "an Excel workbook or a zip archive" },
  { start: [0xd0, 0xcf, 0x11, 0xe0], what: "an Excel workbook" },
  { start: [0x1f, 0x8b], what: "a gzip archive" },
  { start: [0x50, 0x41, 0x52, 0x31], what: "a Parquet file" },
  { start: [0x25, 0x50, 0x44, 0x46], what: "a PDF document" },
  { start: [0xff, 0xfe], what: "UTF-16 or UTF-32" },
  { start: [0xfe, 0xff], what: "UTF-16" },
];

/** A file that cannot be taken, and why. */
export class SourceError extends Error {
  /** @param {string} code as the service names it @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {Blob} file
 * @returns {Promise<string>} without a byte order mark
 * @throws {SourceError}
 */
export async function readText(file) {
  if (file.size > MOST_BYTES) {
    throw new SourceError("too_large", "The file is larger than 100 MB. Split it, and score the parts.");
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const other = OTHERS.find(({ start }) => start.every((byte, place) => bytes[place] === byte));
  if (other) throw malformed(`This is ${other.what}, not a CSV file in UTF-8.`);
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw malformed(`Line ${lineAt(rawText(bytes), zero)} holds a NUL, as UTF-16 and binary data do.`);
  try {
    return decode(bytes);
  } catch {
    throw malformed(`Line ${brokenLine(bytes)} is not UTF-8; it may be Latin-1 or Windows-1252.`);
  }
}

/**
 * @param {string} text
 * @param {number} place in it
 * @returns {number} its line, as editors count
 */
export function lineAt(text, place) {
  return 1 + (text.slice(0, place).match(/\r\n|[\r\n]/g)?.length ?? 0);
}

/** @param {Uint8Array} bytes @returns {number} the first line that is not UTF-8 */
function brokenLine(bytes) {
  const raw = rawText(bytes);
  const broken = [...raw.matchAll(/[^\r\n]+/g)].find(({ index, 0: line }) => {
    try {
      decode(bytes.subarray(index, index + line.length));
    } catch {
      return true;
    }
  });
  return lineAt(raw, broken?.index ?? 0);
}

/** @param {Uint8Array} bytes @returns {string} a character a byte, whatever they are */
function rawText(bytes) {
  return new TextDecoder("windows-1252").decode(bytes);
}

/** @param {Uint8Array} bytes */
function decode(bytes) {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** @param {string} problem */
function malformed(problem) {
  return new SourceError("malformed", `${problem} Save it as CSV (UTF-8).`);
}
