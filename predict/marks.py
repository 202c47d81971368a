"""The decimal mark of a file: what its numbers show of it, gathered a block of rows at a time.

The whole file is looked at before a number is read: the first cell that tells may be the last one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

__all__ = ["Shown"]

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
    """What the numbers of a file, or of a part of it, show; parts add up.

    Attributes
    ----------
    points, commas : int
        Cells in which that is the decimal mark for certain.
    unclear_points, unclear_commas : int
        Cells such as "1.234" and "1,234".
    """

    points: int = 0
    commas: int = 0
    unclear_points: int = 0
    unclear_commas: int = 0

    @classmethod
    def of(cls, cells: Mapping[str, int]) -> Self:
        """Look at cells that should be numbers: how many there are of each text."""
        found = [0, 0, 0, 0]
        for text, count in cells.items():
            if "." in text or "," in text:
                text = text.strip()
                for place, pattern in enumerate((_SHOWS_POINT, _SHOWS_COMMA, _UNCLEAR_POINT, _UNCLEAR_COMMA)):
                    if pattern.fullmatch(text):
                        found[place] += count
        return cls(*found)

    def __add__(self, other: Self) -> Self:
        """Return what both parts show."""
        return type(self)(
            self.points + other.points,
            self.commas + other.commas,
            self.unclear_points + other.unclear_points,
            self.unclear_commas + other.unclear_commas,
        )

    def mark(self, delimiter: str) -> str | None:
        """Return the decimal mark of a file: the one that is shown, else "," where semicolons leave the comma free.

        Returns
        -------
        str or None
            None where it is anybody's guess: semicolons and "1.234", tabs and "1,234", and no number that tells.
        """
        if delimiter == ",":
            return "."
        if self.points != self.commas:
            return "." if self.points > self.commas else ","
        usual, unclear = (",", self.unclear_points) if delimiter == ";" else (".", self.unclear_commas)
        return None if unclear else usual
