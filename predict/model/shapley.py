"""Shapley values of a game whose worth is a mean of probabilities, from its dividends.

What a coalition S of inputs is worth is the mean over the background of the probability with the log odds m_b(S), the
sum of the dividends of all sets within S (`predict.model.dividends`). Joining a coalition of s among n inputs weighs
s! (n - s - 1)! / n! (Shapley 1953).
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .dividends import Dividends

__all__ = ["AT_ONCE", "Game", "Solved", "join_coalitions", "weights"]

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]

type Solved = tuple[tuple[float, ...], frozenset[int]]
"""The contributions of one customer's inputs, and the places of those that are approximate."""

AT_ONCE = 1 << 17
"""How many doubles are worked on at a time: more would not fit into the processor's cache."""

_NONE: frozenset[int] = frozenset()


@lru_cache(16)
def weights(n: int) -> Floats:
    """Return the matrix of shape (n, 2^n) that turns what all coalitions are worth into Shapley values."""
    coalitions = np.arange(1 << n)
    size = np.bitwise_count(coalitions).astype(np.intp)
    joining = np.array([1 / (n * math.comb(n - 1, s)) for s in range(n)] + [0.0])
    inside = (coalitions >> np.arange(n)[:, None]) & 1
    # What a coalition is worth counts for each input in it, and against each input that could still join.
    return np.where(inside == 1, joining[size - 1], -joining[size])


def join_coalitions(factors: Floats, n: int, join: np.ufunc = np.multiply) -> Floats:
    """Return for each coalition the product of the factors of all sets within it, or their sum, in place of them.

    Parameters
    ----------
    factors : ndarray of shape (2^n, ...)
        In the order of the coalitions' bit masks.
    n : int
    join : ufunc
        `np.multiply` or `np.add`.
    """
    for bit in range(n):
        halves = factors.reshape(-1, 2, factors[0].size << bit)
        join(halves[:, 1], halves[:, 0], halves[:, 1])
    return factors


class Game:
    """All games of a model, one for each customer: every input is a player."""

    def __init__(self, dividends: Dividends) -> None:
        members, n_background = dividends.members, len(dividends.base)
        n = members.shape[1]
        subsets = members @ (1 << np.arange(n))
        # Whether a set is within a coalition; negative, as exp is taken of -m.
        self._within = -((subsets & ~np.arange(1 << n)[:, None]) == 0).astype(np.float64)
        self._mean = np.full(n_background, 1 / n_background)
        self._weights = weights(n)
        self._link = dividends.link
        self._step = max(1, AT_ONCE // (n_background << n))

    def solve(self, dividends: Floats) -> Solved:
        """Return the Shapley values of one customer.

        Parameters
        ----------
        dividends : ndarray of shape (n_subsets, n_background)
        """
        # For one customer dot takes less time than matmul and matvec, which do the same sums.
        odds = self._within.dot(dividends)
        worth = self._link.of_negated(odds).dot(self._mean)
        return tuple(self._weights.dot(worth).tolist()), _NONE

    def solve_many(self, places: Integers, rows: Floats) -> list[Solved]:
        """Return the Shapley values of many customers, to the bit those that `solve` gives each of them.

        Parameters
        ----------
        places : ndarray of shape (n_customers, n_subsets)
            The row of `rows` that holds a customer's dividends of a set.
        rows : ndarray of shape (n_rows, n_background)
        """
        solved: list[Solved] = []
        for start in range(0, len(places), self._step):
            # Each product is as small as one customer's, so that its sums keep their order.
            odds = np.matmul(self._within, rows.take(places[start : start + self._step], 0))
            worth = np.matvec(self._link.of_negated(odds), self._mean)
            solved += [(tuple(own), _NONE) for own in np.matvec(self._weights, worth).tolist()]
        return solved
