"""Numbers, values and labels as people read them.

The page's scripts say the same in `static_site/scripts/words.js`; a test in the browser compares the two.
"""

import math
import re

from .contract import Feature, Value

__all__ = [
    "chance_and_threshold",
    "comparison",
    "count_word",
    "inside_sentence",
    "number_text",
    "percent_text",
    "points_text",
    "quantity_text",
    "unit_text",
    "value_text",
]

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MOST_DIGITS = 6
_FIVE_DIGITS = 10_000
_MOST_DECIMALS = 6
_PLURAL = re.compile(r"[A-Za-z]{2,}[a-rt-z]s")


def number_text(value: float) -> str:
    """Return a number with two decimals, or two digits of a small one, and separators from five digits on.

    Such as "12,345.67", "2015" and "0.0034". Four digits may be a year, and "1,234" may have three decimals.
    """
    digits = 2
    while digits < _MOST_DECIMALS and abs(value) * 10**digits < 10:
        digits += 1
    rounded = math.floor(abs(value) * 10**digits + 0.5) / 10**digits
    whole = math.floor(rounded)
    decimals = "" if rounded == whole else f"{rounded - whole:.{digits}f}"[1:].rstrip("0")
    return ("−" if value < 0 and rounded else "") + (f"{whole:,}" if whole >= _FIVE_DIGITS else str(whole)) + decimals


def quantity_text(value: float, unit: str, space: str = " ") -> str:
    """Return a number with its unit, in the singular for one: "6 exams", "1 exam", "1 min"."""
    return f"{number_text(value)}{space}{unit_text(value, unit)}" if unit else number_text(value)


def unit_text(value: float, unit: str) -> str:
    """Return a unit as it stands behind a number: in the singular for one."""
    return unit[:-1] if value == 1 and _PLURAL.fullmatch(unit) else unit


def points_text(share: float) -> str:
    """Return a difference of two probabilities in percentage points, with its sign: "+36.0", "−0.9", "0.0"."""
    tenths = math.floor(abs(share) * 1000 + 0.5)
    sign = "" if tenths == 0 else "+" if share > 0 else "−"
    return f"{sign}{tenths / 10:.1f}"


def percent_text(probability: float, digits: int | None = None) -> str:
    """Return a probability as a percentage.

    Parameters
    ----------
    probability : float
        From 0 to 1.
    digits : int, optional
        Decimals; without it none, or one below 10% and above 99%, where a whole percent hides too much.
    """
    percent = probability * 100
    if digits is None:
        if 0 < percent < 0.1:
            return "<0.1%"
        if 99.9 < percent < 100:
            return ">99.9%"
        digits = 1 if 0 < percent < 9.95 or 99 < percent < 100 else 0
    # Halves go up, as in the scripts; format() would send them to the even neighbour.
    return f"{math.floor(percent * 10**digits + 0.5) / 10**digits:.{digits}f}%".replace(".0%", "%")


def chance_and_threshold(probability: float, threshold: float) -> tuple[str, str]:
    """Return both as percentages that do not contradict the decision.

    29.96% against a threshold of 30% would read "30%" twice and "Will Not Purchase": then both get more decimals.
    """
    chance, limit = percent_text(probability), percent_text(threshold)
    digits = 0
    while probability < threshold and chance == limit and digits < _MOST_DIGITS:
        digits += 1
        chance, limit = percent_text(probability, digits), percent_text(threshold, digits)
    return chance, limit


def comparison(probability: float, base_rate: float) -> str:
    """Return one sentence that sets a probability against the average customer's."""
    ratio = probability / base_rate
    if ratio < 0.95:
        return f"Below the average customer’s {percent_text(base_rate)}."
    if ratio < 1.05:
        return f"About the same as the average customer’s {percent_text(base_rate)}."
    times = math.floor(ratio + 0.5) if ratio >= 9.95 else math.floor(ratio * 10 + 0.5) / 10
    return f"About {number_text(times)} times the average customer’s {percent_text(base_rate)}."


def count_word(count: int) -> str:
    """Return a small count in words, a larger one in digits."""
    return _COUNTS[count] if count < len(_COUNTS) else f"{count:,}"


def value_text(feature: Feature, value: Value, space: str = " ") -> str:
    """Return a value as people read it: a number with its unit behind a space, a category by its label."""
    if value is None or isinstance(value, str):
        return feature.values.get(value or "", "not known")
    return quantity_text(value, feature.unit, space)


def inside_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence; "GPA" keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
