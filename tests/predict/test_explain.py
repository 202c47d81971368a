import functools
import itertools
import tempfile
import tracemalloc
from copy import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.contract import Feature
from predict.errors import ArtifactError
from predict.model.coalitions import Coalitions
from predict.model.explain import Explainer
from predict.model.session import Model
from tests.fitted import ESTIMATORS, against, customers, fitted, metadata_of, model_file
from training.export.background import to_rows
from training.export.onnx_file import serialize


@functools.cache
def model(estimator: str) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(model_file(estimator))
        return Model.load(path)


@functools.cache
def explainer(estimator: str) -> Explainer:
    return Explainer(model(estimator))


def codes_of(rows):
    """Rows as numbers, for shap: categories by their place in a list."""
    countries = sorted({row[-1] for row in rows} | {row[-1] for row in model(ESTIMATORS[0]).metadata.background})
    return np.array([[*row[:-1], countries.index(row[-1])] for row in rows], dtype=float), countries


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_contributions_are_those_of_shaps_exact_explainer(estimator):
    import shap  # here, and not in every process that only looks at what there is to test

    rows = to_rows(customers(12, seed=4)[0])
    background = model(estimator).metadata.background
    both, countries = codes_of([*rows, *background])

    def score(X):
        table = pd.DataFrame(X, columns=customers()[0].columns).astype({"student_country": int})
        table["student_country"] = pd.Series([countries[code] for code in table["student_country"]], dtype=object)
        return fitted(estimator).predict_proba(table)[:, 1]

    masker = shap.maskers.Independent(both[len(rows) :], max_samples=len(background))
    reference = shap.explainers.ExactExplainer(score, masker)(both[: len(rows)])
    for explanation, values, base in zip(
        explainer(estimator).explain(rows), reference.values, reference.base_values, strict=True
    ):
        np.testing.assert_allclose(explanation.contributions, values, atol=1e-9)
        assert explanation.base_value == pytest.approx(float(base), abs=1e-9)


class Sum:
    """A model that adds its inputs up: what each contributes is its distance from the background's mean."""

    def __init__(self, background):
        features = tuple(Feature(f"x{i}", f"X{i}", "number", minimum=0, maximum=100) for i in range(len(background[0])))
        self.contract = SimpleNamespace(features=features)
        self.metadata = SimpleNamespace(background=background)

    def feed(self, rows):
        columns = zip(self.contract.features, zip(*rows, strict=True), strict=True)
        return {feature.name: np.array(values, dtype=float).reshape(-1, 1) for feature, values in columns}

    def run(self, feed):
        return np.concatenate(list(feed.values()), axis=1).sum(axis=1)


@pytest.mark.parametrize("n", [1, 2, 8, 11])
def test_contributions_are_exact_however_many_inputs_and_values_there_are(n):
    rng = np.random.default_rng(n)
    background = np.stack([rng.permutation(64) for _ in range(n)], axis=1) / 64
    coalitions = Coalitions(Sum([tuple(row) for row in background.tolist()]))
    for row in rng.uniform(0, 1, (2, n)):
        (contributions,) = coalitions.contributions([tuple(row.tolist())])
        np.testing.assert_allclose(contributions, row - background.mean(axis=0), atol=1e-12)


def test_coalitions_of_many_inputs_are_not_all_kept():
    rng = np.random.default_rng(5)
    draw = lambda: tuple(rng.integers(0, 2, 13).astype(float).tolist())  # noqa: E731
    coalitions = Coalitions(Sum([draw() for _ in range(16)]))
    coalitions.contributions([draw()])
    tracemalloc.start()
    coalitions.contributions([draw() for _ in range(20)])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20e6


def brute_force(estimator, row):
    """The definition, coalition by coalition, order by order."""
    loaded = model(estimator)
    background = loaded.metadata.background
    n = len(row)

    @functools.cache
    def worth(coalition):
        mixed = [tuple(row[i] if i in coalition else other[i] for i in range(n)) for other in background]
        return float(loaded.probabilities(mixed).mean())

    orders = list(itertools.permutations(range(n)))
    values = np.zeros(n)
    for order in orders:
        for place, feature in enumerate(order):
            before = frozenset(order[:place])
            values[feature] += worth(before | {feature}) - worth(before)
    return values / len(orders)


def test_contributions_are_the_mean_over_all_orders():
    row = to_rows(customers(1, seed=8)[0])[0]
    (explanation,) = explainer(ESTIMATORS[2]).explain([row])
    np.testing.assert_allclose(explanation.contributions, brute_force(ESTIMATORS[2], row), atol=1e-12)


VALUES = st.tuples(
    *(
        st.sampled_from([*f.values, ""]) if f.is_category else st.integers(0, 400).map(float)
        for f in metadata_of(ESTIMATORS[0]).contract.features
    )
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ESTIMATORS), st.lists(VALUES, min_size=1, max_size=4))
def test_base_value_and_contributions_add_up_to_the_probability(estimator, rows):
    scores = model(estimator).probabilities(rows)
    for explanation, score in zip(explainer(estimator).explain(rows), scores, strict=True):
        assert explanation.base_value + sum(explanation.contributions) == pytest.approx(float(score), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(ESTIMATORS), st.lists(VALUES, min_size=2, max_size=50))
