"""A model of many inputs, fitted on a few made-up rows; the weak ones are many and hardly matter."""

import functools
from copy import replace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.contract import Contract, Example, Feature, Row, Target
from predict.model.metadata import SelfTest
from predict.model.session import Model
from tests.factories import metadata_for
from tests.fitted import against
from training.export.background import to_rows
from training.export.metadata import see
from training.export.onnx_file import serialize
from training.search.pipeline import build_pipeline

PARAMS = {"encoder": "target", "max_iter": 60, "learning_rate": 0.15, "max_leaf_nodes": 5, "max_depth": 3}


@functools.cache
def wide_customers(n: int, n_rows: int = 1500) -> tuple[pd.DataFrame, np.ndarray]:
    """Return made-up customers with n inputs, the last one a category, and their answers."""
    rng = np.random.default_rng(n)
    X = pd.DataFrame({f"x{place}": rng.integers(0, 10, n_rows).astype(float) for place in range(n - 1)})
    X["plan"] = pd.Series(rng.choice(["free", "pro", "team"], n_rows), dtype=object)
    weight = 1.5 / (1 + np.arange(n - 1))
    drive = (X.iloc[:, :-1].to_numpy() - 4.5) @ weight / 3 + (X["x0"] > 6) * (X["plan"] == "pro")
    return X, (drive + rng.logistic(size=n_rows) > 1).to_numpy(np.int8)


@functools.cache
def wide_contract(n: int) -> Contract:
    """Return the contract of such customers."""
    X, y = wide_customers(n)
    numbers = [Feature(name, name.upper(), "integer", minimum=0, maximum=100) for name in X.columns[:-1]]
    features = [*numbers, Feature("plan", "Plan", "category")]
    return Contract(
        name="wide",
        version="1",
        estimator="HistGradientBoostingClassifier",
        features=tuple(see(feature, X[feature.name]) for feature in features),
        target=Target("bought", "Will Purchase", "Will Not Purchase"),
        threshold=0.3000001234,
        threshold_rule="",
        base_rate=float(y.mean()),
        examples=(Example("First", to_rows(X.head(1))[0]),),
        exact_inputs=8,
        ranking=("plan", *X.columns[:-1]),
    )


@functools.cache
def wide_pipeline(n: int) -> Pipeline:
    """Return a fitted pipeline of small trees."""
    X, y = wide_customers(n)
    return build_pipeline(wide_contract(n).features, "HistGradientBoostingClassifier", PARAMS, seed=0).fit(X, y)


def wide_file(n: int, background: tuple[Row, ...]) -> bytes:
    """Return a sealed model file with this background."""
    X, _ = wide_customers(n)
    score = float(wide_pipeline(n).predict_proba(X.head(1))[0, 1])
    metadata = against(wide_pipeline(n), metadata_for(wide_contract(n)), background)
    return serialize(wide_pipeline(n), replace(metadata, self_test=(SelfTest(to_rows(X.head(1))[0], score),)))


def wide_model(n: int, background: tuple[Row, ...]) -> Model:
    """Return the model of such a file."""
    return Model.from_bytes(wide_file(n, background))
