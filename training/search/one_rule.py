"""The one-rule baseline: the best question about a single column, which every model has to beat.

References
----------
Holte, Very Simple Classification Rules Perform Well on Most Commonly Used Datasets, 1993.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from predict.contract import Feature, Target
from predict.words import unit_text

from ..customers.table import Table
from ..evaluation.folds import N_SPLITS, assign_folds
from ..evaluation.out_of_fold import OutOfFold
from .fits import fit, score
from .pipeline import build_pipeline, tree_columns

__all__ = ["describe_rule", "hold_out_rule"]


def hold_out_rule(table: Table, features: Sequence[Feature], seed: int) -> OutOfFold:
    """Return the probabilities of all rows by a rule that was found without them."""
    fold = assign_folds(table, seed)
    probability = np.empty(len(table.y))
    for number in range(N_SPLITS):
        held_out = fold == number
        fitted = fit(_pipeline(features, seed), table.X[~held_out], table.y[~held_out])
        probability[held_out] = score(fitted, table.X[held_out])
    return OutOfFold(table.y, probability, fold, table.groups)


def describe_rule(table: Table, features: Sequence[Feature], target: Target, seed: int) -> str:
    """Return the rule that all rows give, in words."""
    fitted = fit(_pipeline(features, seed), table.X, table.y)
    tree = fitted["estimator"].tree_
    if tree.node_count == 1:
        return "no rule: no column tells the answers apart"
    column = tree_columns(fitted)[tree.feature[0]]
    feature = next(feature for feature in features if feature.name == column.name)
    low, high = tree.value[1, 0, 1], tree.value[2, 0, 1]
    if feature.is_category:
        return f"{feature.label}: one of those with many {target.people}"
    if column.is_indicator:
        return f"{feature.label}: whether it is known"
    side = "more" if high > low else "less"
    amount = f"{tree.threshold[0]:.4g}"
    return f"{feature.label}: {side} than {amount} {unit_text(float(amount), feature.unit)}".rstrip()


def _pipeline(features: Sequence[Feature], seed: int) -> Pipeline:
    columns = build_pipeline(features, "RandomForestClassifier", {"encoder": "target"}, seed)["columns"]
    return Pipeline([("columns", columns), ("estimator", DecisionTreeClassifier(max_depth=1, random_state=seed))])
