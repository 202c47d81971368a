/** Zip archives, written from parts that the browser compresses itself. */

/** @typedef {{name: string, pieces: BlobPart[]}} Part */
/** @typedef {[bytes: number, value: number][]} Fields little-endian, as every number in a zip */

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [VERSION, UTF8, DEFLATE] = [20, 0x0800, 8];
/** 1 January 1980, the first day that a zip knows: the same list makes the same bytes. */
const FIRST_DAY = 0x0021;
/** Gzip wraps the same stream as a zip does: a header before it, checksum and size behind. */
const [GZIP_HEADER, GZIP_TRAILER] = [10, 8];

/**
 * @param {Part[]} parts
 * @param {string} type of the archive as a file
 * @returns {Promise<Blob>}
 */
export async function zip(parts, type) {
  /** @type {(Blob | Uint8Array<ArrayBuffer>)[]} */ const pieces = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */ const directory = [];
  let offset = 0;
  for (const { name, pieces: texts } of parts) {
    const packed = await new Response(new Blob(texts).stream().pipeThrough(new CompressionStream("gzip"))).blob();
    const trailer = new DataView(await packed.slice(-GZIP_TRAILER).arrayBuffer());
    const data = packed.slice(GZIP_HEADER, -GZIP_TRAILER);
    const path = new TextEncoder().encode(name);
    /** @type {Fields} */
    const facts = [
      [2, VERSION], [2, UTF8], [2, DEFLATE], [2, 0], [2, FIRST_DAY],
      [4, trailer.getUint32(0, true)], [4, data.size], [4, trailer.getUint32(4, true)], [2, path.length], [2, 0],
    ];
    const header = bytesOf([[4, LOCAL], ...facts]);
    directory.push(bytesOf([[4, CENTRAL], [2, VERSION], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), path);
    pieces.push(header, path, data);
    offset += header.length + path.length + data.size;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = bytesOf([[4, END], [2, 0], [2, 0], [2, parts.length], [2, parts.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...pieces, ...directory, end], { type });
}

/** @param {Fields} fields */
function bytesOf(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let place = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += bytes;
  }
  return new Uint8Array(view.buffer);
}
