"""Score jumps: where a fitted pipeline's score may jump, in the columns' own units."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline

from ..search.calibrate import inner
from ..search.pipeline import BEHIND, inputs_of
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
    categories = {
        name for step, _, names in pipeline["columns"].transformers_ if step.startswith("category_") for name in names
    }
    return {
        name: _among_numbers(found.get(place, np.empty(0)))
        for place, name in enumerate(inputs_of(pipeline))
        if name not in categories
    }


def simplify(pipeline: Pipeline, X: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the values that the pipeline cannot tell apart made one: the commonest of them.

    Every row keeps its score. A table for an estimator without trees is returned as it is.
    """
    columns, estimator = pipeline["columns"], inner(pipeline["estimator"])
    if not trees_of(estimator):
        return X
    names = inputs_of(pipeline)
    coded = np.asarray(columns.transform(X), dtype=np.float64)
    if coded.shape[1] != len(names):
        raise ValueError("Trees take one column for each input here.")
    if not isinstance(estimator, HistGradientBoostingClassifier):
        coded = coded.astype(np.float32).astype(np.float64)
    found = thresholds(estimator)
    simple = {}
    for place, name in enumerate(names):
        cell = np.searchsorted(found.get(place, np.empty(0)), coded[:, place], side="left")
        cell[np.isnan(coded[:, place])] = -1
        commonest = X[name].groupby(cell).transform(lambda values: values.mode(dropna=False).iloc[0])
        simple[name] = commonest.astype(X[name].dtype)
    return pd.DataFrame(simple)[list(X.columns)]


def _among_numbers(splits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the splits that part numbers, and not those who have one from those whose number is not known."""
    return splits[splits < BEHIND / 4]
