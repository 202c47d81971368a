"""Exploration: what the data looks like before any model, as numbers. `training.report.data_charts` draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from predict.contract import Feature
from predict.model.share_interval import wilson

from ..customers.table import Table

__all__ = [
    "CategoryRates",
    "ColumnFacts",
    "Exploration",
    "Rates",
    "count_values",
    "explore",
    "group_rates",
    "has_heavy_tail",
]

_N_QUANTILES = 10
_COMMONEST = 20
_OUTLIER_SPREADS = 3.0
_HEAVY = 10.0
_TARGET = "(target)"

type Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rates:
    """Rate by bin: label, rows, share of positive answers and its 95% Wilson interval."""

    labels: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    rate: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class CategoryRates:
    """The commonest values of a category: raw rate, and the rate drawn towards the overall one where rows are few."""

    rates: Rates
    shrunken: Floats


@dataclass(frozen=True, eq=False)
class ColumnFacts:
    """One number; `outliers` is None where the quartiles are equal: then every other value would be one."""

    feature: Feature
    heavy_tail: bool
    zeros: float
    outliers: int | None
    rates: Rates


@dataclass(frozen=True, eq=False)
class Exploration:
    """What the data looks like.

    Attributes
    ----------
    numbers : tuple of ColumnFacts
    categories : dict of Feature name to CategoryRates
    pearson, spearman : DataFrame
        Correlations of the numbers and the target.
    n_duplicates : int
        Rows that repeat an earlier one in every input.
    n_contradictions : int
        Rows that agree with another in every input, and not in the answer.
    """

    numbers: tuple[ColumnFacts, ...]
    categories: dict[str, CategoryRates]
    pearson: pd.DataFrame
    spearman: pd.DataFrame
    n_duplicates: int
    n_contradictions: int


def explore(table: Table, features: Sequence[Feature]) -> Exploration:
    """Describe every column, and how columns correlate."""
    numbers = [feature for feature in features if not feature.is_category]
    frame = table.X[[f.name for f in numbers]].assign(**{_TARGET: table.y.astype(float)})
    # A constant column has no correlation with anything; 0 says so without a warning.
    names = [*(f.name for f in numbers), _TARGET]
    varied = [name for name in names if frame[name].nunique() > 1]
    size = np.bincount(table.groups)
    hits = np.bincount(table.groups, weights=table.y)
    mixed = (hits > 0) & (hits < size)
    return Exploration(
        numbers=tuple(_column(feature, table) for feature in numbers),
        categories={f.name: _category(f, table) for f in features if f.is_category},
        pearson=_square(frame[varied].corr(), names),
        spearman=_square(frame[varied].rank().corr(), names),
        n_duplicates=len(table.y) - len(size),
        n_contradictions=int(size[mixed].sum()),
    )


def count_values(column: pd.Series) -> dict[str, int]:
    """Return how often each value of a category is there, the commonest first.

    Then by name: ties must not depend on the order of the file.
    """
    counts = {str(value): int(count) for value, count in column.value_counts().items()}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def group_rates(labels: Sequence[str], codes: npt.NDArray[np.integer[Any]], y: npt.NDArray[np.int8]) -> Rates:
    """Return the rate of rows by their code, which is the number of their label."""
    counts = np.bincount(codes, minlength=len(labels))
    hits = np.bincount(codes, weights=y, minlength=len(labels))
    low, high = wilson(hits, counts)
    return Rates(tuple(labels), counts, hits / np.maximum(counts, 1), low, high)


def has_heavy_tail(values: Floats) -> bool:
    """Return whether a column is better looked at on a log scale: never negative, and its largest values far out."""
    if values.min() < 0 or values.max() <= 0:
        return False
    positive = values[values > 0]
    return bool(np.quantile(positive, 0.99) > _HEAVY * np.median(positive) or values.max() > 50 * np.median(positive))


def _column(feature: Feature, table: Table) -> ColumnFacts:
    column = table.X[feature.name].to_numpy(np.float64)
    is_known = ~np.isnan(column)
    values = column[is_known]
    lower, upper = np.quantile(values, [0.25, 0.75])
    spread = upper - lower
    far = (values < lower - _OUTLIER_SPREADS * spread) | (values > upper + _OUTLIER_SPREADS * spread)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _N_QUANTILES + 1)))
    codes = np.searchsorted(edges[1:-1], values, side="left") if len(edges) > 2 else np.zeros(len(values), dtype=int)
    labels = []
    for code in range(max(len(edges) - 1, 1)):
        inside = values[codes == code]
        first, last = (
            (inside.min(), inside.max()) if len(inside) else (edges[code], edges[min(code + 1, len(edges) - 1)])
        )
        labels.append(f"{first:.6g}" if first == last else f"{first:.6g}–{last:.6g}")
    every = np.full(len(column), len(labels))
    every[is_known] = codes
    if not is_known.all():
        labels.append("(not known)")
    return ColumnFacts(
        feature=feature,
        heavy_tail=has_heavy_tail(values),
        zeros=float((values == 0).mean()),
        outliers=int(far.sum()) if spread else None,
        rates=group_rates(labels, every, table.y),
    )


def _category(feature: Feature, table: Table) -> CategoryRates:
    column = table.X[feature.name]
    ranked = list(count_values(column))
    shown = ranked[:_COMMONEST]
    place = {value: number for number, value in enumerate(shown)}
    codes = column.map(place).fillna(len(shown)).to_numpy(np.int64)
    labels = [feature.values.get(value, value) if value else "(not known)" for value in shown]
    if len(ranked) > len(shown):
        labels.append(f"{len(ranked) - len(shown)} others")
    rates = group_rates(labels, codes, table.y)
    overall = table.y.mean()
    weight = _prior_rows(column, table.y)
    shrunken = (rates.rate * rates.counts + weight * overall) / (rates.counts + weight)
    return CategoryRates(rates, shrunken)


def _prior_rows(column: pd.Series, y: npt.NDArray[np.int8]) -> float:
    """Return how many rows of overall rate to add to each category: few where categories truly differ.

    Empirical Bayes by the moments of a beta distribution: what the rates differ by beyond chance is how far they
    truly differ.
    """
    _, codes = np.unique(np.asarray(column, dtype=object), return_inverse=True)
    size, hits = np.bincount(codes), np.bincount(codes, weights=y)
    overall = float(y.mean())
    chance = overall * (1 - overall)
    between = float((size * (hits / size - overall) ** 2).sum() - chance * len(size)) / len(y)
    return chance / between - 1 if between > chance / len(y) else float(len(y))


def _square(correlation: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return correlation.reindex(index=names, columns=names).fillna(0.0)
