"""From a fitted pipeline to the dividends that explain it (`predict.model.dividends`).

A boosted model's leaves become tables (`training.export.boxes`), and each table the dividends of the sets of its
inputs: what is added along the inputs W and is the background's along the others is W's dividend.
"""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from predict.contract import Feature, Row
from predict.model.dividends import Axis, Dividends, Tables
from predict.model.link import Link

from ..search.calibrate import calibration_of, inner
from ..search.pipeline import codes_of, tree_columns
from .background import N_BACKGROUND, to_rows
from .boxes import Box, Group, Subset, boxes_of, cuts_of, grouped, inside, split, tabulate, widened
from .linear_dividends import linear_dividends
from .trees import start_of, trees_of

__all__ = ["BUDGET", "can_be_tabled", "dividends_of"]

BUDGET = 40 << 20
"""Bytes that tables may take; a model of few inputs that needs more is explained by scoring coalitions."""

_MOST_TO_BUILD = 1 << 30
"""Bytes that tables may take before cuts that change nothing are dropped, which are nine of ten."""

_ROOM = 0.9  # of the budget, for tables against another background than the one that will be chosen

# Log odds that differ by less differ by rounding alone.
_NOISE = 1e-13

type Floats = npt.NDArray[np.float64]


def dividends_of(pipeline: Pipeline, features: Sequence[Feature], background: Sequence[Row]) -> Dividends | None:
    """Return the dividends of a fitted pipeline's log odds, calibration included.

    Parameters
    ----------
    pipeline : Pipeline
    features : sequence of Feature
        The contract's, with the values of each category.
    background : sequence of Row

    Returns
    -------
    Tables, Linear or None
        None for a forest, whose probability and not its log odds is the sum of its trees, and for a model whose tables
        would take more than `BUDGET`.
    """
    estimator = pipeline["estimator"]
    slope, intercept, knots = calibration_of(estimator)
    link = Link(knots)
    match inner(estimator):
        case LogisticRegression():
            return linear_dividends(pipeline, features, background, link, slope, intercept)
        case GradientBoostingClassifier() | HistGradientBoostingClassifier() as boosting:
            return _tables(pipeline, features, background, link, slope, slope * start_of(boosting) + intercept)
    return None


def can_be_tabled(pipeline: Pipeline, features: Sequence[Feature], X: pd.DataFrame) -> bool:
    """Return whether there will be dividends of a fitted pipeline, judged by some rows of X."""
    some = X.iloc[np.linspace(0, len(X) - 1, N_BACKGROUND).astype(np.intp)]
    match dividends_of(pipeline, features, to_rows(some)):
        case Tables(rows=rows):
            return rows.nbytes <= _ROOM * BUDGET
        case dividends:
            return dividends is not None


def _tables(
    pipeline: Pipeline,
    features: Sequence[Feature],
    background: Sequence[Row],
    link: Link,
    slope: float,
    start: float,
) -> Tables | None:
    columns, places = tree_columns(pipeline), {feature.name: place for place, feature in enumerate(features)}
    optional = {place for place, feature in enumerate(features) if feature.optional and not feature.is_category}
    estimator = inner(pipeline["estimator"])
    boxes = [box for tree in trees_of(estimator) for box in boxes_of(tree, columns, places, optional)]
    if isinstance(estimator, GradientBoostingClassifier):
        # scikit-learn's own trees compare float32(x); the bounds of doubles that round so say the same.
        boxes = [Box(box.value, {i: (widened(a), widened(b)) for i, (a, b) in box.bounds.items()}) for box in boxes]
    cuts = [cuts_of(boxes, place) for place in range(len(features))]
    if _bytes_needed(boxes, len(background)) > _MOST_TO_BUILD:
        return None
    groups = [tabulate(inputs, members) for inputs, members in grouped(boxes).items()]
    axes = tuple(_axis(pipeline, feature, own) for feature, own in zip(features, cuts, strict=True))
    coded = np.array([[axis.cell(value) for axis, value in zip(axes, row, strict=True)] for row in background])
    parts: dict[Subset, list[Group]] = {(): []}
    for group in groups:
        cells = [
            np.searchsorted(own, inside(cuts[place]))[coded[:, place]]
            for place, own in zip(group.inputs, group.cuts, strict=True)
        ]
        for part in split(group, cells):
            parts.setdefault(part.inputs, []).append(part)
    tables = _laid_out(parts, cuts, axes, link, slope, start, len(background))
    return tables if tables.rows.nbytes <= BUDGET else None


