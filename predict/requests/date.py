"""A date as a number: the days from it to the day of reference that the contract states."""

import re
from datetime import date

from ..text import clean

__all__ = ["read_days"]

# Year, month, day; a time of the day behind it does not count. In any other order month and day could be swapped.
_DATE = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ].*)?")


def read_days(text: str, reference: str) -> float | None:
    """Return the days from a date to the day of reference, negative for a later one; None where it is no date.

    Parameters
    ----------
    text : str
    reference : str
        A date, YYYY-MM-DD.

    Examples
    --------
    >>> [read_days(text, "2024-03-01") for text in ("2024-02-28", "2024/3/4 10:30", "2024-02-30", "28.2.2024")]
    [2.0, -3.0, None, None]
    """
    if not (match := _DATE.fullmatch(clean(text))):
        return None
    try:
        day = date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return float((date.fromisoformat(reference) - day).days)
