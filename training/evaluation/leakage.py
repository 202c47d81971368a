"""Leakage: columns that know the answer because they were recorded after it, or up to it.

Such a column makes every score look good and every prediction bad. Nobody but the owner of the data can tell it from a
column that is honestly good, so this is a warning in words, not a refusal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from predict.contract import LARGEST, Feature, Target

from ..customers.table import Table
from .folds import assign_folds

__all__ = ["SUSPICIOUS", "ColumnPower", "column_powers", "order_power", "warn_of_leaks", "warn_of_order"]

SUSPICIOUS = 0.9
"""ROC AUC of one column alone, from which on it is asked how the column came about."""

_BINS = 20


@dataclass(frozen=True)
class ColumnPower:
    """How well one column alone ranks the answers: ROC AUC on rows it was not fitted on."""

    feature: Feature
    roc_auc: float


def column_powers(table: Table, features: Sequence[Feature], seed: int) -> tuple[ColumnPower, ...]:
    """Return the power of each column, the greatest first.

    A value counts as the share of positive answers among rows of the same category, or of the same twentieth of the
    numbers, in the other folds, so that a column that matters in the middle of its range is seen, too.
    """
    fold = assign_folds(table, seed)
    powers = [ColumnPower(feature, _power(table.X[feature.name], feature, table.y, fold)) for feature in features]
    return tuple(sorted(powers, key=lambda power: -power.roc_auc))


def order_power(table: Table) -> float:
    """Return how well a row's place in the file tells its answer: 0.5 for a shuffled file, 1 for a sorted one."""
    area = float(roc_auc_score(table.y, np.arange(len(table.y))))
    return max(area, 1 - area)


def warn_of_leaks(powers: Sequence[ColumnPower], target: Target) -> tuple[str, ...]:
    """Return a warning in words for each column that nearly gives the answer away."""
    return tuple(
        f"Possible leak: {power.feature.name} alone reaches {power.roc_auc:.3f} ROC AUC. A column that nearly gives "
        f"the answer away was often recorded after it, or counts days that stop at {target.noun} for {target.people} "
        "and at the export for everybody else. The scores below would then not hold for customers whose answer is "
        f"still open. Find out when {power.feature.name} is recorded; if not on the same day for everybody, train "
        f"again with --drop {power.feature.name}."
        for power in powers
        if power.roc_auc >= SUSPICIOUS
    )


def warn_of_order(power: float) -> tuple[str, ...]:
    """Return a warning in words where the order of the rows tells the answer; it spoils nothing here."""
    if power < SUSPICIOUS:
        return ()
    return (
        f"The order of the rows alone reaches {power:.3f} ROC AUC: the file is sorted by the answer, or by something "
        "close to it. It is not used: every split here is shuffled.",
    )


def _power(column: pd.Series, feature: Feature, y: npt.NDArray[np.int8], fold: npt.NDArray[np.int64]) -> float:
    values = column.to_numpy() if feature.is_category else column.to_numpy(np.float64)
    if not feature.is_category:
        edges = np.unique(np.nanquantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
        # Numbers that are not known stand behind the others, in a bin of their own.
        edges = np.append(edges, np.nanmax(values))
        values = np.nan_to_num(values, nan=LARGEST)
        codes = np.searchsorted(edges, values, side="left")
    else:
        codes = pd.factorize(values)[0]
    rate = np.empty(len(y))
    for number in np.unique(fold):
        held_out = fold == number
        count = np.bincount(codes[~held_out], minlength=codes.max() + 1)
        hits = np.bincount(codes[~held_out], y[~held_out], minlength=codes.max() + 1)
        rate[held_out] = ((hits + y.mean()) / (count + 1))[codes[held_out]]
    binned = float(roc_auc_score(y, rate))
    if feature.is_category:
        return binned
    ranked = float(roc_auc_score(y, values))
    return max(binned, ranked, 1 - ranked)
