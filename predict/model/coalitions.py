"""Shapley values by scoring coalitions: the way for a model whose dividends are too many for tables.

What a coalition S of inputs is worth is the mean score over the background when the inputs in S are the customer's and
the others are the background row's. For one background row only the inputs in which the customer differs from it
matter, so only coalitions of those are scored, and of these each distinct row once: a fraction of the 2^n rows a
background row, and the same values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

import numpy as np
import numpy.typing as npt

from ..contract import Row
from .session import Model
from .shapley import weights

__all__ = ["Coalitions"]

# Rows in one session call: bounds the memory of a batch.
_MOST_ROWS = 100_000
# What is kept of coalitions once made: all of them up to ten inputs, a few beyond.
_KEPT_BYTES = 1 << 24
# Times the rows of one game, fewer than 2^19, it is still an int64.
_LARGEST_NUMBER = 1 << 44

type Floats = npt.NDArray[np.float64]
type Codes = npt.NDArray[np.int64]
type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Coalitions:
    """The coalitions of the inputs in which a row differs from a background row.

    Attributes
    ----------
    theirs : ndarray of shape (n_coalitions, n_features)
        Whether an input's value is the background row's: it differs, and is not in the coalition.
    weights : ndarray of shape (n_coalitions, n_features)
        What a coalition's worth counts in each input's Shapley value.
    """

    theirs: Mask
    weights: Floats


@dataclass(frozen=True, eq=False)
class _Game:
    """All coalitions of one row against every background row.

    Attributes
    ----------
    row : ndarray of shape (n_coalitions,)
        The number of the row to score, among the distinct ones.
    weights : ndarray of shape (n_coalitions, n_features)
    theirs : ndarray of shape (n_distinct, n_features)
        Where a distinct row's value is that of the background row `other`; elsewhere it is the customer's.
    other : ndarray of shape (n_distinct,)
    """

    row: Codes
    weights: Floats
    theirs: Mask
    other: Codes


@dataclass(frozen=True, eq=False)
class _Digits:
    """The background's values of some columns as digits of one number.

    Attributes
    ----------
    values : ndarray of shape (n_background, n_features)
        What each value adds to the number; 0 in the other columns.
    size : int
        Every such number is below it.
    """

    values: Codes
    size: int


class Coalitions:
    """Explains a model's scores by scoring coalitions of inputs."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._names = [feature.name for feature in model.contract.features]
        self._feed = model.feed(model.metadata.background)
        self._columns = [column.ravel() for column in self._feed.values()]
        self._bits: Codes = 1 << np.arange(len(self._names))
        largest = len(self._names) << len(self._names)
        self._coalitions = lru_cache(max(1, _KEPT_BYTES // (9 * largest)))(partial(_coalitions, self._bits))
        background = list(zip(*model.metadata.background, strict=True))
        # Every background value by its place among the distinct ones of its column, from 1.
        self._codes = [{value: code for code, value in enumerate(dict.fromkeys(column), 1)} for column in background]
        self._coded: Codes = np.array(
            [[codes[value] for value in column] for codes, column in zip(self._codes, background, strict=True)]
        ).T
        self._digits = _digits(self._coded, [len(codes) + 1 for codes in self._codes])

    @cached_property
    def base_value(self) -> float:
        """Mean probability over the background."""
        return float(self._model.run(self._feed).mean())

    def contributions(self, rows: Sequence[Row]) -> Floats:
        """Return the Shapley values of each row, an ndarray of shape (n_rows, n_features)."""
        parts: list[Floats] = [np.empty((0, len(self._names)))]
        games: list[_Game] = []
        waiting: list[Row] = []
        size = 0
        for row in rows:
            game = self._game(row)
            if games and size + len(game.other) > _MOST_ROWS:
                parts += self._solve(waiting, games)
                games, waiting, size = [], [], 0
            games.append(game)
            waiting.append(row)
            size += len(game.other)
        return np.concatenate([*parts, *self._solve(waiting, games)])

    def _game(self, row: Row) -> _Game:
        # 0 is no background value's code: such a value differs from all of them.
        coded = [codes.get(value, 0) for codes, value in zip(self._codes, row, strict=True)]
        masks = (self._coded != coded) @ self._bits
        parts = [self._coalitions(mask) for mask in masks.tolist()]
        theirs = np.concatenate([part.theirs for part in parts])
        other = np.repeat(np.arange(len(masks)), [len(part.theirs) for part in parts])
        first, number = self._distinct(theirs, other)
        return _Game(number, np.concatenate([part.weights for part in parts]), theirs[first], other[first])

    def _distinct(self, theirs: Mask, other: Codes) -> tuple[Codes, Codes]:
        """Return the place of each distinct row, and of every row its number among them."""
        number: Codes = np.zeros(len(other), dtype=np.int64)
        for digits in self._digits:
            # Equal keys are equal rows, as far as the columns go that have been looked at.
            key = number * digits.size + np.einsum("ij,ij->i", digits.values[other], theirs)
            _, first, number = np.unique(key, return_index=True, return_inverse=True)
        return first, number

    def _solve(self, rows: Sequence[Row], games: Sequence[_Game]) -> list[Floats]:
        if not games:
            return []
        owner = np.repeat(np.arange(len(games)), [len(game.other) for game in games])
        theirs = np.concatenate([game.theirs for game in games])
        other = np.concatenate([game.other for game in games])
        feed = {}
        for number, (name, column) in enumerate(zip(self._names, self._columns, strict=True)):
            values = np.array([row[number] for row in rows], dtype=column.dtype)
            feed[name] = np.where(theirs[:, number], column[other], values[owner]).reshape(-1, 1)
        scores = np.split(self._model.run(feed), np.flatnonzero(np.diff(owner)) + 1)
        return [
            (part[game.row] @ game.weights / len(self._coded))[None] for game, part in zip(games, scores, strict=True)
        ]


def _digits(coded: Codes, sizes: Sequence[int]) -> list[_Digits]:
    """Share the columns among as many numbers as it takes; most models' fit in one."""
    numbers: list[_Digits] = []
    for column, size in enumerate(sizes):
        if not numbers or numbers[-1].size * size > _LARGEST_NUMBER:
            numbers.append(_Digits(np.zeros_like(coded), 1))
        values, so_far = numbers[-1].values, numbers[-1].size
        values[:, column] = coded[:, column] * so_far
        numbers[-1] = _Digits(values, so_far * size)
    return numbers


def _coalitions(bits: Codes, mask: int) -> _Coalitions:
    """Return all coalitions of a set of bits, and weigh them."""
    differing = np.flatnonzero(bits & mask)
    coalitions = np.zeros(1, dtype=np.int64)
    for bit in bits[differing]:
        coalitions = np.concatenate([coalitions, coalitions | bit])
    weighed = np.zeros((len(coalitions), len(bits)))
    weighed[:, differing] = weights(len(differing)).T
    return _Coalitions(((mask & ~coalitions)[:, None] & bits) != 0, weighed)
