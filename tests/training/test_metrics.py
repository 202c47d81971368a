import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.calibration import calibration_curve

from training.evaluation.metrics import (
    Weighted,
    calibration_bins,
    is_miscalibrated,
    measure,
    threshold_curve,
)


def rows(seed=0, n_rows=500, ties=False):
    rng = np.random.default_rng(seed)
    p = rng.integers(0, 20, n_rows) / 19 if ties else rng.random(n_rows)
    y = (rng.random(n_rows) < p).astype(np.int8)
    y[:2] = 0, 1
    return y, p, p >= 0.4


@pytest.mark.parametrize("ties", [False, True])
def test_curve_counts_every_row_as_scikit_learn_does(ties):
    y, p, _ = rows(ties=ties)
    points = threshold_curve(y, p)
    assert [point.threshold for point in points] == [percent / 100 for percent in range(101)]
    for point in points:
        tn, fp, fn, tp = metrics.confusion_matrix(y, p >= point.threshold, labels=[0, 1]).ravel()
        assert (point.tp, point.fp, point.fn, point.tn) == (tp, fp, fn, tn)


def test_calibration_bins_are_scikit_learns():
    y, p, _ = rows()
    bins = calibration_bins(y, p)
    share, mean = calibration_curve(y, p, n_bins=10)
    assert sum(bin_.count for bin_ in bins) == len(y)
    assert [bin_.fraction_positive for bin_ in bins] == pytest.approx(share)
    assert [bin_.mean_probability for bin_ in bins] == pytest.approx(mean)


@pytest.mark.parametrize("seed", range(5))
def test_only_probabilities_that_are_off_by_more_than_chance_are_miscalibrated(seed):
    y, p, _ = rows(seed, n_rows=3000)
    assert not is_miscalibrated(calibration_bins(y, p))
    assert is_miscalibrated(calibration_bins(y, p**2))
    few, p, _ = rows(seed, n_rows=60)
    assert not is_miscalibrated(calibration_bins(few, p)), "off by more than 1.5 points, as chance will have it"


def by_scikit_learn(y, p, decided, weights):
    return {
        "accuracy": metrics.accuracy_score(y, decided, sample_weight=weights),
        "precision": metrics.precision_score(y, decided, sample_weight=weights, zero_division=0),
        "recall": metrics.recall_score(y, decided, sample_weight=weights),
        "f1": metrics.f1_score(y, decided, sample_weight=weights),
        "roc_auc": metrics.roc_auc_score(y, p, sample_weight=weights),
        "average_precision": metrics.average_precision_score(y, p, sample_weight=weights),
        "log_loss": metrics.log_loss(y, p, sample_weight=weights),
        "brier": metrics.brier_score_loss(y, p, sample_weight=weights),
    }


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), ties=st.booleans(), weighed=st.booleans())
def test_weighted_metrics_are_scikit_learns(seed, ties, weighed):
    y, p, decided = rows(seed, ties=ties)
    weights = np.random.default_rng(seed).poisson(1.0, len(y)).astype(float) if weighed else np.ones(len(y))
    weighted = Weighted(y, p)
    found = weighted.of_decisions(weights, decided) | weighted.of_scores(weights)
    assert {name: found[name] for name in found if name != "calibration_error"} == pytest.approx(
        by_scikit_learn(y, p, decided, weights)
    )
    if not weighed:
        assert found["calibration_error"] == pytest.approx(measure(y, p, decided)["calibration_error"])
