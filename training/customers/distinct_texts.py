"""A column by its distinct texts: each is read once, however many rows hold it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from predict.contract import Value
from predict.text import clean, fold

from .arrow import to_numbers
from .cell_rules import Broken, Reader

__all__ = ["Texts", "Values"]

type Codes = npt.NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Texts:
    """What stands in the cells of a column.

    Attributes
    ----------
    distinct : list of str
        Without the spaces around them.
    codes : ndarray of shape (n_rows,)
        The place of each row's text among them.
    is_typed : bool
        Whether the column holds something else than texts, and these are how Python writes it.
    """

    distinct: list[str]
    codes: Codes
    is_typed: bool = False

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "Texts":
        """Return the texts of a column of any type; a missing value is an empty text."""
        cells = column.combine_chunks()
        kind = cells.type.value_type if isinstance(cells, pa.DictionaryArray) else cells.type
        cells = cells if isinstance(cells, pa.DictionaryArray) else cells.dictionary_encode()
        # A missing value stands before the others. A dictionary may hold what no row uses, such as the heading's text.
        indices = cells.indices.fill_null(-1) if cells.indices.null_count else cells.indices
        places = to_numbers(indices).astype(np.intp) + 1
        texts = ["", *map(_text, cells.dictionary.to_pylist())]
        used = np.bincount(places, minlength=len(texts)) > 0
        distinct = [text for text, is_used in zip(texts, used, strict=True) if is_used]
        codes = (np.cumsum(used, dtype=np.int32) - 1)[places]
        return cls(distinct, codes, not (pa.types.is_string(kind) or pa.types.is_large_string(kind)))

    def read(self, read: Reader) -> "Values":
        """Return what the texts stand for."""
        return Values([read(text) for text in self.distinct], self.codes)


@dataclass(frozen=True, eq=False)
class Values:
    """What the cells of a column stand for.

    Attributes
    ----------
    distinct : list of Value or Broken
    codes : ndarray of shape (n_rows,)
        The place of each row's value among them.
    """

    distinct: list[Value | Broken]
    codes: Codes

    def numbers(self) -> npt.NDArray[np.float64]:
        """Return each row's number, NaN where it is not known, and where the cell is broken."""
        values = [None if isinstance(value, Broken) else value for value in self.distinct]
        return np.array(values, dtype=np.float64)[self.codes]

    def categories(self) -> npt.NDArray[np.object_]:
        """Return each row's text, "" where the cell is broken."""
        values = ["" if isinstance(value, Broken) else value for value in self.distinct]
        return np.array(values, dtype=np.object_)[self.codes]

    def merge_spellings(self) -> tuple["Values", int]:
        """Return the values with each category in its most frequent spelling, and how many spellings there were more.

        Who scores could not tell them apart.
        """
        counts = np.bincount(self.codes, minlength=len(self.distinct))
        best: dict[str, Value | Broken] = {}
        for place in np.argsort(-counts, kind="stable"):
            best.setdefault(_spelling(self.distinct[place]), self.distinct[place])
        merged = [best[_spelling(value)] for value in self.distinct]
        return Values(merged, self.codes), len(set(self.distinct)) - len(best)

    def faults(self) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
        """Yield each rule that is broken, with the rows that break it."""
        rules = [value.rule + value.advice if isinstance(value, Broken) else "" for value in self.distinct]
        for rule in sorted(set(rules) - {""}):
            yield rule, np.flatnonzero(np.array([rule == broken for broken in rules])[self.codes])


def _spelling(value: Value | Broken) -> str:
    text = str(value)
    return fold(text) or text


def _text(value: object) -> str:
    """Write a value of a typed column as a CSV would have it."""
    if value is None or value != value:
        return ""
    return repr(value) if isinstance(value, float) else clean(str(value))
