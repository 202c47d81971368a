/** Long work in slices: between two of them the page answers whoever uses it. */

/** Milliseconds of work at a time, well under the 200 at which a page begins to feel stuck. */
const SLICE = 30;
const STRIDE = 512;
const BLOCK = 4096;

/** Keeps the time of one piece of work, and lets the page breathe when a slice is over. */
export class Slices {
  #started = performance.now();

  /** Whether it is time for `rest`. */
  get isOver() {
    return performance.now() - this.#started > SLICE;
  }

  /** @returns {Promise<void>} settled in a task of its own */
  async rest() {
    await nextTask();
    this.#started = performance.now();
  }
}

/**
 * @param {number} count
 * @param {(from: number, to: number) => void} work on a few hundred items
 */
export async function inSlices(count, work) {
  const slices = new Slices();
  for (let from = 0; from < count; from += STRIDE) {
    work(from, Math.min(from + STRIDE, count));
    if (slices.isOver) await slices.rest();
  }
}

/**
 * Sort in place, equal items in the order they have: blocks first, which are then merged.
 *
 * @param {Uint32Array<ArrayBuffer>} items
 * @param {(a: number, b: number) => number} compare
 */
export async function sortInSlices(items, compare) {
  const slices = new Slices();
  for (let from = 0; from < items.length; from += BLOCK) {
    items.subarray(from, from + BLOCK).sort(compare);
    if (slices.isOver) await slices.rest();
  }
  let [source, target] = [items, new Uint32Array(items.length)];
  for (let width = BLOCK; width < items.length; width *= 2) {
    for (let from = 0; from < items.length; from += 2 * width) {
      const [middle, to] = [Math.min(from + width, items.length), Math.min(from + 2 * width, items.length)];
      for (let [left, right, place] = [from, middle, from]; place < to; place += 1) {
        const isLeft = right >= to || (left < middle && compare(source[left], source[right]) <= 0);
        target[place] = source[isLeft ? left++ : right++];
        if (place % STRIDE === 0 && slices.isOver) await slices.rest();
      }
    }
    [source, target] = [target, source];
  }
  if (source !== items) items.set(source);
}

/** @returns {Promise<void>} */
function nextTask() {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
