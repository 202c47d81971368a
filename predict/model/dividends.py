"""Dividends: a model's log odds, split over the sets of inputs that make them.

For a background row b, let m_b(S) be the log odds of the row that has the customer's values for the inputs in S and b's
for the others. There is one number d_b(W) for each set of inputs W, its Harsanyi dividend, such that

    m_b(S) = sum of d_b(W) over the sets W within S,

and for the models here few sets have one that is not zero. A leaf of a boosted tree with four leaves looks at no more
than three inputs, and d_b(W) changes only where the customer's value of an input of W crosses a split. So all that can
ever be needed fits in a table, which training makes (`training.export.dividends`): a row for each combination of cells
between splits, a column for each background row. Of a linear model each input has a dividend of its own, and no table
is needed.

References
----------
Harsanyi, A Simplified Bargaining Model for the n-Person Cooperative Game, 1963.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ..contract import Row, Value, in_order
from .link import Link

__all__ = ["Axis", "Dividends", "Linear", "Tables", "Term", "kind_of"]

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]
type Mask = npt.NDArray[np.bool_]


class Axis(NamedTuple):
    """The cells of one input, which a model cannot look into.

    Attributes
    ----------
    size : int
        Cells.
    cuts : tuple of float
        Of a number, ascending: a cell ends with its cut. A number that is not known lies behind all of them.
    cells : dict of str to int
        Of a category: the cell of each value that is not in cell `other`.
    other : int
    """

    size: int
    cuts: tuple[float, ...] = ()
    cells: Mapping[str, int] = {}
    other: int = 0

    def cell(self, value: Value) -> int:
        """Return the number of a value's cell."""
        if isinstance(value, str):
            return self.cells.get(value, self.other)
        return bisect_left(self.cuts, in_order(value))

    def cells_of(self, values: Sequence[Value]) -> list[int]:
        """Return the number of each value's cell; all at once takes a third of the time."""
        if isinstance(values[0], str):
            return [self.cells.get(value, self.other) for value in values]  # type: ignore[arg-type]
        # A number that is not known is NaN here, and stands behind all others.
        cells: list[int] = np.searchsorted(self.cuts, np.array(values, np.float64)).tolist()
        return cells


@dataclass(frozen=True, eq=False)
class Tables:
    """The dividends of a sum of trees.

    Attributes
    ----------
    axes : tuple of Axis
        One for each input.
    members : ndarray of shape (n_subsets, n_features)
        Whether an input is in a set that has a dividend; the empty set first.
    offsets : ndarray of shape (n_cells, n_subsets)
        For each cell of each input, all of them one after the other, what it adds to the number of a row in each
        subset's table.
    rows : ndarray of shape (n_rows, n_background)
        The tables of all subsets, one below the other.
    link : Link
        From log odds to the probability.
    """

    axes: tuple[Axis, ...]
    members: Mask
    offsets: Integers
    rows: Floats
    link: Link

    def of_row(self, row: Row) -> Floats:
        """Return a customer's dividends, an ndarray of shape (n_subsets, n_background)."""
        return np.asarray(self.rows.take(np.add.reduce(self.offsets.take(self._cells(row), 0), 0), 0))

    def cells_of(self, rows: Sequence[Row]) -> tuple[list[tuple[int, ...]], list[int]]:
        """Return the distinct combinations of cells, and for each row the number of its own."""
        columns = [axis.cells_of(column) for axis, column in zip(self.axes, zip(*rows, strict=True), strict=True)]
        numbers: dict[tuple[int, ...], int] = {}
        places = [numbers.setdefault(cells, len(numbers)) for cells in zip(*columns, strict=True)]
        return list(numbers), places

    def places(self, cells: Sequence[tuple[int, ...]]) -> Integers:
        """Return the number of the table row of each combination in each subset, of shape (n_cells, n_subsets)."""
        return np.asarray(np.add.reduce(self.offsets.take(np.array(self._firsts) + np.array(cells), 0), 1))

    @property
    def base(self) -> Floats:
        """The log odds of the background rows, an ndarray of shape (n_background,)."""
        return np.asarray(self.rows[0])

    @cached_property
    def own(self) -> Floats:
        """The first column of `rows`: all inputs being the customer's, every column adds up to the same."""
        return np.ascontiguousarray(self.rows[:, 0])

    def _cells(self, row: Row) -> list[int]:
        return [first + axis.cell(value) for first, axis, value in zip(self._firsts, self.axes, row, strict=True)]

    @cached_property
    def _firsts(self) -> list[int]:
        return list(accumulate((axis.size for axis in self.axes[:-1]), initial=0))

    def cells_along(self, place: int, values: Sequence[float]) -> Integers:
        """Return what `log_odds` takes for some values of the number at a place, an ndarray of shape (n_values,)."""
        return np.asarray(self._firsts[place] + np.searchsorted(self.axes[place].cuts, values))

    def log_odds(self, row: Row, places: Integers, cells: Integers) -> Floats:
        """Return the log odds of a customer with one input changed, for each of many changes.

        Parameters
        ----------
        row : Row
        places : ndarray of shape (n_changes,)
            The input that is changed.
        cells : ndarray of shape (n_changes,)
            What it is changed to, by `cells_along`.
        """
        offsets = self.offsets.take(self._cells(row), 0)
        rest = np.add.reduce(offsets, 0) - offsets
        return np.asarray(np.add.reduce(self.own.take(rest.take(places, 0) + self.offsets.take(cells, 0)), 1))


