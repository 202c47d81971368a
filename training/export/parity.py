"""Parity: the file that serves gives scikit-learn's own probabilities, or it does not get in.

Compared on every row of the data and on rows made to tell the two apart: values at every split of every tree and one
step of float64 and float32 around it, unknown and missing categories, values far outside anything seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.contract import Feature
from predict.errors import ArtifactError
from predict.model.session import Model

from ..command.files import write
from ..errors import TrainingError
from .score_jumps import find_breaks

__all__ = ["TOLERANCE", "Parity", "ParityError", "adversarial_rows", "check_parity", "install", "to_feed"]

TOLERANCE = 1e-6
# float32, to which forests round, ends at 3.4e38; scikit-learn refuses what lies beyond.
_FAR = (0.0, -1.0, 1e9, -1e9, 1e30, -1e30)
_CHUNK = 100_000

type Floats = npt.NDArray[np.float64]


class ParityError(TrainingError):
    """The ONNX file does not give scikit-learn's probabilities."""


@dataclass(frozen=True)
class Parity:
    """The certificate: how many rows were compared, and the largest difference in probability."""

    rows: int
    max_difference: float


def install(file: bytes, path: Path, pipeline: Pipeline, X: pd.DataFrame, seed: int) -> Parity:
    """Put the model file in place if it keeps parity; otherwise leave the old one as it was.

    Parameters
    ----------
    file : bytes
        A sealed model file.
    path : Path
    pipeline : Pipeline
        The fitted pipeline the file was made from.
    X : DataFrame of shape (n_rows, n_features)
        All rows of the data.
    seed : int

    Raises
    ------
    ParityError
        If the file does not load, a probability differs by more than `TOLERANCE`, or a label differs.
    """
    try:
        model = Model.from_bytes(file)
    except ArtifactError as error:
        raise ParityError(f"The new model file does not load, {path.name} is left as it was: {error}") from error
    parity = check_parity(model, pipeline, (X, *adversarial_rows(pipeline, model.contract.features, X, seed)))
    write(path, file)
    return parity


def check_parity(model: Model, pipeline: Pipeline, tables: Sequence[pd.DataFrame]) -> Parity:
    """Compare the file's probabilities with the pipeline's on all rows of all tables.

    Raises
    ------
    ParityError
        Naming the column values' place, not the values: table and row number, and both probabilities.
    """
    rows, largest = 0, 0.0
    threshold = model.contract.threshold
    for number, table in enumerate(tables):
        for start in range(0, len(table), _CHUNK):
            chunk = table.iloc[start : start + _CHUNK]
            ours = model.run(to_feed(model.contract.features, chunk))
            theirs = pipeline.predict_proba(chunk)[:, 1]
            difference = np.abs(ours - theirs)
            differs = ~(difference <= TOLERANCE) | ((ours >= threshold) != (theirs >= threshold))
            if differs.any():
                worst = int(np.flatnonzero(differs)[np.argmax(np.nan_to_num(difference[differs], nan=np.inf))])
                raise ParityError(
                    f"The ONNX file differs from scikit-learn in {int(differs.sum())} of {len(chunk)} rows of table "
                    f"{number} (0 is the data, the others are adversarial); most at row {start + worst}: "
                    f"{ours[worst]!r} against {theirs[worst]!r}. The old file is left as it was."
                )
            rows, largest = rows + len(chunk), max(largest, float(difference.max(initial=0.0)))
    return Parity(rows, largest)


def adversarial_rows(
    pipeline: Pipeline, features: Sequence[Feature], X: pd.DataFrame, seed: int
) -> Iterator[pd.DataFrame]:
    """Yield, for each feature, rows of the data in which that feature has the values most likely to differ."""
    rng = np.random.default_rng(seed)
    breaks = find_breaks(pipeline)
    for feature in features:
        values: Sequence[Any]
        if feature.is_category:
            values = [*feature.values, "", "not a category", "na", "\x00", " "]
        else:
            around = _around(breaks.get(feature.name, np.empty(0)))
            every = np.unique(np.concatenate([around, _FAR, [feature.minimum, feature.maximum]]))
            # Nothing below the lower bound is ever scored, and a logarithm may not exist there.
            values = every[every >= feature.minimum].tolist() + [np.nan] * feature.optional
        rows = X.iloc[rng.integers(0, len(X), size=len(values))].reset_index(drop=True)
        yield rows.assign(**{feature.name: pd.Series(values, dtype=X[feature.name].dtype)})


def to_feed(features: Sequence[Feature], X: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return a table's columns as the session takes them, each of shape (n_rows, 1)."""
    return {f.name: X[f.name].to_numpy(dtype=object if f.is_category else np.float64).reshape(-1, 1) for f in features}


def _around(values: Floats) -> Floats:
    """Return the values, their neighbours in float64 and float32, and the whole numbers and tenths beside them."""
    single = values.astype(np.float32)
    return np.concatenate(
        [
            values,
            np.nextafter(values, np.inf),
            np.nextafter(values, -np.inf),
            single.astype(np.float64),
            np.nextafter(single, np.float32(np.inf)).astype(np.float64),
            np.nextafter(single, np.float32(-np.inf)).astype(np.float64),
            np.floor(values),
            np.ceil(values),
            np.round(values, 1),
            np.round(values, 2),
        ]
    )
