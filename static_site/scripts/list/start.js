/** The list's page as it opens: a file is chosen, dropped or made up; everything else is loaded then. */

import { part } from "../elements.js";

/** @typedef {import("./contract.js").Description} Description */

const input = /** @type {HTMLInputElement} */ (part("file"));
const drop = part("drop");
// What failed to load once is not asked for again by the same page.
const LOST = "A part of this page could not be loaded. Check the connection, and load the page again.";
const SAMPLE = { count: 600, name: "sample-customers.csv" };

input.addEventListener("change", () => {
  const [file] = input.files ?? [];
  if (file) take(file);
  // The same file, mended, can be chosen again.
  input.value = "";
});
part("another").addEventListener("click", () => input.click());
part("template").addEventListener("click", () => {
  make(({ templateCsv }, { saveText }, { contract }) => saveText("customers-template.csv", [templateCsv(contract)]));
});
part("sample").addEventListener("click", () => {
  make(({ sampleCsv }, _, { contract }) => take(new File([sampleCsv(contract, SAMPLE.count)], SAMPLE.name)));
});
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.dataset.over = String(type === "dragover");
  });
}
document.addEventListener("drop", ({ dataTransfer }) => {
  const [file] = dataTransfer?.files ?? [];
  if (file) take(file);
});

reopen();

/** Lists that are kept in this browser are there again; one that was open is opened. */
async function reopen() {
  try {
    if ((await indexedDB.databases()).length === 0) return;
  } catch {
    // Storage is blocked: no list is kept.
    return;
  }
  await load(async () => (await import("./kept-lists.js")).showKept());
  if (history.state?.list) await load(async () => (await import("./flow.js")).reopen(history.state.list));
}

/** @param {File} file */
async function take(file) {
  const flow = await load(() => import("./flow.js"));
  await flow?.openFile(file);
}

/** @param {(sample: typeof import("./sample.js"), save: typeof import("./save.js"), description: Description) => void} use */
async function make(use) {
  const parts = await load(async () => {
    const { describe } = await import("./flow.js");
    return Promise.all([import("./sample.js"), import("./save.js"), describe()]);
  });
  if (parts) use(...parts);
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T | null>} null where a part of the page cannot be had, which is said
 */
async function load(work) {
  try {
    return await work();
  } catch {
    part("choose-problem").hidden = false;
    part("choose-problem").textContent = LOST;
    return null;
  }
}
