"""From a fitted pipeline to the dividends that explain it (`predict.model.dividends`).

A leaf of a tree is a box: it gives its value where each input of its path lies between two splits. Leaves that look at
the same inputs add up to one table over the cells between the splits of these inputs. Held against a background row,
such a table falls apart by inclusion and exclusion: along each input either the background's cell, or what the
customer's cell adds to it. What is added along the inputs W and is the background's along the others is W's dividend.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from predict.contract import Feature, Row
from predict.model.coalitions import Coalitions
from predict.model.dividends import Axis, Dividends, Linear, Tables, Term
from predict.model.explain import Explainer
from predict.model.session import Model

from ..search.calibrate import Calibrated, inner, to_probability
from ..search.isotonic import IsotonicCalibrated
from ..search.pipeline import Logarithm
from .background import to_rows
from .parity import ParityError
from .trees import Tree, trees_of

__all__ = ["BUDGET", "check_dividends", "dividends_of"]

BUDGET = 8 << 20
"""Bytes that tables may take; a model that needs more is explained by scoring coalitions."""

_TOLERANCE = 1e-9
# Log odds that differ by less differ by rounding alone.
_NOISE = 1e-13
# Rows of each table that are explained in both ways.
_EXPLAINED = 12

type Floats = npt.NDArray[np.float64]
type Subset = tuple[int, ...]


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
        None for a forest, whose probability and not its log odds is the sum of its trees, for what isotonic regression
        calibrated, and for a model whose tables would take more than `BUDGET`.
    """
    estimator = pipeline["estimator"]
    if isinstance(estimator, IsotonicCalibrated):
        return None
    slope, intercept = (estimator.slope, estimator.intercept) if isinstance(estimator, Calibrated) else (1.0, 0.0)
    match inner(estimator):
        case LogisticRegression() as linear:
            return _linear(pipeline, linear, features, background, slope, intercept)
        case GradientBoostingClassifier() as boosting:
            # The prior of the classes, as raw_predict starts from it (no public name).
            zeros = np.zeros((1, boosting.n_features_in_), dtype=np.float32)
            start = float(boosting._raw_predict_init(zeros).item())
            return _tables(pipeline, trees_of(boosting), features, background, slope, slope * start + intercept)
        case HistGradientBoostingClassifier() as boosting:
            start = float(np.asarray(boosting._baseline_prediction).item())  # no public name
            return _tables(pipeline, trees_of(boosting), features, background, slope, slope * start + intercept)
    return None


