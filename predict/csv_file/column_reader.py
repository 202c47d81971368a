"""The cells of a file's column: each distinct text is read once, by the rules for one customer.

A column of a hundred thousand cells has a few hundred or thousand distinct texts, so that reading them one by one is
cheap, and every message is the one that a single customer would get.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..contract import Contract, Feature, Value, clean
from ..errors import Fault, InvalidInput
from ..requests.number import Unclear, read_number
from ..requests.one_customer import read_form, read_row

__all__ = ["Column", "ColumnReader"]

_MOST_DISTINCT = 20_000


@dataclass(frozen=True, eq=False)
class Column:
    """The cells of one feature in a block of rows.

    Attributes
    ----------
    values : ndarray of shape (n_rows,)
        float64, or str objects for a category; of no meaning where `bad`.
    bad : ndarray of shape (n_rows,), bool
        Where a cell breaks a rule.
    notes : dict of int to str
        What is wrong with a cell, or strange about it, by the number of its row.
    """

    values: npt.NDArray[Any]
    bad: npt.NDArray[np.bool_]
    notes: dict[int, str]


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
        # Training saw it all and the bounds allow it: nothing to say about such a number.
        seen = feature.seen
        lows = [bound for bound in (feature.minimum, seen.minimum) if bound is not None]
        highs = [bound for bound in (feature.maximum, seen.maximum) if bound is not None]
        self._low, self._high = (max(lows), min(highs)) if lows and highs else (1.0, 0.0)
        # The same for every text that is no number: found once, as a file may hold very many of them.
        self._no_number = self._judge({feature.name: "text"}) if not feature.is_category else None
        self._places: dict[str, int] = {}
        self._values: list[Value] = []
        self._bad: list[bool] = []
        self._notes: list[str] = []

    def read(self, texts: Sequence[str]) -> Column:
        """Read one cell of each row."""
        if len(self._places) > _MOST_DISTINCT:
            self._places, self._values, self._bad, self._notes = {}, [], [], []
        for text in set(texts) - self._places.keys():
            value, bad, note = self._read(text)
            self._places[text] = len(self._values)
            self._values.append(value)
            self._bad.append(bad)
            self._notes.append(note)
        places = np.fromiter(map(self._places.__getitem__, texts), dtype=np.intp, count=len(texts))
        values = np.array(self._values, dtype=object if self._feature.is_category else np.float64)
        noted = np.flatnonzero(np.array([note != "" for note in self._notes])[places])
        notes = {row: self._notes[places[row]] for row in noted.tolist()}
        return Column(values[places], np.array(self._bad)[places], notes)

    def _read(self, text: str) -> tuple[Value, bool, str]:
        """Return a text's value, whether it breaks a rule, and what is to be said of it."""
        name = self._feature.name
        if self._no_number is None or not clean(text) or self._feature.says_unknown(text):
            return self._judge(read_form(self._contract, {name: text}))
        number = read_number(text, self._mark)
        if number is None:
            return self._no_number
        if isinstance(number, Unclear):
            return self._judge({name: number})
        if self._low <= number <= self._high and (self._feature.kind != "integer" or number.is_integer()):
            return number, False, ""
        return self._judge({name: number})

    def _judge(self, payload: dict[str, object]) -> tuple[Value, bool, str]:
        try:
            row, warnings = read_row(self._contract, payload, self._usual)
        except InvalidInput as error:
            return self._feature.unknown, True, _words(error.faults)
        return row[0], False, _words(warnings)


def _words(faults: Iterable[Fault]) -> str:
    return " ".join(f"{fault.field}: {fault.message}" for fault in faults)
