"""Breaks: where a fitted pipeline's score may jump, in the columns' own units."""

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from .trees import thresholds, trees_of

__all__ = ["find_breaks"]


def find_breaks(pipeline: Pipeline) -> dict[str, npt.NDArray[np.float64]]:
    """Return the splits of each number, ascending; {} for an estimator that has none.

    A split is taken back through the scaler, which may move it by the last bits.
    """
    columns, estimator = pipeline["columns"], pipeline["estimator"]
    if not trees_of(estimator):
        return {}
    found = thresholds(estimator)
    name, scaler, numbers = columns.transformers_[0]
    if name != "numbers":
        return {}
    return {
        column: found.get(place, np.empty(0)) * scaler.scale_[place] + scaler.mean_[place]
        for place, column in enumerate(numbers)
    }
