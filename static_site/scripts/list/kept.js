/** Lists that are kept in this browser because the person said so: the file, what was chosen for it, its scores. */

/**
 * @typedef {object} Kept
 * @property {File} file
 * @property {import("./remembered.js").Choice} choice of columns
 * @property {import("./table.js").Table["mended"]} mended
 * @property {Uint32Array} good numbers of the rows, in the order of their scores
 * @property {import("./scores.js").Scores} scores without its methods, once it is read
 */
/** @typedef {{id: number, name: string, saved: Date, customers: number, bytes: number}} About */

/** Facts are small and listed; contents are read one by one. */
const [NAME, FACTS, CONTENTS] = ["lists", "facts", "contents"];

/** @returns {Promise<About[]>} newest first */
export async function listKept() {
  const all = await ask([FACTS], "readonly", (facts) => facts.getAll());
  return all.sort((/** @type {About} */ a, /** @type {About} */ b) => Number(b.saved) - Number(a.saved));
}

/** @param {number} id @returns {Promise<Kept | undefined>} */
export function readKept(id) {
  return ask([CONTENTS], "readonly", (contents) => contents.get(id));
}

/**
 * @param {About} about
 * @param {Kept} kept
 */
export async function keep(about, kept) {
  await ask([FACTS, CONTENTS], "readwrite", (facts, contents) => {
    facts.put(about);
    return contents.put(kept, about.id);
  });
}

/** @param {number} id */
export async function forget(id) {
  await ask([FACTS, CONTENTS], "readwrite", (facts, contents) => {
    facts.delete(id);
    return contents.delete(id);
  });
}

/**
 * @param {string[]} names of the stores
 * @param {IDBTransactionMode} mode
 * @param {(...stores: IDBObjectStore[]) => IDBRequest} use
 * @returns {Promise<any>} what the last request gives, once all of them are done
 */
async function ask(names, mode, use) {
  const database = await open();
  try {
    const transaction = database.transaction(names, mode);
    const request = use(...names.map((name) => transaction.objectStore(name)));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(FACTS, { keyPath: "id" });
    request.result.createObjectStore(CONTENTS);
  };
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