def test_a_row_is_explained_the_same_alone_and_in_a_batch(estimator, rows):
    """To the last bit."""
    together = explainer(estimator).explain(rows)
    assert together == [explained for row in rows for explained in explainer(estimator).explain([row])]


def test_a_batch_larger_than_one_session_call_is_explained_the_same(monkeypatch):
    rows = to_rows(customers(8, seed=6)[0])
    whole = explainer("RandomForestClassifier").explain(rows)
    monkeypatch.setattr("predict.model.coalitions._MOST_ROWS", 300)
    assert explainer("RandomForestClassifier").explain(rows) == whole


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_nobody_is_explained_by_nothing(estimator):
    assert explainer(estimator).explain([]) == []


@pytest.mark.parametrize("estimator", ["GradientBoostingClassifier", "HistGradientBoostingClassifier"])
def test_tables_say_the_same_as_scored_coalitions(estimator):
    """At the bounds, at each split and one step of the last bit beside it, and for unknown categories."""
    loaded = model(estimator)
    rows = to_rows(customers(20, seed=12)[0])
    for place, axis in enumerate(loaded.metadata.dividends.axes):
        cuts = [value for cut in axis.cuts for value in (np.nextafter(cut, -np.inf), cut, np.nextafter(cut, np.inf))]
        values = [0.0, 1e6, *map(float, cuts)] if not axis.cells else ["", "not a category", "DE"]
        rows += [(*rows[n % 20][:place], value, *rows[n % 20][place + 1 :]) for n, value in enumerate(values[:60])]
    np.testing.assert_allclose(
        explainer(estimator).contributions(rows), Coalitions(loaded).contributions(rows), atol=1e-12
    )


def test_model_too_large_for_tables_is_explained_by_coalitions(monkeypatch):
    monkeypatch.setattr("training.export.dividends.BUDGET", 1000)
    X, _ = customers()
    metadata = against(fitted(ESTIMATORS[3]), metadata_of(ESTIMATORS[3]), tuple(to_rows(X.head(16))))
    assert (metadata.dividends, metadata.contract.explanation) == (None, "coalitions")
    rows = to_rows(customers(5, seed=1)[0])
    explained = Explainer(Model.from_bytes(serialize(fitted(ESTIMATORS[3]), metadata))).contributions(rows)
    np.testing.assert_allclose(explained, explainer(ESTIMATORS[3]).contributions(rows), atol=1e-12)


def test_stored_explanation_that_does_not_come_out_is_refused():
    metadata = metadata_of(ESTIMATORS[3])
    tests = tuple(replace(test, contributions=(0.1,) * 6) for test in metadata.self_test)
    loaded = Model.from_bytes(serialize(fitted(ESTIMATORS[3]), replace(metadata, self_test=tests)))
    with pytest.raises(ArtifactError, match="does not have the stored explanation"):
        Explainer(loaded)


def with_background(background) -> Model:
    metadata = against(fitted(ESTIMATORS[0]), metadata_of(ESTIMATORS[0]), background)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(serialize(fitted(ESTIMATORS[0]), metadata))
        return Model.load(path)


@settings(max_examples=15, deadline=None)
@given(VALUES, st.lists(VALUES, min_size=1, max_size=6))
def test_an_input_that_is_everybodys_contributes_nothing(row, background):
    """The dummy property: an input the background never differs in cannot move the score."""
    background = tuple((row[0], *other[1:-1], row[-1]) for other in background)
    (explanation,) = Explainer(with_background(background)).explain([row])
    assert explanation.contributions[0] == pytest.approx(0, abs=1e-15)
    assert explanation.contributions[-1] == pytest.approx(0, abs=1e-15)


@settings(max_examples=10, deadline=None)
@given(VALUES, VALUES)
def test_inputs_that_play_the_same_part_contribute_the_same(row, other):
    """The symmetry property, on two inputs given the same weight, scale and values."""
    pipeline = fitted(ESTIMATORS[0])
    coefficients = pipeline["estimator"].coef_[0]
    scaler = pipeline["columns"].named_transformers_["logarithms"]["scaler"]
    kept = coefficients.copy(), scaler.mean_.copy(), scaler.scale_.copy()
    row, other = (row[0], row[0], *row[2:]), (other[0], other[0], *other[2:])
    try:
        coefficients[1], scaler.mean_[1], scaler.scale_[1] = coefficients[0], scaler.mean_[0], scaler.scale_[0]
        metadata = metadata_of(ESTIMATORS[0])
        tests = tuple(
            replace(
                t,
                probability=float(
                    pipeline.predict_proba(pd.DataFrame([t.values], columns=customers()[0].columns))[0, 1]
                ),
            )
            for t in metadata.self_test
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            path.write_bytes(serialize(pipeline, against(pipeline, replace(metadata, self_test=tests), (other,))))
            (explanation,) = Explainer(Model.load(path)).explain([row])
    finally:
        coefficients[:], scaler.mean_[:], scaler.scale_[:] = kept
    assert explanation.contributions[0] == pytest.approx(explanation.contributions[1], abs=1e-12)
