"""Explanation: exact Shapley values of a score, in units of probability.

What a coalition S of inputs is worth is the mean score over the background when the inputs in S are the customer's and
the others are the background row's (the interventional value function). A feature's contribution is its Shapley value
in that game (Shapley 1953; Lundberg and Lee 2017, doi:10.48550/arXiv.1705.07874), computed in full, not sampled:
base value plus contributions is the probability.

For one background row only the inputs in which the customer differs from it matter, so only coalitions of those are
scored, and of these each distinct row once: a fraction of the 2^n rows a background row, and the same values.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .contract import Row
from .model import Model

__all__ = ["Explainer", "Explanation"]

# Rows in one session call: bounds the memory of a batch.
_MOST_ROWS = 100_000

type Floats = npt.NDArray[np.float64]
type Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Explanation:
    """Why a row has its score.

    Attributes
    ----------
    base_value : float
        Mean probability over the background.
    contributions : tuple of float
        In probability, in the order of the features; they add up to probability - base_value.
    """

    base_value: float
    contributions: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _Game:
    """All coalitions of one row against every background row; arrays are of shape (n_coalitions,).

    `row` numbers the distinct rows to score, whose values are the customer's where `mine` says so and otherwise those
    of the background row `other`.
    """

    coalition: Codes
    differing: Codes
    row: Codes
    mine: npt.NDArray[np.bool_]
    other: Codes


class Explainer:
    """Explains a model's scores against its background.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._names = [feature.name for feature in model.contract.features]
        self._feed = model.feed(model.metadata.background)
        self._columns = [column.ravel() for column in self._feed.values()]
        self._bits: Codes = 1 << np.arange(len(self._names))
        self._submasks: dict[int, Codes] = {}
        # Every background value by its place among the distinct ones of its column, as digits of one number.
        inverse = [np.unique(column, return_inverse=True)[1] + 1 for column in self._columns]
        radix = np.cumprod([1, *(int(codes.max()) + 1 for codes in inverse)])
        self._digits: Codes = np.stack(inverse, axis=1) * radix[:-1]

    @cached_property
    def base_value(self) -> float:
        """Mean probability over the background."""
        return float(self._model.run(self._feed).mean())

    def explain(self, rows: Sequence[Row]) -> list[Explanation]:
        """Explain each row.

        Parameters
        ----------
        rows : sequence of Row

        Returns
        -------
        list of Explanation
        """
        explanations: list[Explanation] = []
        games: list[_Game] = []
        waiting: list[Row] = []
        size = 0
        for row in rows:
            game = self._game(row)
            if games and size + len(game.other) > _MOST_ROWS:
                explanations += self._solve(waiting, games)
                games, waiting, size = [], [], 0
            games.append(game)
            waiting.append(row)
            size += len(game.other)
        return explanations + self._solve(waiting, games)

    def _game(self, row: Row) -> _Game:
        differs = np.stack([column != value for column, value in zip(self._columns, row, strict=True)], axis=1)
        masks = differs @ self._bits
        submasks = [self._submasks_of(mask) for mask in masks.tolist()]
        lengths = [len(part) for part in submasks]
        coalition = np.concatenate(submasks)
        other = np.repeat(np.arange(len(masks)), lengths)
        differing = np.repeat(masks, lengths)
        # A value is the background's where it differs and is not in the coalition. Equal keys are equal rows.
        theirs = ((differing & ~coalition)[:, None] & self._bits) != 0
        key = (self._digits[other] * theirs).sum(axis=1)
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
        return _Game(coalition, differing, number, ~theirs[first], other[first])

    def _solve(self, rows: Sequence[Row], games: Sequence[_Game]) -> list[Explanation]:
        if not games:
            return []
        owner = np.repeat(np.arange(len(games)), [len(game.other) for game in games])
        mine = np.concatenate([game.mine for game in games])
        other = np.concatenate([game.other for game in games])
        feed = {}
        for number, (name, column) in enumerate(zip(self._names, self._columns, strict=True)):
            values = np.array([row[number] for row in rows], dtype=column.dtype)
            feed[name] = np.where(mine[:, number], values[owner], column[other]).reshape(-1, 1)
        scores = np.split(self._model.run(feed), np.flatnonzero(np.diff(owner)) + 1)
        return [
            Explanation(self.base_value, tuple(self._shapley(game, part[game.row]).tolist()))
            for game, part in zip(games, scores, strict=True)
        ]

    def _shapley(self, game: _Game, worth: Floats) -> Floats:
        """Weigh the worth of every coalition: + where a feature is in it, - where it could still join."""
        inside = (game.coalition[:, None] & self._bits) != 0
        joinable = ((game.differing & ~game.coalition)[:, None] & self._bits) != 0
        size = np.bitwise_count(game.coalition).astype(np.int64)
        n = np.bitwise_count(game.differing)
        table = _weights(len(self._names))
        joined, joining = table[n, size - 1] * worth, table[n, size] * worth
        total: Floats = joined @ inside - joining @ joinable
        return total / len(self._columns[0])

    def _submasks_of(self, mask: int) -> Codes:
        """Return all subsets of a set of bits."""
        if mask not in self._submasks:
            bits = [int(bit) for bit in self._bits if bit & mask]
            subsets = np.zeros(1, dtype=np.int64)
            for bit in bits:
                subsets = np.concatenate([subsets, subsets | bit])
            self._submasks[mask] = subsets
        return self._submasks[mask]


def _weights(n_features: int) -> Floats:
    """Return the weight of joining a coalition of s among n features: s! (n - s - 1)! / n!, 0 where s is not below n.

    The last column is 0, so that a size of -1 finds it.
    """
    table = np.zeros((n_features + 1, n_features + 2))
    for n in range(1, n_features + 1):
        for s in range(n):
            table[n, s] = math.factorial(s) * math.factorial(n - s - 1) / math.factorial(n)
    return table
