"""Months and days of the week: all of them, where a file has a few."""

import calendar
from collections import Counter
from collections.abc import Sequence

__all__ = ["all_like"]

_KINDS = (list(calendar.month_name)[1:], list(calendar.day_name))
_FEWEST_LETTERS = 3
_FEWEST_VALUES = 3


def all_like(values: Sequence[str]) -> list[str]:
    """Return all months, or all days of the week, in their order, if the values are some of them; [] if not.

    Parameters
    ----------
    values : sequence of str
        English names or their beginnings, such as "Feb", "June" or "mon", in any case. They stay as they are, and the
        others are written as most of them: as long, and in the same case.
    """
    for names in _KINDS:
        found = {_place(value, names): value for value in values}
        if len(values) >= _FEWEST_VALUES and len(found) == len(values) and -1 not in found:
            usual = Counter(len(value) for value in values).most_common(1)[0][0]
            # "May" is both, and so are names of other lengths: whole unless most have three letters.
            length = usual if usual == _FEWEST_LETTERS else None
            case = next((c for c in (str.lower, str.upper) if all(c(value) == value for value in values)), str)
            return [found.get(place, case(name[:length])) for place, name in enumerate(names)]
    return []


def _place(value: str, names: Sequence[str]) -> int:
    """Return which of the names a value is or begins; -1 where it is none."""
    begins = [place for place, name in enumerate(names) if name.casefold().startswith(value.casefold())]
    return begins[0] if len(begins) == 1 and len(value) >= _FEWEST_LETTERS else -1
