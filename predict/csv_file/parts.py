"""Parts of a table: blocks of rows as they were read, each line ready to go out, the texts of their cells gathered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from ..text import clean
from .column_reader import Texts

__all__ = ["Cells", "Part", "PartReader"]

type Cells = list[str]


@dataclass(frozen=True, eq=False)
class Part:
    """A block of rows that was read.

    Attributes
    ----------
    lines : list of str
        Each row's own cells, ready to go out.
    beyond : dict of int to str
        Cells beyond the heading's last column, ready to go out, by the number of the row.
    uneven : dict of int to int
        How many cells a row has, where the heading has more or fewer.
    places : dict of str to ndarray of shape (n_rows,)
        For each feature, the places of its cells among the distinct texts.
    refs : list of str
        The cells of the column "ref"; empty where they are not asked for.
    """

    lines: Cells
    beyond: dict[int, str]
    uneven: dict[int, int]
    places: dict[str, npt.NDArray[np.int32]]
    refs: list[str]


class PartReader:
    """Reads blocks of rows under a heading of `width` columns, and gathers the texts of the features' columns."""

    def __init__(
        self, places: dict[str, int], ref: list[int], write: Callable[[Sequence[Cells]], Cells], width: int
    ) -> None:
        self.texts = {name: Texts() for name in places}
        self._places, self._ref, self._write, self._width = places, ref, write, width

    def read(self, rows: list[Cells]) -> Part:
        """Read a block of rows."""
        width, cells = self._width, rows
        uneven: dict[int, int] = {}
        if set(map(len, rows)) != {width}:
            uneven = {number: len(row) for number, row in enumerate(rows) if len(row) != width}
            # What stands in which of its columns is not known.
            cells = [row if len(row) == width else [""] * width for row in rows]
        beyond = {number: self._write([rows[number][width:]])[0] for number, size in uneven.items() if size > width}
        lines = self._write([(row + [""] * (width - len(row)))[:width] for row in rows] if uneven else rows)
        places = {
            name: self.texts[name].add(list(map(itemgetter(place), cells))) for name, place in self._places.items()
        }
        refs = [clean(row[place]) for place in self._ref for row in cells]
        return Part(lines, beyond, uneven, places, refs)
