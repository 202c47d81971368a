/** The access key: asked for only when the service wants one, and kept for as long as the tab is open. */

const NAME = "access-key";

/** Where storage is blocked, it lasts as long as the page. */
let held = "";

/** @returns {string} "" where none was given */
export function readKey() {
  try {
    return sessionStorage.getItem(NAME) ?? held;
  } catch {
    return held;
  }
}

/** @param {string} key */
export function keepKey(key) {
  held = key;
  try {
    sessionStorage.setItem(NAME, key);
  } catch {
    // Storage is blocked: `held` has it.
  }
}
