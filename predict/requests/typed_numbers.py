"""Numerals: a number as a person types it.

The web page follows the same rule; `tests/payloads/number_texts.json` holds both to it. A comma or a point is read as
people mean it: "1,234" and "1 234" are thousands, "12,5" has a decimal comma, "1.234,5" has both.
"""

import math
import re

__all__ = ["parse_numeral"]

_SPACES = " \u00a0\u2007\u2009\u202f"
_GROUPED = r"[1-9][0-9]{0,2}(?:%s[0-9]{3})%s"
_FORMS = tuple(
    (re.compile(pattern), separators, point)
    for pattern, separators, point in (
        (_GROUPED % (",", "+") + r"(?:\.[0-9]*)?", ",", "."),
        (_GROUPED % (r"\.", "+") + r",[0-9]*", ".", ","),
        (_GROUPED % (r"\.", "{2,}"), ".", ","),
        (_GROUPED % (f"[{_SPACES}]", "+") + r"(?:[.,][0-9]*)?", _SPACES, ","),
        (_GROUPED % ("['\u2019]", "+") + r"(?:[.,][0-9]*)?", "'\u2019", ","),
        (r"(?=[.,]?[0-9])[0-9]*(?:[.,][0-9]*)?", "", ","),
    )
)


def parse_numeral(text: str) -> float | None:
    """Return the number, or None where the text is not one."""
    text = text.strip().replace("\u2212", "-", 1)
    digits = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    for pattern, separators, point in _FORMS:
        if pattern.fullmatch(digits):
            plain = digits.translate(dict.fromkeys(map(ord, separators))).replace(point, ".")
            number = float(plain)
            if math.isinf(number):
                return None
            return -number if text.startswith("-") and number else number
    return None
