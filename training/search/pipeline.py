"""The pipelines that can be trained: preprocessing and estimator, each of which converts to ONNX exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, OneToOneFeatureMixin, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from predict.contract import Feature

__all__ = ["DEFAULTS", "UNKNOWN", "Logarithm", "TreeColumn", "build_pipeline", "codes_of", "tree_columns"]

UNKNOWN = -1
"""The code of a category that the fit did not see."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "LogisticRegression": {"encoder": "onehot", "logarithm": True, "C": 1.0},
    "RandomForestClassifier": {
        "encoder": "target",
        "n_estimators": 60,
        "min_samples_leaf": 20,
        "max_features": 0.5,
    },
    "GradientBoostingClassifier": {
        "encoder": "target",
        "n_estimators": 120,
        "learning_rate": 0.12,
        "max_depth": 2,
        "subsample": 0.8,
        "min_samples_leaf": 20,
    },
    "HistGradientBoostingClassifier": {
        "encoder": "target",
        "max_iter": 120,
        "learning_rate": 0.12,
        "max_leaf_nodes": 4,
        "min_samples_leaf": 10,
        "l2_regularization": 5.0,
        "max_features": 0.5,
    },
}
"""Each kind of estimator with the hyperparameters it starts from; `encoder` and `logarithm` are the preprocessing's."""


class Logarithm(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """log(1 + x), which draws in heavy tails; for numbers that are never negative.

    Not numpy's log1p: ONNX has an Add and a Log, and the two must agree to the last bits.
    """

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:  # noqa: ARG002  # scikit-learn passes it
        """Learn the number of columns."""
        self.n_features_in_ = np.shape(X)[1]
        return self

    def transform(self, X: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return log(1 + X), an ndarray of the shape of X."""
        return np.asarray(np.log(np.asarray(X, dtype=np.float64) + 1.0))


@dataclass(frozen=True)
class TreeColumn:
    """What a column that trees look at is made of.

    Attributes
    ----------
    name : str
        The input.
    is_category : bool
    fill : float or None
        The number that stands where none is known; None where trees are shown that.
    is_indicator : bool
        Whether the column says 1 where no number is known, and 0 elsewhere.
    """

    name: str
    is_category: bool = False
    fill: float | None = None
    is_indicator: bool = False


def tree_columns(pipeline: Pipeline) -> list[TreeColumn]:
    """Return the columns of a fitted pipeline whose estimator is made of trees."""
    found = []
    for step, transformer, names in pipeline["columns"].transformers_:
        fill = float(transformer.statistics_[0]) if isinstance(transformer, SimpleImputer) else None
        found += [TreeColumn(name, step.startswith("category_"), fill) for name in names]
        if fill is not None and len(transformer.indicator_.features_):
            found.append(TreeColumn(names[0], fill=fill, is_indicator=True))
    return found


def build_pipeline(features: Sequence[Feature], name: str, params: Mapping[str, Any], seed: int) -> Pipeline:
    """Return an unfitted pipeline.

    Parameters
    ----------
    features : sequence of Feature
    name : str
        The class of its estimator, one of `DEFAULTS`.
    params : mapping
        Its hyperparameters: `encoder` is "ordinal", "onehot" or "target"; `logarithm` says whether numbers that are
        never negative go through log(1 + x); the others are the estimator's own.
    seed : int
    """
    own = {key: value for key, value in params.items() if key not in {"encoder", "logarithm"}}
    numbers = [feature for feature in features if not feature.is_category]
    categories = [feature.name for feature in features if feature.is_category]
    # Only what is linear needs a scale. Trees take the columns as they are, so that their splits are in the columns'
    # own units; scaling would only move values that lie exactly on a split.
    linear = name == "LogisticRegression"
    logarithm = linear and params.get("logarithm", False)
    drawn_in = [f.name for f in numbers if logarithm and f.minimum is not None and f.minimum >= 0]
    # Boosting by histograms learns at each split to which side a number goes that is not known.
    filled = [f.name for f in numbers if f.optional and name != "HistGradientBoostingClassifier"]
    plain = [f.name for f in numbers if f.name not in {*drawn_in, *filled}]
    complete = [name for name in drawn_in if name not in filled]
    steps = [
        ("logarithms", Pipeline([("logarithm", Logarithm()), ("scaler", StandardScaler())]), complete),
        ("numbers", StandardScaler() if linear else "passthrough", plain),
        *((f"optional_{name}", _filler(linear=linear, logarithm=name in drawn_in), [name]) for name in filled),
        # An encoder for each: skl2onnx would hand a target encoder all of its columns as one tensor.
        *((f"category_{name}", _encoder(params["encoder"], seed, sparse=linear), [name]) for name in categories),
    ]
    columns = ColumnTransformer([step for step in steps if step[2]])
    return Pipeline([("columns", columns), ("estimator", _estimator(name, own, seed))])


def codes_of(pipeline: Pipeline, feature: Feature) -> tuple[dict[str, float], float]:
    """Return the number that each value of a category becomes, and the number of a value that the fit did not see."""
    encoder = pipeline["columns"].named_transformers_[f"category_{feature.name}"]
    values = encoder.categories_[0].tolist()
    coded = encoder.transform(pd.DataFrame({feature.name: pd.Series([*values, "\0"], dtype=object)}))
    *codes, other = np.asarray(coded, dtype=np.float64).ravel().tolist()
    return dict(zip(values, codes, strict=True)), other


def _filler(*, linear: bool, logarithm: bool) -> TransformerMixin:
    """Return what fills in a number: its median, beside a column that says where."""
    median = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    drawn_in = [("logarithm", Logarithm())] if logarithm else []
    return Pipeline([("median", median), *drawn_in, ("scaler", StandardScaler())]) if linear else median


def _encoder(name: str, seed: int, *, sparse: bool) -> TransformerMixin:
    match name:
        case "onehot":
            return OneHotEncoder(handle_unknown="ignore", sparse_output=sparse)
        case "target":
            # Encodes each part of the rows by the others' answers, so that a category is not its own answer.
            folds = StratifiedKFold(5, shuffle=True, random_state=seed)
            return TargetEncoder(target_type="binary", cv=folds)
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=UNKNOWN)


def _estimator(name: str, params: Mapping[str, Any], seed: int) -> ClassifierMixin:
    match name:
        case "LogisticRegression":
            return LogisticRegression(max_iter=2000, **params)
        case "RandomForestClassifier":
            return RandomForestClassifier(random_state=seed, **params)
        case "GradientBoostingClassifier":
            return GradientBoostingClassifier(random_state=seed, **params)
    # Early stopping would be on by itself above 10,000 rows, and give up part of them.
    return HistGradientBoostingClassifier(early_stopping=False, random_state=seed, **params)
