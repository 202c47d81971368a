"""The decimal mark of a file: what its numbers show of it, gathered a block of rows at a time.

The whole file is looked at before a number is read: the first cell that tells may be the last one. Where nothing
tells, or one cell says this and another that, "1.234" is not guessed at: it could be wrong a thousandfold.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

__all__ = ["Shown", "find_mark"]

# What shows the mark for certain: "12.5", "0.125", "1234.567", "1.5e3", "1,234.5", "1,234,567".
_SHOWN = (
    r"[+-]?(?:[0-9]*{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})|(?:0|[0-9]{{4,}}){mark}[0-9]{{3}}|[0-9]*{mark}[0-9]+[eE][+-]?[0-9]+"
    r"|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+{mark}[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}}){{2,}})"
)
_SHOWS_POINT, _SHOWS_COMMA = (
    re.compile(_SHOWN.format(mark=f"[{mark}]", group=f"[{group}]")) for mark, group in (".,", ",.")
)
# A thousand and more, or one and a bit.
_UNCLEAR_POINT, _UNCLEAR_COMMA = (re.compile(rf"[+-]?[1-9][0-9]{{0,2}}[{mark}][0-9]{{3}}") for mark in ".,")


@dataclass(frozen=True)
class Shown:
    """What cells that should be numbers show.

    Attributes
    ----------
    point, comma : bool
        Whether a cell has that decimal mark for certain.
    unclear_point, unclear_comma : bool
        Whether there is a cell such as "1.234" or "1,234".
    """

    point: bool = False
    comma: bool = False
    unclear_point: bool = False
    unclear_comma: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Look at cells; each text is looked at once."""
        distinct = {text.strip() for text in set(texts) if "." in text or "," in text}
        patterns = (_SHOWS_POINT, _SHOWS_COMMA, _UNCLEAR_POINT, _UNCLEAR_COMMA)
        return cls(*(any(map(pattern.fullmatch, distinct)) for pattern in patterns))

    def __or__(self, other: Self) -> Self:
        """Return what both show together."""
        return type(self)(
            self.point or other.point,
            self.comma or other.comma,
            self.unclear_point or other.unclear_point,
            self.unclear_comma or other.unclear_comma,
        )


def find_mark(delimiter: str, columns: Mapping[str, Shown]) -> tuple[str, tuple[str, ...]]:
    """Find the decimal mark of a file.

    Parameters
    ----------
    delimiter : str
    columns : mapping of str to Shown
        What each column of numbers shows.

    Returns
    -------
    mark : str
        The one that is shown, else the comma beside semicolons, which leave it free, and the point otherwise.
    unclear : tuple of str
        The columns in which that would be a guess; none where it is not.
    """
    file = Shown()
    for shown in columns.values():
        file |= shown
    if file.point != file.comma:
        return "." if file.point else ",", ()
    usual = "," if delimiter == ";" else "."
    if file.point:
        return usual, tuple(name for name, shown in columns.items() if shown.unclear_point or shown.unclear_comma)
    if delimiter == ";":
        return usual, tuple(name for name, shown in columns.items() if shown.unclear_point)
    # Beside commas "1,234" stands in quotation marks: thousands, as whoever writes the decimal comma uses semicolons.
    return usual, tuple(name for name, shown in columns.items() if shown.unclear_comma and delimiter != ",")
