"""From a fitted pipeline to the dividends that explain it (`predict.model.dividends`).

A boosted model's leaves become tables (`training.export.boxes`), and each table the dividends of the sets of its
inputs: what is added along the inputs W and is the background's along the others is W's dividend. The dividends of a
linear model are its terms.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from predict.contract import Feature, Row
from predict.model.coalitions import Coalitions
from predict.model.dividends import Axis, Dividends, Linear, Tables, Term
from predict.model.explain import Explainer
from predict.model.link import Link
from predict.model.session import Model
from predict.model.strongest import MOST_EXACT

from ..search.calibrate import Calibrated, inner
from ..search.isotonic import IsotonicCalibrated
from ..search.pipeline import Logarithm, tree_columns
from .background import to_rows
from .boxes import Box, Group, Subset, boxes_of, cuts_of, grouped, inside, split, tabulate, widened
from .parity import ParityError
from .trees import Tree, trees_of

__all__ = ["BUDGET", "check_dividends", "dividends_of"]

BUDGET = 24 << 20
"""Bytes that tables may take; a model of few inputs that needs more is explained by scoring coalitions."""

_TOLERANCE = 1e-9
# Log odds that differ by less differ by rounding alone.
_NOISE = 1e-13
# Rows of each table that are explained in both ways.
_EXPLAINED = 12

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
    link = Link(estimator.knots if isinstance(estimator, IsotonicCalibrated) else ())
    slope, intercept = (estimator.slope, estimator.intercept) if isinstance(estimator, Calibrated) else (1.0, 0.0)
    match inner(estimator):
        case LogisticRegression() as linear:
            return _linear(pipeline, linear, features, background, link, slope, intercept)
        case GradientBoostingClassifier() as boosting:
            # The prior of the classes, as raw_predict starts from it (no public name).
            zeros = np.zeros((1, boosting.n_features_in_), dtype=np.float32)
            start = float(boosting._raw_predict_init(zeros).item())
            return _tables(pipeline, trees_of(boosting), features, background, link, slope, slope * start + intercept)
        case HistGradientBoostingClassifier() as boosting:
            start = float(np.asarray(boosting._baseline_prediction).item())  # no public name
            return _tables(pipeline, trees_of(boosting), features, background, link, slope, slope * start + intercept)
    return None


def check_dividends(model: Model, tables: Iterable[pd.DataFrame]) -> None:
    """Hold the dividends of a model against its session, and the explanations against scored coalitions.

    All of a customer's dividends add up to the log odds that the session scores, for every row of every table. Of a few
    rows of each, the dividends within coalitions add up to what the session scores where these inputs are the
    customer's and the others a background row's; and where few inputs are explained by all coalitions, the explanations
    are those of scored coalitions.

    Raises
    ------
    ParityError
        If they differ.
    """
    dividends = model.metadata.dividends
    if dividends is None:
        return
    explainer = Explainer(model)
    is_wide = len(model.contract.features) > MOST_EXACT
    rng = np.random.default_rng(0)
    for table in tables:
        rows = to_rows(table)
        ours = np.array([dividends.of_row(row).sum(axis=0) for row in rows])
        _refuse_difference("tables", dividends.link.of_log_odds(ours), model.probabilities(rows)[:, None])
        some = rows[:: max(1, len(rows) // _EXPLAINED)]
        if is_wide:
            _check_coalitions(model, dividends, some, rng)
        else:
            _refuse_difference("values", explainer.contributions(some), Coalitions(model).contributions(some))


def _check_coalitions(model: Model, dividends: Dividends, rows: Sequence[Row], rng: np.random.Generator) -> None:
    """Hold the dividends against the session, for a coalition of each row and each background row."""
    background = model.metadata.background
    for row in rows:
        inside = rng.random((len(background), len(row))) < rng.random((len(background), 1))
        mixed = [
            tuple(np.where(own, np.array(row, object), np.array(other, object)).tolist())
            for own, other in zip(inside, background, strict=True)
        ]
        within = ~(dividends.members[:, None] & ~inside).any(axis=2)
        ours = (dividends.of_row(row) * within).sum(axis=0)
        _refuse_difference("tables", dividends.link.of_log_odds(ours), model.probabilities(mixed))


def _refuse_difference(what: str, ours: Floats, theirs: Floats) -> None:
    difference = np.abs(ours - theirs).max()
    if difference > _TOLERANCE:
        raise ParityError(f"The explanations' {what} differ from the model by {difference:.1e}.")


def _tables(
    pipeline: Pipeline,
    trees: Sequence[Tree],
    features: Sequence[Feature],
    background: Sequence[Row],
    link: Link,
    slope: float,
    start: float,
) -> Tables | None:
    columns, places = tree_columns(pipeline), {feature.name: place for place, feature in enumerate(features)}
    optional = {place for place, feature in enumerate(features) if feature.optional and not feature.is_category}
    boxes = [box for tree in trees for box in boxes_of(tree, columns, places, optional)]
    if isinstance(inner(pipeline["estimator"]), GradientBoostingClassifier):
        # scikit-learn's own trees compare float32(x); the bounds of doubles that round so say the same.
        boxes = [Box(box.value, {i: (widened(a), widened(b)) for i, (a, b) in box.bounds.items()}) for box in boxes]
    cuts = [cuts_of(boxes, place) for place in range(len(features))]
    if _bytes_needed(boxes, len(background)) > BUDGET:
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
    return _laid_out(parts, cuts, axes, link, slope, start, len(background))


def _bytes_needed(boxes: Sequence[Box], n_background: int) -> int:
    """Return how much the tables of all sets of inputs would take, none of them made yet."""
    cuts: dict[Subset, dict[int, set[float]]] = {}
    for inputs, members in grouped(boxes).items():
        own = {place: set(cuts_of(members, place).tolist()) for place in inputs}
        if math.prod(len(cut) + 1 for cut in own.values()) * n_background * 8 > BUDGET:
            return BUDGET + 1
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
        shared = [_union(part.cuts[axis] for part in parts[subset]) for axis in range(len(subset))]
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


def _linear(
    pipeline: Pipeline,
    estimator: LogisticRegression,
    features: Sequence[Feature],
    background: Sequence[Row],
    link: Link,
    slope: float,
    intercept: float,
) -> Linear:
    coefficients = iter((slope * estimator.coef_[0]).tolist())
    terms: dict[str, Term] = {}
    start = slope * float(estimator.intercept_[0]) + intercept
    by_name = {feature.name: feature for feature in features}
    for _, transformer, names in pipeline["columns"].transformers_:
        if by_name[names[0]].is_category:
            terms[names[0]] = _category_term(pipeline, by_name[names[0]], transformer, coefficients)
            continue
        steps = list(transformer) if isinstance(transformer, Pipeline) else [transformer]
        *_, scaler = steps
        is_logarithm = any(isinstance(step, Logarithm) for step in steps)
        if isinstance(steps[0], SimpleImputer):
            own = list(itertools.islice(coefficients, scaler.n_features_in_))
            terms[names[0]], known = _optional_term(names[0], transformer, own, is_logarithm)
            start += known
            continue
        for name, center, scale in zip(names, scaler.mean_.tolist(), scaler.scale_.tolist(), strict=True):
            terms[name] = Term(next(coefficients) / scale, center, is_logarithm)
    ordered = tuple(terms[feature.name] for feature in features)
    added = [[term.add(value) for term, value in zip(ordered, row, strict=True)] for row in background]
    return Linear(ordered, start, np.array(added).T, link)


def _optional_term(name: str, steps: Pipeline, coefficients: Sequence[float], is_logarithm: bool) -> tuple[Term, float]:
    """Return the term of a number that may be not known, and what is added beside it wherever it is known."""
    scaler = steps[-1]
    term = Term(coefficients[0] / float(scaler.scale_[0]), float(scaler.mean_[0]), is_logarithm)
    known, unknown = steps.transform(pd.DataFrame({name: [0.0, np.nan]})) @ coefficients
    beside = float(known) - term.add(0.0)
    return replace(term, other=float(unknown) - beside), beside


def _category_term(pipeline: Pipeline, feature: Feature, encoder: Any, coefficients: Any) -> Term:
    values = encoder.categories_[0].tolist()
    if type(encoder).__name__ == "OneHotEncoder":
        return Term(values={value: next(coefficients) for value in values})
    codes, other = _codes(pipeline, feature)
    weight = next(coefficients)
    return Term(values={value: weight * code for value, code in codes.items()}, other=weight * other)


def _union(many: Any) -> Floats:
    return np.array(sorted({cut for cuts in many for cut in cuts.tolist()}))
