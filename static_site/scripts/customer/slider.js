/**
 * The slider under a number: the same value as in the box, to be dragged; the box is the way without dragging.
 *
 * Its scale is that of the service (predict/model/slider_scale.py): most room where most customers are.
 */

/** @typedef {import("../fields.js").Field} Field */

const PLACES = 1000;
const QUARTILE_PLACE = 0.6;
/** From so wide a range on, an arrow key moves by one whole unit, however small the steps are. */
const WIDE_RANGE = 10;
const TEN_UNITS = 10;

export class Scale {
  /** @param {Record<string, number>} facts of a field */
  constructor({ lowest = 0, highest = 0, upperQuartile = lowest, step = 1 }) {
    const share = highest > lowest ? (upperQuartile - lowest) / (highest - lowest) : 0;
    this.lowest = lowest;
    this.highest = highest;
    this.step = step;
    this.power = share > 0 && share < 1 ? Math.max(1, Math.log(share) / Math.log(QUARTILE_PLACE)) : 1;
    this.unit = highest - lowest >= WIDE_RANGE ? Math.max(step, 1) : step;
  }

  /** @param {number} value @returns {number} from 0 to 1; values beyond an end stand at it */
  place(value) {
    const share = this.highest > this.lowest ? (value - this.lowest) / (this.highest - this.lowest) : 0;
    return Math.min(Math.max(share, 0), 1) ** (1 / this.power);
  }

  /** @param {number} place from 0 to 1 @returns {number} a whole number of steps */
  value(place) {
    return this.round(this.lowest + (this.highest - this.lowest) * place ** this.power);
  }

  /** @param {number} value */
  round(value) {
    const decimals = Math.max(0, Math.round(-Math.log10(this.step)));
    return Number((Math.round(value / this.step) * this.step).toFixed(decimals));
  }
}

/** @param {Field} field that gets a slider, where it is a number */
export function addSlider(field) {
  const track = field.element.querySelector(".track");
  if (!track) return;
  const scale = new Scale(field.facts);
  const range = document.createElement("input");
  range.type = "range";
  range.className = "slider";
  range.max = String(PLACES);
  range.ariaLabel = `${field.label}, slider`;
  /** @type {number | null} what the box holds, however it was typed */
  let current = null;
  field.showOnSlider = (value) => {
    current = value;
    range.value = String(Math.round(scale.place(value ?? scale.lowest) * PLACES));
    range.toggleAttribute("data-unknown", field.optional && value === null);
    const none = field.optional ? "Not known" : "No value yet";
    range.ariaValueText = value === null ? none : valueText(field, value);
  };
  field.showOnSlider(null);
  range.addEventListener("input", (event) => {
    event.stopPropagation();
    enter(field, scale.value(Number(range.value) / PLACES));
    range.ariaValueText = valueText(field, Number(field.control.value));
  });
  range.addEventListener("keydown", (event) => moveByKey(event, field, scale, current));
  range.addEventListener("pointerdown", () => (document.body.dataset.dragging = ""));
  for (const end of ["pointerup", "pointercancel", "change"]) {
    range.addEventListener(end, () => delete document.body.dataset.dragging);
  }
  track.append(range);
}

/** @param {KeyboardEvent} event @param {Field} field @param {Scale} scale @param {number | null} known value of the box */
function moveByKey(event, field, scale, known) {
  const units = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: TEN_UNITS, PageDown: -TEN_UNITS };
  const move = units[/** @type {keyof typeof units} */ (event.key)];
  if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const typed = known ?? typedValue(field, scale);
  const isWrong = field.control.getAttribute("aria-invalid") === "true";
  // What nobody has looked at yet is not lost to a key: "1,234" is a number, and the page's checks may be on their way.
  if (!Number.isFinite(typed) && !isWrong) return;
  const current = Number.isFinite(typed) ? typed : scale.lowest;
  // A value beyond an end of the slider may stay there, or come back.
  const [least, most] = [Math.min(scale.lowest, current), Math.max(scale.highest, current)];
  enter(field, Math.min(Math.max(scale.round(current + move * scale.unit), least), most));
}

/** @param {Field} field @param {Scale} scale @returns {number} NaN of what is no plain number */
function typedValue({ control }, scale) {
  const text = control.value.trim();
  // "1.000" could be a thousand.
  return text === "" ? scale.lowest : /^-?[0-9]+(?:\.[0-9]{1,2})?$/.test(text) ? Number(text) : NaN;
}

/** @param {Field} field @param {number} value */
function enter(field, value) {
  field.control.value = String(value);
  field.showOnSlider?.(value);
  field.control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {Field} field @param {number} value @returns {string} with the unit as it stands in the box */
function valueText({ element }, value) {
  const unit = element.querySelector(".field-unit")?.textContent ?? "";
  return `${value.toLocaleString(document.documentElement.lang, { useGrouping: "min2", maximumFractionDigits: 6 })} ${unit}`.trim();
}
