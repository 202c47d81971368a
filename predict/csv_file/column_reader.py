"""The cells of a file's column: each distinct text is read once, by the rules for one customer.

A column of a hundred thousand cells has a few hundred or thousand distinct texts, so that reading them one by one is
cheap, and every message is the one that a single customer would get.
"""

import math
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import replace
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..contract import Contract, Feature, Value
from ..errors import Fault, InvalidInput
from ..requests.number import Unclear, read_number
from ..requests.one_customer import read_form, read_row
from ..text import clean

__all__ = ["Column", "ColumnReader", "Texts"]

type Integers = npt.NDArray[np.int32]


class Texts:
    """The distinct texts of a column, gathered a block of rows at a time."""

    def __init__(self) -> None:
        self._places: defaultdict[str, int] = defaultdict()
        # A text that is new gets the next place.
        self._places.default_factory = self._places.__len__

    def add(self, texts: Sequence[str]) -> Integers:
        """Return the place of each text among the distinct ones."""
        return np.fromiter(map(self._places.__getitem__, texts), dtype=np.int32, count=len(texts))

    @property
    def distinct(self) -> list[str]:
        """The texts, each at its place."""
        return list(self._places)


@dataclass(frozen=True, eq=False)
class Column:
    """Cells of one feature.

    Attributes
    ----------
    values : ndarray of shape (n_cells,)
        float64, or str objects for a category; of no meaning where `bad`.
    bad : ndarray of shape (n_cells,), bool
        Where a cell breaks a rule.
    notes : dict of int to str
        What is wrong with a cell, or strange about it, by its number.
    """

    values: npt.NDArray[Any]
    bad: npt.NDArray[np.bool_]
    notes: dict[int, str]

    def take(self, places: Integers) -> "Column":
        """Return the cells at some places."""
        noted = np.flatnonzero(self._noted[places]).tolist()
        return Column(self.values[places], self.bad[places], {row: self.notes[int(places[row])] for row in noted})

    @cached_property
    def _noted(self) -> npt.NDArray[np.bool_]:
        noted = np.zeros(len(self.values), dtype=bool)
        noted[list(self.notes)] = True
        return noted


class ColumnReader:
    """Reads the cells of one feature's column.

    Parameters
    ----------
    contract : Contract
    feature : Feature
        One of the contract's.
    mark : {".", ","} or None
        The file's decimal mark, where it is known.
    usual : str
        The decimal mark in which messages write numbers.
    """

    def __init__(self, contract: Contract, feature: Feature, mark: str | None, usual: str = ".") -> None:
        self._feature = feature
        self._mark, self._usual = mark, usual
        # The rules for a whole customer, of whom nothing else is asked.
        self._contract = replace(contract, features=(feature,))
        # What is said of a number depends on its side of each bound, and on whether it is whole: it is said once.
        bounds = (feature.minimum, feature.maximum, feature.seen.minimum, feature.seen.maximum)
        self._bounds = sorted(bound for bound in bounds if bound is not None)
        self._verdicts: dict[tuple[int, int, bool, bool], tuple[bool, str]] = {}
        # The same for every text that is no number: found once, as a file may hold very many of them.
        self._no_number = self._judge({feature.name: "text"}) if not feature.is_category else None

    def read(self, texts: Sequence[str]) -> Column:
        """Read cells."""
        values, bad, notes = zip(*map(self._read, texts), strict=True) if texts else ((), (), ())
        dtype = object if self._feature.is_category else np.float64
        noted = {number: note for number, note in enumerate(notes) if note}
        return Column(np.array(values, dtype), np.array(bad, bool), noted)

    def _read(self, text: str) -> tuple[Value, bool, str]:
        """Return a text's value, whether it breaks a rule, and what is to be said of it."""
        name = self._feature.name
        if self._no_number is None or not clean(text) or self._feature.says_unknown(text):
            return self._judge(read_form(self._contract, {name: text}))
        number = read_number(text, self._mark, self._feature.reference, self._feature.date_order)
        if number is None:
            return self._no_number
        if isinstance(number, Unclear):
            return self._judge({name: number})
        left, right = bisect_left(self._bounds, number), bisect_right(self._bounds, number)
        kind = (left, right, number.is_integer(), math.isfinite(number))
        if kind not in self._verdicts:
            self._verdicts[kind] = self._judge({name: number})[1:]
        return number, *self._verdicts[kind]

    def _judge(self, payload: dict[str, object]) -> tuple[Value, bool, str]:
        try:
            row, warnings = read_row(self._contract, payload, self._usual)
        except InvalidInput as error:
            return self._feature.unknown, True, _words(error.faults)
        return row[0], False, _words(warnings)


def _words(faults: Iterable[Fault]) -> str:
    # Few sentences are ever said, some of them very often: each is kept once.
    return sys.intern(" ".join(f"{fault.field}: {fault.message}" for fault in faults))
