"""Score jumps: where a fitted pipeline's score may jump, in the columns' own units."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline

from ..search.calibrate import inner
from ..search.pipeline import tree_columns
from .trees import thresholds, trees_of

__all__ = ["find_breaks", "simplify"]


def find_breaks(pipeline: Pipeline) -> dict[str, npt.NDArray[np.float64]]:
    """Return the splits of each number, ascending; {} for an estimator that has none.

    Trees take numbers as they are, so a split is already in the column's unit.
    """
    estimator = inner(pipeline["estimator"])
    if not trees_of(estimator):
        return {}
    found = thresholds(estimator)
    return {
        column.name: found.get(place, np.empty(0))
        for place, column in enumerate(tree_columns(pipeline))
        if not column.is_category and not column.is_indicator
    }


def simplify(pipeline: Pipeline, X: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the values that the pipeline cannot tell apart made one: the commonest of them.

    Every row keeps its score. A table for an estimator without trees is returned as it is.
    """
    estimator = inner(pipeline["estimator"])
    if not trees_of(estimator):
        return X
    columns = tree_columns(pipeline)
    coded = np.asarray(pipeline["columns"].transform(X), dtype=np.float64)
    if coded.shape[1] != len(columns):
        raise ValueError("Trees take other columns than these.")
    if not isinstance(estimator, HistGradientBoostingClassifier):
        coded = coded.astype(np.float32).astype(np.float64)
    found = thresholds(estimator)
    cells = dict.fromkeys(X.columns, np.zeros(len(X), dtype=np.int64))
    for place, column in enumerate(columns):
        splits = found.get(place, np.empty(0))
        cell = np.where(np.isnan(coded[:, place]), 0, 1 + np.searchsorted(splits, coded[:, place], side="left"))
        cells[column.name] = cells[column.name] * (len(splits) + 2) + cell
    simple = {}
    for name, cell in cells.items():
        commonest = X[name].groupby(cell).transform(lambda values: values.mode(dropna=False).iloc[0])
        simple[name] = commonest.astype(X[name].dtype)
    return pd.DataFrame(simple)