def _bytes_needed(boxes: Sequence[Box], n_background: int) -> int:
    """Return how much the tables of all sets of inputs take at most, none of them made yet."""
    cuts: dict[Subset, dict[int, set[float]]] = {}
    for inputs, members in grouped(boxes).items():
        own = {place: set(cuts_of(members, place).tolist()) for place in inputs}
        if math.prod(len(cut) + 1 for cut in own.values()) * n_background * 8 > _MOST_TO_BUILD:
            return _MOST_TO_BUILD + 1
        for size in range(1, len(inputs) + 1):
            for subset in combinations(inputs, size):
                known = cuts.setdefault(subset, {place: set() for place in subset})
                for place in subset:
                    known[place] |= own[place]
    n_rows = 1 + sum(math.prod(len(cut) + 1 for cut in own.values()) for own in cuts.values())
    return n_rows * n_background * 8


def _laid_out(
    parts: dict[Subset, list[Group]],
    cuts: Sequence[Floats],
    axes: tuple[Axis, ...],
    link: Link,
    slope: float,
    start: float,
    n_background: int,
) -> Tables:
    """Add up the tables of each set, over the cells of all its groups, and put all of them one below the other."""
    subsets = sorted(parts, key=lambda subset: (len(subset), subset))
    sizes = [len(own) + 1 for own in cuts]
    firsts = np.cumsum([0, *sizes])[:-1]
    offsets = np.zeros((sum(sizes), len(subsets)), dtype=np.int64)
    tables: list[Floats] = []
    n_rows = 0
    for number, subset in enumerate(subsets):
        shared = [np.unique(np.concatenate([part.cuts[axis] for part in parts[subset]])) for axis in range(len(subset))]
        total = np.zeros((*(len(own) + 1 for own in shared), n_background))
        for part in parts[subset]:
            where = [np.searchsorted(own, inside(all_)) for own, all_ in zip(part.cuts, shared, strict=True)]
            total += part.table[np.ix_(*where, range(n_background))] if subset else part.table
        total *= slope
        if not subset:
            total += start
        for axis in range(len(subset)):
            total, shared[axis] = _without_idle_cuts(total, shared[axis], axis)
        # Any input may carry the place of the table; the empty set's is the first row of all.
        if subset:
            offsets[firsts[subset[0]] : firsts[subset[0]] + sizes[subset[0]], number] += n_rows
        stride = total.size // n_background
        for place, own in zip(subset, shared, strict=True):
            stride //= len(own) + 1
            cells = np.searchsorted(own, inside(cuts[place]))
            offsets[firsts[place] : firsts[place] + sizes[place], number] += stride * cells
        tables.append(total.reshape(-1, n_background))
        n_rows += len(tables[-1])
    members = np.array([[place in subset for place in range(len(axes))] for subset in subsets])
    return Tables(axes, members, offsets, np.concatenate(tables), link)


def _without_idle_cuts(table: Floats, cuts: Floats, axis: int) -> tuple[Floats, Floats]:
    """Drop the cuts of an axis beside which nothing differs: splits of leaves that do not look at all of a set."""
    steps = np.abs(np.diff(table, axis=axis)).max(axis=tuple(n for n in range(table.ndim) if n != axis), initial=0.0)
    moves = steps > _NOISE
    return table.compress([*moves, True], axis=axis), cuts[moves]


def _axis(pipeline: Pipeline, feature: Feature, cuts: Floats) -> Axis:
    if not feature.is_category:
        return Axis(len(cuts) + 1, cuts=tuple(cuts.tolist()))
    codes, other = codes_of(pipeline, feature)
    home = int(np.searchsorted(cuts, other))
    cells = {value: int(np.searchsorted(cuts, code)) for value, code in codes.items()}
    return Axis(len(cuts) + 1, cells={value: cell for value, cell in cells.items() if cell != home}, other=home)
