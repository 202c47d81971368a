"""Facts: what the finished model says about itself, gathered from the schema, the data and the fit."""

from dataclasses import replace
from importlib.metadata import version
from platform import python_version

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.contract import Contract, Feature, Seen
from predict.metadata import Evaluation, Metadata, Provenance, SelfTest

from .background import choose_background, to_rows
from .breaks import find_breaks
from .data import Table
from .schema import Schema

__all__ = ["describe", "see"]

_LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "scikit-learn", "skl2onnx")
_MOST_DECIMALS = 6


def see(feature: Feature, column: pd.Series) -> Feature:
    """Return the feature with what the data has of it."""
    if feature.is_category:
        # By count, then by name: ties must not depend on the order of the file.
        counted = sorted(column.value_counts().items(), key=lambda item: (-item[1], item[0]))
        counts = {str(value): int(count) for value, count in counted}
        values = feature.values or {value: value for value in sorted(counts) if value}
        return replace(feature, values=values, seen=Seen(counts=counts))
    lowest, lower, median, upper, highest = np.quantile(column.to_numpy(), [0, 0.25, 0.5, 0.75, 1]).tolist()
    return replace(feature, step=_step(column), seen=Seen(lowest, lower, median, upper, highest))


def _step(column: pd.Series) -> float:
    """Return the power of ten that every value is a multiple of: 1 for whole numbers, 0.1 for one decimal."""
    values = column.to_numpy(np.float64)
    for decimals in range(_MOST_DECIMALS):
        if np.array_equal(np.round(values, decimals), values):
            return float(10.0**-decimals)
    return float(10.0**-_MOST_DECIMALS)


def describe(
    table: Table, schema: Schema, fitted: Pipeline, evaluation: Evaluation, threshold: float, seed: int
) -> Metadata:
    """Return everything the model file says about itself."""

    def score(X: pd.DataFrame) -> npt.NDArray[np.float64]:
        return np.asarray(fitted.predict_proba(X)[:, 1], dtype=np.float64)

    contract = Contract(
        name=schema.name,
        version=schema.version,
        estimator=type(fitted["estimator"]).__name__,
        features=tuple(see(feature, table.X[feature.name]) for feature in schema.features),
        target=schema.target,
        threshold=threshold,
        threshold_rule="best F1 on out-of-fold probabilities",
        base_rate=float(table.y.mean()),
        examples=schema.examples,
    )
    background = choose_background(table.X, score, seed)
    # The examples and every fourth background row: made-up customers over the whole range of scores.
    tested = pd.DataFrame(
        [example.values for example in schema.examples] + list(background[::4]), columns=table.X.columns
    )
    tests = zip(to_rows(tested), score(tested).tolist(), strict=True)
    return Metadata(
        contract=contract,
        evaluation=evaluation,
        provenance=Provenance(
            data=table.name,
            data_sha256=table.sha256,
            n_rows=len(table.y),
            seed=seed,
            versions={"python": python_version()} | {library: version(library) for library in _LIBRARIES},
        ),
        background=background,
        self_test=tuple(SelfTest(values, probability) for values, probability in tests),
        breaks={name: tuple(values.tolist()) for name, values in find_breaks(fitted).items()},
    )
