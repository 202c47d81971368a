/** A file as text: its encoding found, and what is no CSV at all refused in words. */

/** Characters; a list of 100,000 customers with a dozen columns has a tenth of it. */
const MOST_BYTES = 100 * 1024 * 1024;

/** What files begin with that are often taken for CSV. */
const OTHERS = [
  { start: [0x50, 0x4b, 0x03, 0x04], what: "an Excel workbook or a zip archive" },
  { start: [0xd0, 0xcf, 0x11, 0xe0], what: "an Excel workbook" },
  { start: [0x1f, 0x8b], what: "a gzip archive" },
  { start: [0x50, 0x41, 0x52, 0x31], what: "a Parquet file" },
  { start: [0x25, 0x50, 0x44, 0x46], what: "a PDF document" },
];

/** A file that cannot be taken, and why. */
export class SourceError extends Error {}

/**
 * @param {Blob} file
 * @returns {Promise<{text: string, note: string}>} without a byte order mark; the note says what was guessed, if anything
 * @throws {SourceError}
 */
export async function readText(file) {
  if (file.size > MOST_BYTES) throw new SourceError("The file is larger than 100 MB. Split it, and score the parts.");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const other = OTHERS.find(({ start }) => start.every((byte, place) => bytes[place] === byte));
  if (other) throw new SourceError(`This is ${other.what}, not a CSV file. Save it as CSV (UTF-8).`);
  const { encoding, note } = encodingOf(bytes);
  return { text: new TextDecoder(encoding).decode(bytes), note };
}

/** @param {Uint8Array} bytes */
function encodingOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", note: "" };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: "utf-16be", note: "" };
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { encoding: "utf-8", note: "" };
  } catch {
    return { encoding: "windows-1252", note: "not UTF-8, read as Windows-1252" };
  }
}
