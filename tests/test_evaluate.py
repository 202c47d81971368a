import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.calibration import calibration_curve

from tests.factories import sample_contract
from tests.fitted import customers
from training.data import Table
from training.errors import TrainingError
from training.evaluate import N_SPLITS, OutOfFold, choose_threshold, evaluate, out_of_fold, split
from training.pipeline import candidates


def table(n_rows=400, seed=0, repeat=1) -> Table:
    X, y = customers(n_rows, seed)
    X, y = pd.concat([X] * repeat, ignore_index=True), np.tile(y, repeat)
    groups = X.groupby(list(X.columns), sort=False).ngroup().to_numpy()
    return Table(X=X, y=y, groups=groups, sha256="0" * 64, name="customers.csv")


def sorted_by_outcome(data: Table) -> Table:
    order = np.argsort(data.y, kind="stable")
    return Table(data.X.iloc[order].reset_index(drop=True), data.y[order], data.groups[order], data.sha256, data.name)


@pytest.mark.parametrize(
    "data", [table(), table(repeat=3), sorted_by_outcome(table())], ids=["plain", "copies", "sorted"]
)
def test_folds_cover_every_row_once_and_keep_identical_rows_together(data):
    folds = list(split(data, seed=0))
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(len(data.y)))
    for train, test in folds:
        assert not set(data.groups[train]) & set(data.groups[test])
        assert sorted([*train, *test]) == list(range(len(data.y)))
        assert abs(data.y[test].mean() - data.y.mean()) < 0.05


def test_too_few_distinct_buyers_are_refused_with_the_number():
    data = table()
    y = np.zeros_like(data.y)
    y[:3] = 1
    with pytest.raises(TrainingError, match="only 3 distinct rows"):
        next(split(Table(data.X, y, data.groups, data.sha256, data.name), seed=0))


def test_out_of_fold_scores_are_of_pipelines_that_did_not_see_the_row():
    data = table(200)
    pipeline = candidates(sample_contract().features, seed=0)["LogisticRegression"]
    *_, scored = out_of_fold(pipeline, data, seed=0)
    assert not np.isnan(scored.probability).any()
    train, test = next(split(data, seed=0))
    by_hand = pipeline.fit(data.X.iloc[train], data.y[train]).predict_proba(data.X.iloc[test])[:, 1]
    np.testing.assert_allclose(scored.probability[test], by_hand, atol=1e-9)


@st.composite
def scores(draw):
    n_rows = draw(st.integers(4, 60))
    grid = st.integers(0, draw(st.sampled_from([3, 20, 1000])))
    p = np.array(draw(st.lists(grid, min_size=n_rows, max_size=n_rows)), dtype=float) / 1000
    y = np.array(draw(st.lists(st.sampled_from([0, 1]), min_size=n_rows, max_size=n_rows)), dtype=np.int8)
    y[0] = 1
    return y, p


@given(scores())
def test_threshold_has_the_best_f1_of_all_and_is_no_score(case):
    y, p = case
    threshold = choose_threshold(y, p)
    assert 0 < threshold < 1
    assert np.abs(p - threshold).min() > 5e-7
    if len(np.unique(p)) > 1:
        best = max(metrics.f1_score(y, p >= level) for level in np.unique(p)[1:])
        assert metrics.f1_score(y, p >= threshold) == pytest.approx(best)


def test_metrics_are_scikit_learns_on_thresholds_of_the_other_folds():
    rng = np.random.default_rng(0)
    p = rng.beta(0.5, 3, 2000)
    y = (rng.random(2000) < p).astype(np.int8)
    fold = rng.integers(0, N_SPLITS, 2000)
    evaluation = evaluate(OutOfFold(y, p, fold))
    decided = np.zeros(2000, dtype=bool)
    for number in range(N_SPLITS):
        decided[fold == number] = p[fold == number] >= choose_threshold(y[fold != number], p[fold != number])
    expected = {
        "accuracy": metrics.accuracy_score(y, decided),
        "f1": metrics.f1_score(y, decided),
        "roc_auc": metrics.roc_auc_score(y, p),
        "average_precision": metrics.average_precision_score(y, p),
        "brier": np.mean((p - y) ** 2),
        "log_loss": -np.mean(np.log(np.where(y == 1, p, 1 - p))),
    }
    assert {name: evaluation.metrics[name] for name in expected} == pytest.approx(expected)
    assert evaluation.baseline["roc_auc"] == 0.5
    assert evaluation.metrics["calibration_error"] < 0.03


def test_curve_and_calibration_count_every_row():
    rng = np.random.default_rng(1)
    p, y = rng.random(500), rng.integers(0, 2, 500).astype(np.int8)
    evaluation = evaluate(OutOfFold(y, p, rng.integers(0, N_SPLITS, 500)))
    assert [point.threshold for point in evaluation.curve] == [percent / 100 for percent in range(101)]
    for point in evaluation.curve:
        tn, fp, fn, tp = metrics.confusion_matrix(y, p >= point.threshold, labels=[0, 1]).ravel()
        assert (point.tp, point.fp, point.fn, point.tn) == (tp, fp, fn, tn)
    assert sum(bin_.count for bin_ in evaluation.calibration) == 500
    share, mean = metrics_calibration(y, p)
    assert [b.fraction_positive for b in evaluation.calibration] == pytest.approx(share)
    assert [b.mean_probability for b in evaluation.calibration] == pytest.approx(mean)


def metrics_calibration(y, p):
    return calibration_curve(y, p, n_bins=10)
