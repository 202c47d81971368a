"""Pipelines fitted on a few rows, and model files made of them, for tests that need a real file and not a good one."""

import functools
from copy import replace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.contract import Contract, Row
from predict.model.dividends import kind_of
from predict.model.metadata import Metadata, SelfTest
from tests.factories import metadata_for, optional_contract, sample_contract
from training.export.background import to_rows
from training.export.dividends import dividends_of
from training.export.metadata import see
from training.export.onnx_file import serialize
from training.search.pipeline import DEFAULTS, build_pipeline

ESTIMATORS = (
    "LogisticRegression",
    "RandomForestClassifier",
    "GradientBoostingClassifier",
    "HistGradientBoostingClassifier",
)


def customers(n_rows: int = 600, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Return made-up customers on a lattice (whole numbers and tenths), and their answers."""
    rng = np.random.default_rng(seed)
    contract = sample_contract()
    codes = [*list(contract.features[-1].values)[:20], ""]
    X = pd.DataFrame(
        {
            f.name: rng.choice(codes, n_rows)
            if f.is_category
            else np.round(rng.gamma(0.7, 30, n_rows), 1 if f.kind == "number" else 0)
            for f in contract.features
        }
    ).astype({f.name: object if f.is_category else float for f in contract.features})
    drive = X["minutes_watched"] / 40 + X["exams_passed"] / 60 - X["days_on_platform"] / 90
    return X, (drive + rng.logistic(size=n_rows) > 1.5).to_numpy(np.int8)


@functools.cache
def fitted(estimator: str) -> Pipeline:
    """Return the project's own pipeline for an estimator, fitted."""
    X, y = customers()
    return build_pipeline(sample_contract().features, estimator, DEFAULTS[estimator], seed=0).fit(X, y)


@functools.cache
def metadata_of(estimator: str) -> Metadata:
    """Return metadata whose self-test holds for `fitted(estimator)`."""
    X, y = customers()
    contract: Contract = replace(
        sample_contract(),
        estimator=estimator,
        features=tuple(see(feature, X[feature.name]) for feature in sample_contract().features),
        threshold=0.3000001234,
        base_rate=float(y.mean()),
    )
    rows = [example.values for example in contract.examples]
    scores = fitted(estimator).predict_proba(pd.DataFrame(rows, columns=X.columns))[:, 1]
    metadata = replace(
        metadata_for(contract),
        self_test=tuple(SelfTest(row, float(score)) for row, score in zip(rows, scores, strict=True)),
    )
    return against(fitted(estimator), metadata, tuple(to_rows(X.head(16))))


def against(pipeline: Pipeline, metadata: Metadata, background: tuple[Row, ...]) -> Metadata:
    """Return metadata with this background, and the dividends that go with it."""
    dividends = dividends_of(pipeline, metadata.contract.features, background)
    contract = replace(metadata.contract, explanation=kind_of(dividends))
    return replace(metadata, contract=contract, background=background, dividends=dividends)


@functools.cache
def model_file(estimator: str = "HistGradientBoostingClassifier") -> bytes:
    """Return a sealed model file."""
    return serialize(fitted(estimator), metadata_of(estimator))


@functools.cache
def with_unknown(estimator: str) -> tuple[Pipeline, Metadata, pd.DataFrame]:
    """Return a pipeline for `optional_contract`, its metadata, and customers of whom some numbers are not known."""
    X, y = customers()
    rng = np.random.default_rng(1)
    X["minutes_watched"] = X["minutes_watched"].mask(rng.random(len(X)) < 0.2)
    # Who has no minutes buys more often, so that a model has a reason to tell them apart.
    y = np.where(X["minutes_watched"].isna() & (rng.random(len(X)) < 0.6), 1, y)
    contract = replace(optional_contract(), estimator=estimator, threshold=0.7000001234)
    pipeline = build_pipeline(contract.features, estimator, DEFAULTS[estimator], seed=0).fit(X, y)
    contract = replace(contract, features=tuple(see(feature, X[feature.name]) for feature in contract.features))
    unknown = X[X["minutes_watched"].isna()].head(4)
    scores = pipeline.predict_proba(unknown)[:, 1].tolist()
    tests = tuple(SelfTest(row, score) for row, score in zip(to_rows(unknown), scores, strict=True))
    metadata = replace(metadata_for(contract), self_test=tests)
    return pipeline, against(pipeline, metadata, tuple(to_rows(X.head(16)))), X
