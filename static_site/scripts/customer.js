/**
 * One customer: the form at first sight. What a prediction needs is fetched when somebody turns to the form.
 *
 * Where that does not load, the form is posted as the plain form that it is.
 */

import { upgradeSelect } from "./combobox.js";
import { readFields } from "./fields.js";
import { addSlider } from "./slider.js";

/** @typedef {import("./session.js").Session} Session */

const form = /** @type {HTMLFormElement} */ (document.getElementById("customer-form"));
const card = /** @type {HTMLElement} */ (document.getElementById("customer"));
const fields = readFields(form);
/** @type {Promise<Session> | undefined} */
let session;

fields.forEach(upgradeSelect);
fields.forEach(addSlider);
for (const turning of ["focusin", "pointerenter"]) card.addEventListener(turning, () => begin().catch(() => {}));
form.addEventListener("submit", (event) => withSession(event, form, (session) => session.submit()));
// The fields are empty after the event.
form.addEventListener("reset", () => setTimeout(() => begin().then((session) => session.clear())));
/** @type {HTMLElement} */ (document.getElementById("live-label")).hidden = false;
for (const example of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.example"))) {
  example.addEventListener("submit", (event) => {
    withSession(event, example, (session) => session.start(new FormData(example)));
  });
}
continueEarlierWork();

/** @returns {Promise<Session>} the one of this page */
function begin() {
  session ??= Promise.all([import("./session.js"), loadStyle("styles/result.css")]).then(
    ([{ Session }]) => new Session(fields),
  );
  return session;
}

/** @param {string} address @returns {Promise<unknown>} when what it styles may be shown */
function loadStyle(address) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  const isLoaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
  });
  document.head.append(link);
  return isLoaded;
}

/**
 * @param {Event} event of a form
 * @param {HTMLFormElement} asked
 * @param {(session: Session) => void} work in place of the form's own
 */
async function withSession(event, asked, work) {
  event.preventDefault();
  try {
    work(await begin());
  } catch {
    asked.submit();
  }
}

/** A shared link is filled in and predicted; what was predicted before in this browser is listed. */
function continueEarlierWork() {
  const address = new URLSearchParams(location.search);
  const isShared = fields.some(({ name }) => address.has(name));
  if (isShared || hasRecent()) {
    begin()
      .then((session) => isShared && session.start(address))
      .catch(() => {});
  }
}

/** @returns {boolean} false where storage is blocked */
function hasRecent() {
  try {
    return localStorage.getItem("recent") !== null;
  } catch {
    return false;
  }
}
