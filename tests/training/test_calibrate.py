from copy import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from predict.model.coalitions import Coalitions
from predict.model.explain import Explainer
from predict.model.metadata import SelfTest
from predict.model.session import Model
from tests.fitted import ESTIMATORS, against, customers, fitted, metadata_of
from training.evaluation.metrics import calibration_error
from training.export.background import to_rows, to_table
from training.export.onnx_file import serialize
from training.export.parity import install
from training.export.score_jumps import find_breaks
from training.search.calibrate import (
    Calibrated,
    apply_calibration,
    calibrate,
    choose_calibration,
    fit_platt,
    inner,
)
from training.search.isotonic import apply_isotonic, fit_isotonic, fit_steps


def drawn(n_rows=4000, slope=1.0, seed=0):
    """Probabilities, and answers of which they say the log odds `slope` times too small."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(-1, 1.5, n_rows)
    y = (rng.random(n_rows) < 1 / (1 + np.exp(-slope * logit))).astype(np.int8)
    return y, 1 / (1 + np.exp(-logit))


def test_platt_finds_the_slope_that_was_there():
    slope, intercept = fit_platt(*drawn(40_000, slope=2.0))
    assert slope == pytest.approx(2.0, abs=0.1)
    assert intercept == pytest.approx(0.0, abs=0.1)


def groups(y):
    return np.arange(len(y))


def test_calibration_is_taken_only_where_it_helps():
    y, p = drawn(slope=2.0)
    calibration = choose_calibration(y, p, groups(y), seed=0)
    assert calibration == fit_platt(y, p)
    assert metrics.log_loss(y, apply_calibration(calibration, p)) < metrics.log_loss(y, p) - 0.01
    y, p = drawn(slope=1.0)
    assert choose_calibration(y, p, groups(y), seed=0) is None


def test_scores_that_say_the_opposite_are_not_turned_round():
    y, p = drawn(slope=-1.0)
    calibration = choose_calibration(y, p, groups(y), seed=0)
    assert (np.diff(apply_calibration(calibration, np.sort(p))) > 0).all()


def test_what_no_slope_mends_is_calibrated_along_a_line():
    y, p = drawn(20_000)
    bent = np.where(p < 0.2, p / 4, 0.05 + (p - 0.2) / 1.5)
    calibration = choose_calibration(y, bent, groups(y), seed=0)
    assert len(calibration) > 2
    calibrated = apply_calibration(calibration, bent)
    assert np.abs(calibrated - p).mean() < 0.01
    assert (np.argsort(calibrated, kind="stable") == np.argsort(bent, kind="stable")).all(), (
        "customers keep their order"
    )


def test_a_step_in_what_happens_is_followed():
    rng = np.random.default_rng(5)
    p = np.sort(rng.beta(0.7, 0.9, 1500))
    truth = np.where(p < 0.5, 0.05, 0.95)
    y = (rng.random(len(p)) < truth).astype(np.int8)
    line = apply_isotonic(fit_steps(y, p), p)
    assert np.abs(line - truth).mean() < 0.03
    assert (np.diff(line) > 0).all()


def test_a_model_that_is_off_is_calibrated_before_the_gain_is_beyond_noise():
    y, p = drawn(500, slope=1.35, seed=3)
    calibration = choose_calibration(y, p, groups(y), seed=0)
    assert metrics.log_loss(y, p) - metrics.log_loss(y, apply_calibration(calibration, p)) < 0.02
    assert calibration_error(y, apply_calibration(calibration, p)) < calibration_error(y, p)


@pytest.mark.parametrize("seed", [4, 11, 20])
def test_a_model_that_is_right_is_left_as_it_is_where_few_rows_put_it_off_by_chance(seed):
    y, p = drawn(1000, seed=seed)
    assert calibration_error(y, p) > 0.02
    assert choose_calibration(y, p, groups(y), seed=0) is None


@pytest.mark.parametrize("fit", [fit_isotonic, fit_steps])
@given(
    rows=st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=400).filter(
        lambda rows: len({yes for _, yes in rows}) == 2
    )
)
def test_the_line_rises_from_0_to_1_without_a_jump(fit, rows):
    p, y = np.array([p for p, _ in rows]), np.array([yes for _, yes in rows], dtype=np.int8)
    knots = fit(y, p)
    assert (np.diff(knots[::2]) > 0).all()
    assert (np.diff(knots[1::2]) > 0).all()
    assert 0 < knots[1] < knots[-1] < 1
    at = np.array(knots[::2])
    np.testing.assert_allclose(apply_isotonic(knots, at), knots[1::2], atol=1e-9)
    np.testing.assert_allclose(apply_isotonic(knots, np.nextafter(at[:-1], 1)), knots[1:-1:2], atol=1e-9)


KNOTS = (0.0, 1e-6, 0.1, 0.02, 0.3, 0.5, 0.7, 0.6, 1.0, 0.999)


@pytest.mark.parametrize("calibration", [(1.4, -0.3), KNOTS], ids=["platt", "isotonic"])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_calibrated_pipelines_keep_parity(tmp_path, estimator, calibration):
    X, _ = customers()
    pipeline = calibrate(fitted(estimator), calibration)
    plain = fitted(estimator).predict_proba(X)[:, 1]
    np.testing.assert_allclose(pipeline.predict_proba(X)[:, 1], apply_calibration(calibration, plain), atol=1e-12)
    rows = X.head(4)
    tests = zip(to_rows(rows), pipeline.predict_proba(rows)[:, 1].tolist(), strict=True)
    metadata = replace(metadata_of(estimator), self_test=tuple(SelfTest(*test) for test in tests))
    parity = install(serialize(pipeline, metadata), tmp_path / "model.onnx", pipeline, X, seed=0)
    assert parity.max_difference < 1e-12
    assert {name: len(found) for name, found in find_breaks(pipeline).items()} == {
        name: len(found) for name, found in find_breaks(fitted(estimator)).items()
    }


def test_the_estimator_inside_is_found():
    estimator = fitted(ESTIMATORS[0])["estimator"]
    calibrated = Calibrated(estimator, (1.0, 0.0))
    assert inner(calibrated) is inner(Calibrated(estimator, KNOTS)) is inner(estimator) is estimator
    table = fitted(ESTIMATORS[0])["columns"].transform(customers()[0])
    np.testing.assert_array_equal(calibrated.predict(table), estimator.predict(table))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_what_is_calibrated_along_a_line_is_explained_as_by_coalitions(estimator):
    calibrated = calibrate(fitted(estimator), KNOTS)
    background = tuple(to_rows(customers()[0].head(16)))
    metadata = against(calibrated, metadata_of(estimator), background)
    assert (metadata.dividends is None) == (estimator == "RandomForestClassifier")
    scores = calibrated.predict_proba(to_table([test.values for test in metadata.self_test], customers()[0]))
    tests = tuple(replace(t, probability=p) for t, p in zip(metadata.self_test, scores[:, 1].tolist(), strict=True))
    model = Model.from_bytes(serialize(calibrated, replace(metadata, self_test=tests)))
    rows = to_rows(customers(12, seed=2)[0])
    np.testing.assert_allclose(Explainer(model).contributions(rows), Coalitions(model).contributions(rows), atol=1e-12)
    assert Explainer(model).base_value == pytest.approx(float(model.probabilities(background).mean()), abs=1e-12)