class Term(NamedTuple):
    """What one input adds to the log odds of a linear model.

    Attributes
    ----------
    weight, center : float
        Of a number x: weight * (x - center), or weight * (log(x + 1) - center).
    is_logarithm : bool
    values : dict of str to float
        Of a category: what each value adds.
    other : float
        What any other value of a category adds, and a number that is not known.
    """

    weight: float = 0.0
    center: float = 0.0
    is_logarithm: bool = False
    values: Mapping[str, float] = {}
    other: float = 0.0

    def add(self, value: Value) -> float:
        """Return what a value adds."""
        if isinstance(value, str):
            return self.values.get(value, self.other)
        if value is None:
            return self.other
        return self.weight * ((math.log(value + 1.0) if self.is_logarithm else value) - self.center)


@dataclass(frozen=True, eq=False)
class Linear:
    """The dividends of a linear model.

    Attributes
    ----------
    terms : tuple of Term
        One for each input.
    intercept : float
    background : ndarray of shape (n_features, n_background)
        What each background row's own values add.
    link : Link
        From log odds to the probability.
    """

    terms: tuple[Term, ...]
    intercept: float
    background: Floats
    link: Link

    @property
    def members(self) -> Mask:
        """Whether an input is in a set that has a dividend: the empty set, and each input alone."""
        return np.eye(len(self.terms) + 1, len(self.terms), k=-1, dtype=np.bool_)

    @cached_property
    def base(self) -> Floats:
        """The log odds of the background rows, an ndarray of shape (n_background,)."""
        return np.asarray(self.intercept + np.add.reduce(self.background, 0))

    def of_row(self, row: Row) -> Floats:
        """Return a customer's dividends, an ndarray of shape (n_features + 1, n_background)."""
        own = np.array([[term.add(value)] for term, value in zip(self.terms, row, strict=True)])
        return np.vstack([self.base, own - self.background])

    def cells_along(self, place: int, values: Sequence[float]) -> Floats:
        """Return what `log_odds` takes for some values of the number at a place, an ndarray of shape (n_values,)."""
        return np.array([self.terms[place].add(value) for value in values])

    def log_odds(self, row: Row, places: Integers, cells: Floats) -> Floats:
        """Return the log odds of a customer with one input changed; parameters as those of `Tables.log_odds`."""
        own = np.array([term.add(value) for term, value in zip(self.terms, row, strict=True)])
        rest = self.intercept + np.add.reduce(own) - own
        return np.asarray(rest.take(places) + cells)


type Dividends = Tables | Linear
type Kind = Literal["tables", "linear", "coalitions"]


def kind_of(dividends: Dividends | None) -> Kind:
    """Return how a model with these dividends is explained, in the contract's words."""
    return "coalitions" if dividends is None else "linear" if isinstance(dividends, Linear) else "tables"
