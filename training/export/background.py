"""The background: a few made-up rows that stand for all the data when a score is explained.

Each row takes its values from different customers of similar score and is none of them, unless every combination of
values is somebody's. Which of many such rows are taken is decided by what they are for: a Shapley value against a
background is the mean of those against each of its rows, so rows can be picked whose mean comes closest to that of the
data's own rows, for customers over the whole range of scores.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from predict.contract import Row
from predict.model.session import rows_of
from predict.model.shapley import weights

__all__ = ["N_BACKGROUND", "choose_background", "shapley_against", "to_rows", "to_table"]

N_BACKGROUND = 64
_POOL = 12  # made-up rows to choose from for each place
_TRIES = 120
_FEWEST_PROBES, _MOST_PROBES = 24, 48
_FEWEST_ROWS = 512
# Of an explanation, all its inputs together: the standard error that those of enough rows have, and how far one is off
# that is close.
_CERTAIN = 0.0085
_CLOSE = 0.0062
_SWEEPS = 6
_MORE_STARTS = 20
# The base value stands on every explanation, so it counts for more than one contribution.
_BASE_WEIGHT = 4.0
# Coalitions of all probes, rows scored of the data, and inputs of which all coalitions are looked at.
_COALITIONS = 1_500
_MOST_SCORED = 10_000_000
_MOST_IN_FULL = 8
_ODD = np.uint64(0x9E3779B97F4A7C15)

type Floats = npt.NDArray[np.float64]
type Score = Callable[[pd.DataFrame], Floats]


def choose_background(X: pd.DataFrame, score: Score, seed: int, simple: pd.DataFrame | None = None) -> tuple[Row, ...]:
    """Choose rows that explain as the data would.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    score : callable
        Probability of each row of such a table.
    seed : int
    simple : DataFrame of shape (n_rows, n_features), optional
        The same rows, with values that the model cannot tell apart made one. Rows that are made of these explain the
        same, and have fewer coalitions that differ.

    Returns
    -------
    tuple of Row
        At most `N_BACKGROUND`, none of them a row of X unless every combination of values is one.
    """
    rng = np.random.default_rng(seed)
    probability = score(X)
    order = np.argsort(probability, kind="stable")
    strata = np.array_split(order, min(N_BACKGROUND, len(X)))
    pool, stratum = _mix((X if simple is None else simple, X), _Known(X), strata, rng)
    n_coalitions = len(_coalitions(X.shape[1])[0])
    n_probes = min(len(X), max(_FEWEST_PROBES, min(_MOST_PROBES, _COALITIONS // n_coalitions)))
    probes = X.iloc[_evenly(order, n_probes)]
    facets = _facets(probes, pool, score)
    # Evenly along the scores, which stands for all rows better than as many drawn at random.
    enough = math.ceil(facets[:, :-1].var(axis=0).sum() / n_probes / _CERTAIN**2)
    n_reference = min(max(_FEWEST_ROWS, enough), _MOST_SCORED // (n_probes * n_coalitions))
    reference = X.iloc[_evenly(order, n_reference)]
    goal = _facets(probes, reference, score).mean(axis=0)
    goal[-1] = _base_weight(n_probes) * probability.mean()
    chosen = _pick(facets, goal, stratum, _CLOSE * math.sqrt(n_probes))
    return tuple(to_rows(pool.iloc[chosen]))


def shapley_against(row: pd.DataFrame, others: pd.DataFrame, score: Score) -> Floats:
    """Return the Shapley values of a row against each other row, an ndarray of shape (n_others, n_features).

    Of many inputs, the mean of what each adds as the first and as the last to join: the same where no more than two
    act together.
    """
    inside, joining = _coalitions(others.shape[1])
    feed = {}
    for place, name in enumerate(others.columns):
        theirs = others[name].to_numpy()
        mine = np.array([row[name].iloc[0]], dtype=theirs.dtype)
        feed[name] = np.where(inside[:, place], mine, theirs[:, None]).ravel()
    worth = score(pd.DataFrame(feed)).reshape(len(others), -1)
    return np.asarray(worth @ joining.T)


def to_rows(X: pd.DataFrame) -> list[Row]:
    """Return the table's rows as the contract has them: floats, texts, None for a number that is not known."""
    return list(rows_of({name: X[name].to_numpy() for name in X.columns}))


def to_table(rows: Sequence[Row], like: pd.DataFrame) -> pd.DataFrame:
    """Return rows as a table with the columns and types of another."""
    columns = zip(like.columns, zip(*rows, strict=True), strict=True)
    return pd.DataFrame({name: pd.Series(values, dtype=like[name].dtype) for name, values in columns})


