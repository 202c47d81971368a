"""Breaks: where a fitted pipeline's score may jump, in the columns' own units."""

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from .calibrate import inner
from .trees import thresholds, trees_of

__all__ = ["find_breaks"]


def find_breaks(pipeline: Pipeline) -> dict[str, npt.NDArray[np.float64]]:
    """Return the splits of each number, ascending; {} for an estimator that has none.

    Trees take numbers as they are, so a split is already in the column's unit.
    """
    columns, estimator = pipeline["columns"], inner(pipeline["estimator"])
    if not trees_of(estimator):
        return {}
    found = thresholds(estimator)
    name, _, numbers = columns.transformers_[0]
    if name != "numbers":
        return {}
    return {column: found.get(place, np.empty(0)) for place, column in enumerate(numbers)}
