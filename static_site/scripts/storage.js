/** What this browser keeps for the person; where storage is blocked or full it lasts as long as the page. */

/**
 * @template T
 * @param {string} name
 * @param {T} otherwise where nothing is kept, or something damaged
 * @param {(kept: any) => T} [read]
 * @returns {T}
 */
export function recall(name, otherwise, read = (kept) => kept) {
  try {
    const text = localStorage.getItem(name);
    return text === null ? otherwise : read(JSON.parse(text));
  } catch {
    return otherwise;
  }
}

/** @param {string} name @param {unknown} value null takes it away */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // It lasts as long as the page.
  }
}
