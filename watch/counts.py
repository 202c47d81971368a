"""Counts of what was answered: numbers that add up, and nothing of a customer.

Each input is counted by the bins that training stored in the model file, a category by the values that the contract
lists, a score by twenty bins of equal width. Counts of two instances, two hours or two days are added, exactly.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from predict.contract import Feature, Row, Value, in_order
from predict.model.metadata import SCORE_EDGES, Bins, Metadata

__all__ = ["Counter", "Counts", "bins_of"]

_MILLION = 1_000_000


@dataclass
class Counts:
    """What was answered by one model.

    Attributes
    ----------
    rows, failed, warned, positive : int
        Customers scored, refused, scored with a warning, and with the positive answer.
    features : dict of str to list of int
        Customers in each bin of each input.
    scores : list of int
        Customers in each bin of the score.
    sums : list of int
        The sum of their scores in each bin, in millionths: whole numbers add up exactly in any order.
    """

    rows: int = 0
    failed: int = 0
    warned: int = 0
    positive: int = 0
    features: dict[str, list[int]] = field(default_factory=dict)
    scores: list[int] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)

    def __iadd__(self, other: Self) -> Self:
        """Add what another count has."""
        for name in ("rows", "failed", "warned", "positive"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, counts in other.features.items():
            self.features[name] = _added(self.features.get(name, []), counts)
        self.scores = _added(self.scores, other.scores)
        self.sums = _added(self.sums, other.sums)
        return self

    @property
    def mean_score(self) -> float:
        """The share that is expected to have what the model predicts; 0 where nobody was scored."""
        return sum(self.sums) / _MILLION / self.rows if self.rows else 0.0

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return bool(self.rows or self.failed)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return the counts of a JSON document.

        Raises
        ------
        ValueError
            If it is none.
        """
        try:
            counts = cls(**document)
        except TypeError:
            raise ValueError("not a document of counts") from None
        lists = [*counts.features.values(), counts.scores, counts.sums]
        whole = [counts.rows, counts.failed, counts.warned, counts.positive, *(n for numbers in lists for n in numbers)]
        if not all(isinstance(number, int) and number >= 0 for number in whole):
            raise ValueError("not a document of counts")
        return counts


def bins_of(feature: Feature, metadata: Metadata) -> Bins:
    """Return the bins of an input and the training rows in each; a category's last bin is every value not listed.

    A file of before there were bins has one bin for each number.
    """
    if not feature.is_category:
        return metadata.reference.get(feature.name, Bins((), (metadata.provenance.n_rows,)))
    seen = feature.seen.counts
    values = ["", *feature.values]
    return Bins((), (*(seen.get(value, 0) for value in values), 0))


class Counter:
    """Counts the answers of one model.

    Parameters
    ----------
    metadata : Metadata
        With the bins that training stored.
    """

    def __init__(self, metadata: Metadata) -> None:
        self.counts = Counts()
        self._threshold = metadata.contract.threshold
        self._columns = [_Column(feature, bins_of(feature, metadata)) for feature in metadata.contract.features]
        self._scores = [0] * (len(SCORE_EDGES) + 1)
        self._sums = [0] * (len(SCORE_EDGES) + 1)

    def add(self, row: Row, probability: float, *, is_warned: bool) -> None:
        """Count one customer."""
        counts = self.counts
        counts.rows += 1
        counts.warned += is_warned
        counts.positive += probability >= self._threshold
        for column, value in zip(self._columns, row, strict=True):
            column.counts[column.place(value)] += 1
        place = bisect_left(SCORE_EDGES, probability)
        self._scores[place] += 1
        self._sums[place] += round(probability * _MILLION)

    def add_many(
        self,
        columns: Sequence[npt.NDArray[Any]],
        probabilities: npt.NDArray[np.float64],
        *,
        failed: int,
        warned: int,
    ) -> None:
        """Count many customers.

        Parameters
        ----------
        columns : sequence of ndarray of shape (n_scored,)
            In the order of the contract's features.
        probabilities : ndarray of shape (n_scored,)
        failed : int
            Others, which could not be scored.
        warned : int
        """
        counts = self.counts
        counts.rows += len(probabilities)
        counts.failed += failed
        counts.warned += warned
        counts.positive += int(np.count_nonzero(probabilities >= self._threshold))
        for column, values in zip(self._columns, columns, strict=True):
            column.count(values)
        places = np.searchsorted(SCORE_EDGES, probabilities, side="left")
        size = len(self._scores)
        for place, count in enumerate(np.bincount(places, minlength=size).tolist()):
            self._scores[place] += count
        for place, total in enumerate(np.bincount(places, np.rint(probabilities * _MILLION), minlength=size).tolist()):
            self._sums[place] += int(total)

    def refuse(self) -> None:
        """Count one customer that could not be scored."""
        self.counts.failed += 1

    def take(self) -> Counts:
        """Return what was counted since the last time, and begin anew."""
        counts, self.counts = self.counts, Counts()
        counts.features = {column.name: column.take() for column in self._columns}
        counts.scores, self._scores = self._scores, [0] * len(self._scores)
        counts.sums, self._sums = self._sums, [0] * len(self._sums)
        return counts


class _Column:
    """The bins of one input."""

    def __init__(self, feature: Feature, bins: Bins) -> None:
        self.name = feature.name
        self.counts = [0] * len(bins.counts)
        self._edges = bins.edges
        self._places = {value: place for place, value in enumerate(["", *feature.values])}
        self._other = len(bins.counts) - 1
        self._is_category = feature.is_category

    def place(self, value: Value) -> int:
        """Return the bin of a value."""
        if isinstance(value, str):
            return self._places.get(value, self._other)
        return bisect_left(self._edges, in_order(value))

    def count(self, values: npt.NDArray[Any]) -> None:
        """Count a column's values."""
        if self._is_category:
            # A column has few values that differ: one look-up for each, not for each row.
            found: dict[str, int] = {}
            for value in values.tolist():
                found[value] = found.get(value, 0) + 1
            for value, count in found.items():
                self.counts[self.place(value)] += count
            return
        places = np.searchsorted(self._edges, values, side="left")  # NaN behind all, as infinity
        for place, count in enumerate(np.bincount(places, minlength=len(self.counts)).tolist()):
            self.counts[place] += count

    def take(self) -> list[int]:
        counts, self.counts = self.counts, [0] * len(self.counts)
        return counts


def _added(left: list[int], right: list[int]) -> list[int]:
    return [a + b for a, b in zip_longest(left, right, fillvalue=0)]