def _mix(
    sources: Sequence[pd.DataFrame],
    known: "_Known",
    strata: Sequence[npt.NDArray[np.int64]],
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """Make rows, each value from another row of the same stratum; also return each row's stratum.

    The later sources serve where the earlier have too few combinations that are not `known`.
    """
    X = sources[-1]
    values = [[source[name].to_numpy() for name in source.columns] for source in sources]
    made: list[Row] = []
    places: list[int] = []
    for place, stratum in enumerate(strata):
        found: set[Row] = set()
        for number in range(_TRIES * len(sources)):
            columns = values[number // _TRIES]
            picked = rng.choice(stratum, size=X.shape[1], replace=len(stratum) < X.shape[1]).tolist()
            cells = {name: column[[k]] for name, column, k in zip(X.columns, columns, picked, strict=True)}
            (row,) = rows_of(cells)
            if row not in found and row not in known:
                found.add(row)
                made.append(row)
                places.append(place)
            if len(found) == _POOL:
                break
    if not made:
        # Every combination of values is some customer's: the columns hold so few that no row says who it is.
        whole = X.drop_duplicates()
        made, places = to_rows(whole), list(range(len(whole)))
    return to_table(made, X), np.array(places)


class _Known:
    """The rows of a table, of which one can ask whether a row is among them: eight bytes for each, not half a kilobyte.

    Of 2^64 digests some other row may have the same one. Then it counts as known, too, which does no harm.
    """

    def __init__(self, X: pd.DataFrame) -> None:
        self._dtypes = [X[name].to_numpy().dtype for name in X.columns]
        self._digests = np.sort(_digests(X[name].to_numpy() for name in X.columns))
        self._asked: dict[Row, bool] = {}

    def __contains__(self, row: Row) -> bool:
        if row not in self._asked:
            digest = _digests(np.array([value], dtype) for value, dtype in zip(row, self._dtypes, strict=True))
            place = np.searchsorted(self._digests, digest)
            self._asked[row] = bool((self._digests[np.minimum(place, len(self._digests) - 1)] == digest).all())
        return self._asked[row]


def _digests(columns: Iterable[npt.NDArray[Any]]) -> npt.NDArray[np.uint64]:
    """Return eight bytes for each row: pandas' own for a table take a millisecond even where it has one row."""
    digests = np.zeros(1, np.uint64)
    for column in columns:
        digests = digests * _ODD + pd.util.hash_array(column)
    return digests


def _facets(probes: pd.DataFrame, others: pd.DataFrame, score: Score) -> Floats:
    """Return what each other row adds to the explanations of the probes, and to the base value."""
    explained = [shapley_against(probes.iloc[[number]], others, score) for number in range(len(probes))]
    return np.column_stack([*explained, _base_weight(len(probes)) * score(others)])


def _coalitions(n: int) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return whether an input is in each coalition, of shape (n_coalitions, n), and what that counts in its value."""
    if n <= _MOST_IN_FULL:
        return (np.arange(1 << n)[:, None] >> np.arange(n)) & 1 == 1, weights(n)
    alone = np.eye(n, dtype=np.bool_)
    inside = np.vstack([np.zeros(n, dtype=np.bool_), alone, ~alone, np.ones(n, dtype=np.bool_)])
    half = 0.5 * np.ones((n, 1))
    return inside, np.hstack([-half, 0.5 * np.eye(n), -0.5 * np.eye(n), half])


def _base_weight(n_probes: int) -> float:
    return _BASE_WEIGHT * math.sqrt(n_probes)


def _evenly(order: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Take `count` of some rows, or all, at equal distances."""
    count = min(count, len(order))
    return order[((np.arange(count) + 0.5) * len(order) / count).astype(np.int64)]


def _pick(facets: Floats, goal: Floats, stratum: npt.NDArray[np.int64], close: float) -> list[int]:
    """Pick one row of each stratum, so that the mean of the picked comes closest to the goal.

    Rows are swapped until no swap improves it. Where that ends depends on where it begins: until it is close, it begins
    anew, and the best end is taken.
    """
    members = [np.flatnonzero(stratum == place) for place in np.unique(stratum)]
    members = members[:: -(-len(members) // N_BACKGROUND)]
    rng = np.random.default_rng(0)
    chosen, error = _swap([int(rows[0]) for rows in members], members, facets, goal)
    for _ in range(_MORE_STARTS):
        if error <= close:
            break
        start = [int(rng.choice(rows)) for rows in members]
        chosen, error = min((chosen, error), _swap(start, members, facets, goal), key=lambda end: end[1])
    return chosen


def _swap(
    start: list[int], members: Sequence[npt.NDArray[np.int64]], facets: Floats, goal: Floats
) -> tuple[list[int], float]:
    """Return the rows, each in turn swapped for the best of its stratum, and how far their mean is from the goal."""
    chosen = list(start)
    total = facets[chosen].sum(axis=0)
    for _ in range(_SWEEPS):
        before = list(chosen)
        for place, rows in enumerate(members):
            rest = total - facets[chosen[place]]
            error = (((rest + facets[rows]) / len(members) - goal) ** 2).sum(axis=1)
            chosen[place] = int(rows[np.argmin(error)])
            total = rest + facets[chosen[place]]
        if chosen == before:
            break
    return chosen, float(np.linalg.norm(total / len(members) - goal))
