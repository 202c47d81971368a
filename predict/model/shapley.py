"""Shapley values of a game whose worth is a mean of probabilities, from its dividends.

What a coalition S of inputs is worth is the mean over the background of the probability with the log odds m_b(S), the
sum of the dividends of all sets within S (`predict.model.dividends`). Joining a coalition of s among n inputs weighs
s! (n - s - 1)! / n! (Shapley 1953).
"""

import math

import numpy as np
import numpy.typing as npt

__all__ = ["Game", "weights"]

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]

# So many doubles are worked on at a time: more would leave the processor's cache.
_AT_ONCE = 1 << 17


def weights(n: int) -> Floats:
    """Return the matrix of shape (n, 2^n) that turns what all coalitions are worth into Shapley values."""
    coalitions = np.arange(1 << n)
    size = np.bitwise_count(coalitions).astype(np.intp)
    joining = np.array([1 / (n * math.comb(n - 1, s)) for s in range(n)] + [0.0])
    inside = (coalitions >> np.arange(n)[:, None]) & 1
    # A worth counts so much for each input in the coalition, and as much less for each that could still join.
    return np.where(inside == 1, joining[size - 1], -joining[size])


class Game:
    """All games of a model: one for each customer.

    Parameters
    ----------
    n : int
        Inputs.
    subsets : ndarray of shape (n_subsets,)
        The sets that have a dividend, as bit masks.
    n_background : int
    """

    def __init__(self, n: int, subsets: Integers, n_background: int) -> None:
        self._n = n
        self._subsets = subsets
        coalitions = np.arange(1 << n)
        # Whether a set is within a coalition; negative, as exp is taken of -m.
        self._within = -((subsets & ~coalitions[:, None]) == 0).astype(np.float64)
        self._mean = np.full(n_background, 1 / n_background)
        self._weights = weights(n)
        self._step = max(1, _AT_ONCE // (n_background << n))

    def solve(self, dividends: Floats) -> Floats:
        """Return the Shapley values of one customer, an ndarray of shape (n,).

        Parameters
        ----------
        dividends : ndarray of shape (n_subsets, n_background)
        """
        odds = self._within.dot(dividends)
        np.exp(odds, odds)
        odds += 1.0
        np.divide(1.0, odds, odds)
        return np.asarray(self._weights.dot(odds.dot(self._mean)))

    def solve_many(self, places: Integers, odds: Floats) -> Floats:
        """Return the Shapley values of many customers, an ndarray of shape (n_customers, n).

        exp turns the sum over sets into a product, and of a table it is taken once. The product over all sets within
        each coalition is the zeta transform: one multiplication for each input and coalition, in place.

        Parameters
        ----------
        places : ndarray of shape (n_customers, n_subsets)
            The row of `odds` that holds a customer's dividends of a set.
        odds : ndarray of shape (n_rows + 1, n_background)
            exp(-dividend); the last row holds ones.
        """
        every = np.full((len(places), 1 << self._n), len(odds) - 1)
        every[:, self._subsets] = places
        worth = np.empty(every.shape)
        for start in range(0, len(every), self._step):
            some = odds.take(every[start : start + self._step].T, 0)
            for bit in range(self._n):
                halves = some.reshape(-1, 2, some[0].size << bit)
                halves[:, 1] *= halves[:, 0]
            some += 1.0
            np.divide(1.0, some, some)
            worth[start : start + self._step] = some.dot(self._mean).T
        return worth @ self._weights.T
