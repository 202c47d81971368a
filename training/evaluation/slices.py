"""Slices: how the model does on groups of customers, and where it does worse than its own scores say.

Recall and ROC AUC of a group are no worse for being lower than on all: where few say yes, the scores are low, and
within a group they differ less. So both are compared with what the group's scores would give if they were right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from predict.contract import Feature
from predict.model.metadata import WorsePart
from predict.model.share_interval import Z, wilson

from ..customers.table import Table
from .exploration import count_values
from .out_of_fold import OutOfFold

__all__ = ["Slice", "auc_interval", "slice_up", "worse_parts"]

_COMMONEST = 6
_FEWEST_ROWS = 50

type Interval = tuple[float, float]
type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Slice:
    """One group of customers, scored by models that did not see them.

    Attributes
    ----------
    column, part : str
        Which column it is of, and which part of it.
    n_rows, n_positive : int
    rate, said : float
        Share of positive answers, and the mean probability that was given.
    rate_interval : (float, float)
        95% Wilson interval of the rate.
    recall, precision, roc_auc : float or None
        None where nothing can be said.
    recall_interval, roc_auc_interval : (float, float) or None
    warnings : tuple of str
        In what it does worse than its scores say.
    """

    column: str
    part: str
    n_rows: int
    n_positive: int
    rate: float
    said: float
    rate_interval: Interval
    recall: float | None
    precision: float | None
    roc_auc: float | None
    recall_interval: Interval | None
    roc_auc_interval: Interval | None
    warnings: tuple[str, ...]


def slice_up(table: Table, scored: OutOfFold, decided: Mask, features: Sequence[Feature]) -> tuple[Slice, ...]:
    """Measure each category's commonest values, and each number's least value and the lower and upper half above it.

    Parameters
    ----------
    table : Table
        The rows of `scored`.
    scored : OutOfFold
    decided : ndarray of shape (n_rows,)
    features : sequence of Feature
    """
    order = np.argsort(scored.probability)  # once for the ROC AUC of all of them
    return tuple(
        _measure(feature.label, part, scored, decided, rows, order[rows[order]])
        for feature in features
        for part, rows in _parts(feature, table)
        if rows.sum() >= _FEWEST_ROWS
    )


def worse_parts(parts: Sequence[Slice]) -> tuple[WorsePart, ...]:
    """Return those for whom the model does worse, as the model's file has them: the worst and largest first."""
    worse = sorted((part for part in parts if part.warnings), key=lambda part: (-len(part.warnings), -part.n_rows))
    return tuple(
        WorsePart(part.column, part.part, part.n_rows, part.n_positive, part.said, part.recall, part.warnings)
        for part in worse
    )


def auc_interval(area: float, n_positive: int, n_negative: int) -> tuple[float, float]:
    """Return the 95% interval of a ROC AUC.

    References
    ----------
    Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982, doi:10.1148/radiology.143.1.7063747.
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (n_positive - 1) * (q1 - area**2) + (n_negative - 1) * (q2 - area**2)
    half = Z * float(np.sqrt(max(variance, 0.0) / (n_positive * n_negative)))
    return max(area - half, 0.0), min(area + half, 1.0)


def _parts(feature: Feature, table: Table) -> Iterator[tuple[str, Mask]]:
    column = table.X[feature.name]
    if feature.is_category:
        ranked = list(count_values(column))
        commonest = ranked[:_COMMONEST]
        for value in commonest:
            yield feature.values.get(value, value) or "(not known)", (column == value).to_numpy()
        rest = ~column.isin(commonest).to_numpy()
        yield f"{len(ranked) - len(commonest)} others", rest
        return
    values = column.to_numpy(np.float64)
    yield "(not known)", np.isnan(values)
    least = np.nanmin(values)
    above = values[values > least]
    if not len(above):
        return
    middle = float(np.median(above))
    yield f"{least:.6g}", values == least
    yield f"up to {middle:.6g}", (values > least) & (values <= middle)
    yield f"more than {middle:.6g}", values > middle


def _measure(
    column: str, part: str, scored: OutOfFold, decided: Mask, rows: Mask, by_score: npt.NDArray[np.intp]
) -> Slice:
    y, p, chosen = scored.y[rows], scored.probability[rows], decided[rows]
    n_rows, n_positive = len(y), int(y.sum())
    low, high = wilson(n_positive, n_rows)
    rate_interval = float(low), float(high)
    recall = recall_interval = area = area_interval = None
    warnings = []
    if n_positive:
        recall = float(y[chosen].sum() / n_positive)
        low, high = wilson(int(y[chosen].sum()), n_positive)
        recall_interval = float(low), float(high)
        if recall_interval[1] < p[chosen].sum() / p.sum():
            warnings.append("recall lower than expected")
    if 0 < n_positive < n_rows:
        area, expected_area = _areas(scored.y[by_score], scored.probability[by_score])
        area_interval = auc_interval(area, n_positive, n_rows - n_positive)
        if area_interval[1] < expected_area:
            warnings.append("ROC AUC lower than expected")
    if not rate_interval[0] <= p.mean() <= rate_interval[1]:
        warnings.append("scores too high" if p.mean() > rate_interval[1] else "scores too low")
    return Slice(
        column=column,
        part=part,
        n_rows=n_rows,
        n_positive=n_positive,
        rate=n_positive / n_rows,
        said=float(p.mean()),
        rate_interval=rate_interval,
        recall=recall,
        precision=float(y[chosen].mean()) if chosen.any() else None,
        roc_auc=area,
        recall_interval=recall_interval,
        roc_auc_interval=area_interval,
        warnings=tuple(warnings),
    )


def _areas(y: npt.NDArray[np.int8], p: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the ROC AUC of ascending scores, and that of scores that are right.

    Of scores that are right, a row counts as positive by its score and as negative by the rest.
    """
    last_of_equals = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)

    def area(positive: npt.NDArray[Any]) -> float:
        above, below = (np.cumsum(part, dtype=np.float64)[last_of_equals] for part in (positive, 1 - positive))
        return float(1 - np.trapezoid(np.append(0, above), np.append(0, below)) / (above[-1] * below[-1]))

    return area(y), area(p)