def check_dividends(model: Model, tables: Iterable[pd.DataFrame]) -> None:
    """Hold the dividends of a model against its session, and the explanations against scored coalitions.

    All of a customer's dividends add up to the log odds that the session scores, for every row of every table; a few
    rows of each are explained in both ways.

    Raises
    ------
    ParityError
        If they differ.
    """
    dividends = model.metadata.dividends
    if dividends is None:
        return
    explainer, coalitions = Explainer(model), Coalitions(model)
    for table in tables:
        rows = to_rows(table)
        ours = np.array([dividends.of_row(row).sum(axis=0) for row in rows])
        difference = np.abs(to_probability(ours) - model.probabilities(rows)[:, None]).max()
        if difference > _TOLERANCE:
            raise ParityError(f"The explanations' tables differ from the model by {difference:.1e}.")
        some = rows[:: max(1, len(rows) // _EXPLAINED)]
        difference = np.abs(explainer.contributions(some) - coalitions.contributions(some)).max()
        if difference > _TOLERANCE:
            raise ParityError(f"The explanations from tables differ from scored coalitions by {difference:.1e}.")


@dataclass(frozen=True, eq=False)
class _Group:
    """Leaves that look at the same inputs, as one table over the cells of these.

    Attributes
    ----------
    inputs : tuple of int
        In ascending order.
    cuts : tuple of ndarray
        The splits of each.
    table : ndarray with an axis of len(cuts) + 1 for each input
        What the leaves add to the log odds.
    """

    inputs: Subset
    cuts: tuple[Floats, ...]
    table: Floats


@dataclass
class _Box:
    """A leaf: its value, and the bounds (above, up to) of each input on its path."""

    value: float
    bounds: dict[int, tuple[float, float]] = field(default_factory=dict)


def _tables(
    pipeline: Pipeline,
    trees: Sequence[Tree],
    features: Sequence[Feature],
    background: Sequence[Row],
    slope: float,
    start: float,
) -> Tables | None:
    places = _columns(pipeline, features)
    boxes = [box for tree in trees for box in _boxes(tree, places)]
    if isinstance(inner(pipeline["estimator"]), GradientBoostingClassifier):
        # scikit-learn's own trees compare float32(x); the bounds of doubles that round so say the same.
        boxes = [_Box(box.value, {i: (_widened(a), _widened(b)) for i, (a, b) in box.bounds.items()}) for box in boxes]
    cuts = [_cuts_of(boxes, place) for place in range(len(features))]
    if _bytes_needed(boxes, len(background)) > BUDGET:
        return None
    groups = [_group(inputs, members) for inputs, members in _grouped(boxes).items()]
    axes = tuple(_axis(pipeline, feature, own) for feature, own in zip(features, cuts, strict=True))
    coded = np.array([[axis.cell(value) for axis, value in zip(axes, row, strict=True)] for row in background])
    parts: dict[Subset, list[_Group]] = {(): []}
    for group in groups:
        cells = [
            np.searchsorted(own, _inside(cuts[place]))[coded[:, place]]
            for place, own in zip(group.inputs, group.cuts, strict=True)
        ]
        for part in _split(group, cells):
            parts.setdefault(part.inputs, []).append(part)
    return _laid_out(parts, cuts, axes, slope, start, len(background))


def _boxes(tree: Tree, places: Sequence[int]) -> list[_Box]:
    """Return the leaves of a tree whose column k is the input places[k]."""
    found = []
    waiting: list[tuple[int, dict[int, tuple[float, float]]]] = [(0, {})]
    while waiting:
        node, bounds = waiting.pop()
        if tree.is_leaf[node]:
            found.append(_Box(float(tree.value[node]), bounds))
            continue
        place, split = places[int(tree.feature[node])], float(tree.threshold[node])
        low, high = bounds.get(place, (-math.inf, math.inf))
        waiting.append((int(tree.left[node]), bounds | {place: (low, min(high, split))}))
        waiting.append((int(tree.right[node]), bounds | {place: (max(low, split), high)}))
    return found


def _widened(bound: float) -> float:
    """Return the largest double that float32 rounds to no more than a bound."""
    if not math.isfinite(bound):
        return bound
    below = np.float32(bound)
    if float(below) > bound:
        below = np.nextafter(below, np.float32(-np.inf))
    middle = (float(below) + float(np.nextafter(below, np.float32(np.inf)))) / 2
    # Halfway between two, the even one is meant.
    return middle if np.float32(middle) == below else float(np.nextafter(middle, -np.inf))


def _cuts_of(boxes: Sequence[_Box], place: int) -> Floats:
    bounds = {edge for box in boxes if place in box.bounds for edge in box.bounds[place] if math.isfinite(edge)}
    return np.array(sorted(bounds))


def _grouped(boxes: Sequence[_Box]) -> dict[Subset, list[_Box]]:
    """Return the leaves by the inputs they look at; a leaf joins a group that looks at more, where there is one."""
    sets = {frozenset(box.bounds) for box in boxes}
    largest = sorted((s for s in sets if not any(s < other for other in sets)), key=sorted)
    groups: dict[Subset, list[_Box]] = {tuple(sorted(s)): [] for s in largest}
    for box in boxes:
        home = next(s for s in largest if frozenset(box.bounds) <= s)
        groups[tuple(sorted(home))].append(box)
    return groups


def _bytes_needed(boxes: Sequence[_Box], n_background: int) -> int:
    """Return how much the tables of all sets of inputs would take, none of them made yet."""
    cuts: dict[Subset, dict[int, set[float]]] = {}
    for inputs, members in _grouped(boxes).items():
        own = {place: set(_cuts_of(members, place).tolist()) for place in inputs}
        if math.prod(len(cut) + 1 for cut in own.values()) * n_background * 8 > BUDGET:
            return BUDGET + 1
        for size in range(1, len(inputs) + 1):
            for subset in combinations(inputs, size):
                known = cuts.setdefault(subset, {place: set() for place in subset})
                for place in subset:
                    known[place] |= own[place]
    n_rows = 1 + sum(math.prod(len(cut) + 1 for cut in own.values()) for own in cuts.values())
    return n_rows * n_background * 8


def _group(inputs: Subset, boxes: Sequence[_Box]) -> _Group:
    cuts = tuple(_cuts_of(boxes, place) for place in inputs)
    table = np.zeros([len(own) + 1 for own in cuts])
    for box in boxes:
        where = []
        for place, own in zip(inputs, cuts, strict=True):
            low, high = box.bounds.get(place, (-math.inf, math.inf))
            # Cell k lies above cut k - 1 and up to cut k.
            first = 0 if low == -math.inf else int(np.searchsorted(own, low)) + 1
            last = len(own) if high == math.inf else int(np.searchsorted(own, high))
            where.append(slice(first, last + 1))
        table[tuple(where)] += box.value
    return _Group(inputs, cuts, table)


def _split(group: _Group, cells: Sequence[npt.NDArray[np.intp]]) -> list[_Group]:
    """Return the dividends of each set within a group; their tables have the background rows as last axis.

    Parameters
    ----------
    group : _Group
    cells : sequence of ndarray of shape (n_background,)
        For each input of the group, the cells of the background rows.
    """
    every = np.arange(len(cells[0])) if cells else np.arange(0)
    parts: dict[Subset, Floats] = {(): group.table[..., None]}
    for axis, theirs in enumerate(cells):
        further: dict[Subset, Floats] = {}
        for subset, table in parts.items():
            # The axes of the subset come first, then those still to do, then the background rows.
            turned = np.moveaxis(table, len(subset), -2)
            held = turned[..., theirs, every if turned.shape[-1] > 1 else 0]
            further[subset] = held
            further[(*subset, axis)] = np.moveaxis(turned - held[..., None, :], -2, len(subset))
        parts = further
    return [
        _Group(tuple(group.inputs[axis] for axis in subset), tuple(group.cuts[axis] for axis in subset), table)
        for subset, table in parts.items()
    ]


def _laid_out(
    parts: dict[Subset, list[_Group]],
    cuts: Sequence[Floats],
    axes: tuple[Axis, ...],
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
        shared = [_union(part.cuts[axis] for part in parts[subset]) for axis in range(len(subset))]
        total = np.zeros((*(len(own) + 1 for own in shared), n_background))
        for part in parts[subset]:
            where = [np.searchsorted(own, _inside(all_)) for own, all_ in zip(part.cuts, shared, strict=True)]
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
            cells = np.searchsorted(own, _inside(cuts[place]))
            offsets[firsts[place] : firsts[place] + sizes[place], number] += stride * cells
        tables.append(total.reshape(-1, n_background))
        n_rows += len(tables[-1])
    masks = np.array([sum(1 << place for place in subset) for subset in subsets])
    return Tables(axes, masks, offsets, np.concatenate(tables))


def _without_idle_cuts(table: Floats, cuts: Floats, axis: int) -> tuple[Floats, Floats]:
    """Drop the cuts of an axis beside which nothing differs: splits of leaves that do not look at all of a set."""
    steps = np.abs(np.diff(table, axis=axis)).max(axis=tuple(n for n in range(table.ndim) if n != axis), initial=0.0)
    moves = steps > _NOISE
    return table.compress([*moves, True], axis=axis), cuts[moves]


def _axis(pipeline: Pipeline, feature: Feature, cuts: Floats) -> Axis:
    if not feature.is_category:
        return Axis(len(cuts) + 1, cuts=tuple(cuts.tolist()))
    codes, other = _codes(pipeline, feature)
    home = int(np.searchsorted(cuts, other))
    cells = {value: int(np.searchsorted(cuts, code)) for value, code in codes.items()}
    return Axis(len(cuts) + 1, cells={value: cell for value, cell in cells.items() if cell != home}, other=home)


def _codes(pipeline: Pipeline, feature: Feature) -> tuple[dict[str, float], float]:
    """Return the number that each value of a category becomes, and the number of a value that the fit did not see."""
    encoder = pipeline["columns"].named_transformers_[f"category_{feature.name}"]
    values = encoder.categories_[0].tolist()
    coded = encoder.transform(pd.DataFrame({feature.name: pd.Series([*values, "\0"], dtype=object)}))
    *codes, other = np.asarray(coded, dtype=np.float64).ravel().tolist()
    return dict(zip(values, codes, strict=True)), other


def _columns(pipeline: Pipeline, features: Sequence[Feature]) -> list[int]:
    """Return the input that each column of the estimator is made of."""
    names = [feature.name for feature in features]
    return [names.index(name) for _, _, group in pipeline["columns"].transformers_ for name in group]


def _linear(
    pipeline: Pipeline,
    estimator: LogisticRegression,
    features: Sequence[Feature],
    background: Sequence[Row],
    slope: float,
    intercept: float,
) -> Linear:
    coefficients = iter((slope * estimator.coef_[0]).tolist())
    terms: dict[str, Term] = {}
    by_name = {feature.name: feature for feature in features}
    for _, transformer, names in pipeline["columns"].transformers_:
        if by_name[names[0]].is_category:
            terms[names[0]] = _category_term(pipeline, by_name[names[0]], transformer, coefficients)
            continue
        scaler = transformer[-1] if isinstance(transformer, Pipeline) else transformer
        is_logarithm = isinstance(transformer, Pipeline) and isinstance(transformer[0], Logarithm)
        for name, center, scale in zip(names, scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True):
            terms[name] = Term(next(coefficients) / scale, center, is_logarithm)
    ordered = tuple(terms[feature.name] for feature in features)
    added = [[term.add(value) for term, value in zip(ordered, row, strict=True)] for row in background]
    return Linear(ordered, slope * float(estimator.intercept_[0]) + intercept, np.array(added).T)


def _category_term(pipeline: Pipeline, feature: Feature, encoder: Any, coefficients: Any) -> Term:
    values = encoder.categories_[0].tolist()
    if type(encoder).__name__ == "OneHotEncoder":
        return Term(values={value: next(coefficients) for value in values})
    codes, other = _codes(pipeline, feature)
    weight = next(coefficients)
    return Term(values={value: weight * code for value, code in codes.items()}, other=weight * other)


def _inside(cuts: Floats) -> Floats:
    """Return a value inside each cell: its end, and infinity for the last one."""
    return np.append(cuts, np.inf)


def _union(many: Any) -> Floats:
    return np.array(sorted({cut for cuts in many for cut in cuts.tolist()}))
