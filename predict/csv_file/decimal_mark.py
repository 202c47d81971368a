"""The decimal mark of a file: what its numbers show of it, gathered a block of rows at a time.

The whole file is looked at before a number is read: the first cell that tells may be the last one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ..errors import Fault, InvalidInput
from ..requests.number import parse_number
from .reader import Records

__all__ = ["UNCLEAR", "Shown", "file_mark", "find_mark", "may_have_marks"]

UNCLEAR = (
    "has numbers that could be thousands or have three decimals, and no other cell tells which. Write thousands "
    "without a mark, like 1234, or a fourth decimal, like 1.2340."
)
"""What is said of a column whose numbers are unclear."""

# The shape of a number tells its mark, and there are few shapes: every digit but 0 is as good as another.
_SHAPE = str.maketrans("23456789", "1" * 8)


@dataclass(frozen=True)
class Shown:
    """What cells that should be numbers show.

    Attributes
    ----------
    marks : frozenset of str
        The decimal marks that a cell has for certain.
    unclear : bool
        Whether there is a cell such as "1.234" or "1,234".
    """

    marks: frozenset[str] = frozenset()
    unclear: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Look at cells; each shape is looked at once."""
        shapes = {text.translate(_SHAPE) for text in set(texts) if "." in text or "," in text}
        numerals = [numeral for numeral in map(parse_number, shapes) if numeral]
        return cls(frozenset(n.shows for n in numerals) - {""}, any(n.unclear for n in numerals))

    def __or__(self, other: Self) -> Self:
        """Return what both show together."""
        return type(self)(self.marks | other.marks, self.unclear or other.unclear)


def find_mark(columns: Mapping[str, Shown]) -> tuple[str | None, tuple[str, ...]]:
    """Find the decimal mark of a file.

    Parameters
    ----------
    columns : mapping of str to Shown
        What each column of numbers shows.

    Returns
    -------
    mark : {".", ","} or None
        The only one that is shown; None where none is, or both are.
    unclear : tuple of str
        The columns in which a number then could be thousands or have three decimals.
    """
    marks = frozenset[str]().union(*(shown.marks for shown in columns.values()))
    if len(marks) == 1:
        return next(iter(marks)), ()
    return None, tuple(name for name, shown in columns.items() if shown.unclear)


def may_have_marks(records: Records) -> bool:
    """Say whether a cell may have a point or comma; in most files that have none, that is seen at once."""
    data, dialect = records.data, records.dialect
    # Beside commas, a cell with one stands in quotation marks.
    has_comma = dialect.quoted if dialect.delimiter == "," else data.find(b",") >= 0
    return has_comma or data.find(b".") >= 0


def file_mark(columns: Mapping[str, Iterable[str]]) -> str | None:
    """Return the decimal mark of a file, or None where nothing shows it and nothing needs it.

    Parameters
    ----------
    columns : mapping of str to iterable of str
        The texts of each column of numbers.

    Raises
    ------
    InvalidInput
        If a number could be thousands or have three decimals; names each such column.
    """
    mark, unclear = find_mark({name: Shown.of(texts) for name, texts in columns.items()})
    if unclear:
        raise InvalidInput(Fault(name, "unclear_number", f"{name} {UNCLEAR}") for name in unclear)
    return mark
