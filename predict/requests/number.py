"""Numbers as people and programs write them, in a form's field or a file's cell.

The text's own shape decides: "12,5", "1 234.5", "1.234,5" and "1,23,456.5" can be one number only. "1.234" and "1,234"
can be two, and are read where the rest of the file shows its decimal mark; nobody guesses, for that could be wrong a
thousandfold. `tests/vectors` holds every reader to it, the pages' scripts included.
"""

import re
from enum import Enum
from typing import NamedTuple

from ..text import clean
from .date import read_days

__all__ = ["Unclear", "parse_number", "read_number"]

_SPACES = " \u00a0\u2007\u2009\u202f"
_THOUSANDS = "[1-9][0-9]{0,2}(?:%s[0-9]{3})+"
_LAKHS = "[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
_ONE_MARK = re.compile(r"(?=[.,]?[0-9])([0-9]*)(?:([.,])([0-9]*))?([eE][+-]?[0-9]+)?")
_UNCLEAR = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
# Groups, and the decimal mark that may stand behind them.
_GROUPED = tuple(
    re.compile(rf"({groups})(?:({mark})([0-9]*))?")
    for groups, mark in (
        (f"{_THOUSANDS % ','}|{_LAKHS}", r"\."),
        (_THOUSANDS % r"\.", ","),
        (_THOUSANDS % f"[{_SPACES}]", "[.,]"),
        (_THOUSANDS % "['’]", "[.,]"),
    )
)
_NO_DIGIT = re.compile("[^0-9]")


class Unclear(Enum):
    """What is read where a number could be thousands or have three decimals."""

    NUMBER = "unclear"


class Numeral(NamedTuple):
    """A number as it is written.

    Attributes
    ----------
    value : float
        Of an unclear one, the thousands; infinite beyond a double.
    shows : str
        The decimal mark that the text has for certain, or "".
    unclear : str
        The mark that could be the decimal mark or part thousands, or "".
    """

    value: float
    shows: str = ""
    unclear: str = ""


def parse_number(text: str) -> Numeral | None:
    """Return what a text shows of a number, or None where it is not one.

    Examples
    --------
    >>> parse_number("1.234,5")
    Numeral(value=1234.5, shows=',', unclear='')
    """
    text = clean(text).replace("\u2212", "-")
    sign, digits = ("-" if text.startswith("-") else "", text[1:] if text.startswith(("+", "-")) else text)
    if match := _ONE_MARK.fullmatch(digits):
        whole, mark, rest, exponent = match.groups(default="")
        if mark and _UNCLEAR.fullmatch(digits):
            return Numeral(float(f"{sign}{whole}{rest}"), unclear=mark)
        return Numeral(float(f"{sign}{whole}.{rest}{exponent}") + 0.0, mark)  # -0.0 becomes 0.0
    for pattern in _GROUPED:
        if match := pattern.fullmatch(digits):
            groups, mark, rest = match.groups(default="")
            number = float(f"{sign}{_NO_DIGIT.sub('', groups)}.{rest}")
            # Groups by points leave the comma for decimals, and the other way round.
            return Numeral(number, mark or {".": ",", ",": "."}.get(_NO_DIGIT.search(groups)[0], ""))  # type: ignore[index]
    return None


def read_number(text: str, mark: str | None, reference: str = "", date_order: str = "") -> float | Unclear | None:
    """Return the number that a text is, or None where it is not one.

    Parameters
    ----------
    text : str
    mark : {".", ","} or None
        The decimal mark, where it is known.
    reference : str
        Of an input that is a date, the day of reference: a date is a number then, too.
    date_order : str
        As for `read_days`.

    Examples
    --------
    >>> read_number("1.234", ","), read_number("1.234", "."), read_number("1.234", None), read_number("12.5", ",")
    (1234.0, 1.234, <Unclear.NUMBER: 'unclear'>, 12.5)
    """
    numeral = parse_number(text)
    if numeral is None:
        return read_days(text, reference, date_order) if reference else None
    if not numeral.unclear:
        return numeral.value
    if mark is None:
        return Unclear.NUMBER
    return numeral.value / 1000 if numeral.unclear == mark else numeral.value
