/** The list's page as it opens: a file is chosen, dropped or made up; everything else is loaded then. */

import { part } from "../elements.js";

const input = /** @type {HTMLInputElement} */ (part("file"));
const drop = part("drop");
const SAMPLE = { count: 600, name: "sample-customers.csv" };

input.addEventListener("change", () => {
  const [file] = input.files ?? [];
  if (file) take(file);
  // The same file, mended, can be chosen again.
  input.value = "";
});
part("another").addEventListener("click", () => input.click());
part("template").addEventListener("click", async () => {
  const [{ templateCsv }, { saveText }, description] = await make();
  saveText("customers-template.csv", [templateCsv(description.contract)]);
});
part("sample").addEventListener("click", async () => {
  const [{ sampleCsv }, , description] = await make();
  take(new File([sampleCsv(description.contract, SAMPLE.count)], SAMPLE.name));
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

/** @param {File} file */
async function take(file) {
  const { openFile } = await import("./flow.js");
  await openFile(file);
}

/** What templates and samples are made with. */
async function make() {
  const { describe } = await import("./flow.js");
  return Promise.all([import("./sample.js"), import("./save.js"), describe()]);
}
