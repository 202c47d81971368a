"""The pipelines that are compared: preprocessing and estimator, each of which converts to ONNX exactly."""

from collections.abc import Mapping, Sequence

from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from predict.contract import Feature

__all__ = ["UNKNOWN", "build_pipeline", "candidates"]

UNKNOWN = -1
"""The code of a category that the fit did not see."""


def candidates(features: Sequence[Feature], seed: int) -> Mapping[str, Pipeline]:
    """Return the unfitted pipelines to compare, by the name of their estimator."""
    estimators: list[ClassifierMixin] = [
        LogisticRegression(max_iter=1000),
        RandomForestClassifier(n_estimators=200, min_samples_leaf=10, random_state=seed),
        GradientBoostingClassifier(n_estimators=200, learning_rate=0.05, subsample=0.8, random_state=seed),
        # Few small trees: an explanation scores hundreds of rows. Early stopping would be on by itself above 10,000
        # rows, and give up part of them.
        HistGradientBoostingClassifier(
            max_iter=200,
            learning_rate=0.1,
            max_leaf_nodes=4,
            min_samples_leaf=10,
            l2_regularization=5.0,
            early_stopping=False,
            random_state=seed,
        ),
    ]
    return {type(estimator).__name__: build_pipeline(features, estimator) for estimator in estimators}


def build_pipeline(features: Sequence[Feature], estimator: ClassifierMixin) -> Pipeline:
    """Return an unfitted pipeline of numbers scaled, categories coded, and an estimator."""
    numbers = [feature.name for feature in features if not feature.is_category]
    categories = [feature.name for feature in features if feature.is_category]
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=UNKNOWN)
    steps = [("numbers", StandardScaler(), numbers), ("categories", encoder, categories)]
    columns = ColumnTransformer([step for step in steps if step[2]])
    return Pipeline([("columns", columns), ("estimator", estimator)])
