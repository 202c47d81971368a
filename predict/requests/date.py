"""A date as a number: the days from it to the day of reference that the contract states."""

import re
from datetime import date

from ..text import clean

__all__ = ["read_days"]

# A time of the day behind a date does not count.
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?:[T ].*)?")


def read_days(text: str, reference: str, order: str = "") -> float | None:
    """Return the days from a date to the day of reference, negative for a later one; None where it is no date.

    Parameters
    ----------
    text : str
    reference : str
        A date, YYYY-MM-DD.
    order : {"", "dmy", "mdy"}
        How a date with the year behind is meant; without it day and month could be swapped, and it is none.

    Examples
    --------
    >>> [read_days(text, "2024-03-01") for text in ("2024-02-28", "2024/3/4 10:30", "2024-02-30", "28.2.2024")]
    [2.0, -3.0, None, None]
    >>> read_days("28.2.2024", "2024-03-01", "dmy")
    2.0
    """
    text = clean(text)
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day_of_month = match[1], match[3], match[4]
    elif order and (match := _YEAR_LAST.fullmatch(text)):
        year, month, day_of_month = match[4], match[3], match[1]
        if order == "mdy":
            month, day_of_month = day_of_month, month
    else:
        return None
    try:
        day = date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None
    return float((date.fromisoformat(reference) - day).days)
