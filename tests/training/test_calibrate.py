from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics

from predict.model.metadata import SelfTest
from tests.fitted import ESTIMATORS, customers, fitted, metadata_of
from training.export.background import to_rows
from training.export.onnx_file import serialize
from training.export.parity import install
from training.export.score_jumps import find_breaks
from training.search.calibrate import Calibrated, apply_platt, calibrate, fit_platt, helps, inner


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


def test_calibration_is_taken_only_where_it_helps():
    y, p = drawn(slope=2.0)
    assert helps(y, p, np.arange(len(y)), seed=0)
    assert metrics.log_loss(y, apply_platt(fit_platt(y, p), p)) < metrics.log_loss(y, p) - 0.01
    y, p = drawn(slope=1.0)
    assert not helps(y, p, np.arange(len(y)), seed=0)


def test_scores_that_say_the_opposite_are_not_turned_round():
    y, p = drawn(slope=-1.0)
    assert not helps(y, p, np.arange(len(y)), seed=0)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_calibrated_pipelines_keep_parity(tmp_path, estimator):
    X, _ = customers()
    pipeline = calibrate(fitted(estimator), (1.4, -0.3))
    plain = fitted(estimator).predict_proba(X)[:, 1]
    np.testing.assert_allclose(pipeline.predict_proba(X)[:, 1], apply_platt((1.4, -0.3), plain), atol=1e-12)
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
    calibrated = Calibrated(estimator, 1.0, 0.0)
    assert inner(calibrated) is estimator
    assert inner(estimator) is estimator
    table = fitted(ESTIMATORS[0])["columns"].transform(customers()[0])
    np.testing.assert_array_equal(calibrated.predict(table), estimator.predict(table))
