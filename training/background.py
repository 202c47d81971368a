"""The background: a few made-up rows that stand for all the data when a score is explained.

No row of it is a customer: each takes its values from different customers of similar score. Of many such draws the
one whose mean score and column means come closest to the data's is kept.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from predict.contract import Row

__all__ = ["N_BACKGROUND", "choose_background", "to_rows"]

N_BACKGROUND = 64
_DRAWS = 200

type Score = Callable[[pd.DataFrame], npt.NDArray[np.float64]]


def choose_background(X: pd.DataFrame, score: Score, seed: int) -> tuple[Row, ...]:
    """Draw `N_BACKGROUND` rows that score like the data.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    score : callable
        Probability of each row of such a table.
    seed : int

    Returns
    -------
    tuple of Row
    """
    rng = np.random.default_rng(seed)
    probability = score(X)
    strata = np.array_split(np.argsort(probability, kind="stable"), min(N_BACKGROUND, len(X)))
    draws = [pd.concat([_mix(X, stratum, rng) for stratum in strata], ignore_index=True) for _ in range(_DRAWS)]
    scores = score(pd.concat(draws, ignore_index=True)).reshape(_DRAWS, -1)
    best = int(np.argmin(np.abs(scores.mean(axis=1) - probability.mean())))
    known = set(X.itertuples(index=False, name=None))
    return tuple(row for row in to_rows(draws[best]) if row not in known)


def to_rows(X: pd.DataFrame) -> list[Row]:
    """Return the table's rows as the contract has them: floats and texts."""
    return list(zip(*(X[name].tolist() for name in X.columns), strict=True))


def _mix(X: pd.DataFrame, stratum: npt.NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """Make one row, each value from another row of the stratum."""
    picked = rng.choice(stratum, size=X.shape[1], replace=len(stratum) < X.shape[1])
    return pd.DataFrame({name: [X[name].iloc[row]] for name, row in zip(X.columns, picked, strict=True)})
