from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from predict.model.share_interval import wilson
from tests.fitted import customers
from training.customers.table import Table
from training.evaluation.evaluate import OutOfFold, decide, evaluate, intervals
from training.evaluation.folds import N_SPLITS
from training.evaluation.metrics import measure
from training.evaluation.threshold import Objective, choose_threshold, parse_objective


def table(n_rows=400, seed=0, repeat=1) -> Table:
    X, y = customers(n_rows, seed)
    X, y = pd.concat([X] * repeat, ignore_index=True), np.tile(y, repeat)
    groups = X.groupby(list(X.columns), sort=False).ngroup().to_numpy()
    return Table(X=X, y=y, groups=groups, sha256="0" * 64, name="customers.csv")


def sorted_by_outcome(data: Table) -> Table:
    order = np.argsort(data.y, kind="stable")
    return Table(data.X.iloc[order].reset_index(drop=True), data.y[order], data.groups[order], data.sha256, data.name)


def scored(n_rows=2000, seed=0) -> OutOfFold:
    rng = np.random.default_rng(seed)
    p = rng.beta(0.5, 3, n_rows)
    y = (rng.random(n_rows) < p).astype(np.int8)
    return OutOfFold(y, p, rng.integers(0, N_SPLITS, n_rows), np.arange(n_rows))


def test_each_row_is_decided_by_the_threshold_of_the_other_folds():
    rows = scored()
    decided = decide(rows, Objective())
    for number in range(N_SPLITS):
        inside = rows.fold == number
        threshold, _ = choose_threshold(rows.y[~inside], rows.probability[~inside])
        np.testing.assert_array_equal(decided[inside], rows.probability[inside] >= threshold)


def test_evaluation_measures_model_and_base_rate():
    rows = scored()
    evaluation = evaluate(rows, "made up", Objective(), seed=0)
    decided = decide(rows, Objective())
    assert (evaluation.n_rows, evaluation.n_positive) == (2000, int(rows.y.sum()))
    assert evaluation.metrics["f1"] == pytest.approx(metrics.f1_score(rows.y, decided))
    assert evaluation.metrics["calibration_error"] < 0.03
    assert evaluation.baseline["roc_auc"] == 0.5
    share = rows.y.mean()
    assert evaluation.baseline["brier"] == pytest.approx(share * (1 - share))
    assert evaluation.intervals.keys() == evaluation.metrics.keys()
    for name, (low, high) in evaluation.intervals.items():
        assert 0 <= low <= evaluation.metrics[name] <= high


def test_profit_is_counted_by_hand():
    rows = scored()
    objective = Objective("profit", contact_cost=2.0, purchase_value=15.0)
    evaluation = evaluate(rows, "made up", objective)
    decided = decide(rows, objective)
    by_hand = sum(15.0 * bool(bought) - 2.0 for bought in rows.y[decided])
    assert evaluation.profit == pytest.approx(
        {
            "contact_cost": 2.0,
            "purchase_value": 15.0,
            "contacted": float(decided.sum()),
            "total": by_hand,
            "per_customer": by_hand / 2000,
        }
    )
    assert evaluation.intervals == {}


@pytest.mark.parametrize("text", ["f1", "recall>=0.7", "top=10%"])
def test_intervals_hold_what_very_many_new_customers_show(text, monkeypatch):
    monkeypatch.setattr("training.evaluation.evaluate._N_RESAMPLES", 100)

    def customers_of(n_rows, seed):
        rows = scored(n_rows, seed)
        return replace(rows, probability=rows.probability**1.2)  # off by some points

    objective, new, n_seeds, held = parse_objective(text), customers_of(50_000, seed=1_000), 30, Counter()
    for seed in range(n_seeds):
        rows = customers_of(1_000, seed)
        threshold, _ = choose_threshold(rows.y, rows.probability, objective)
        truth = measure(new.y, new.probability, new.probability >= threshold)
        found = intervals(rows, objective, seed)
        held.update(name for name, (low, high) in found.items() if low <= truth[name] <= high)
    assert min(held[name] for name in found) >= 0.85 * n_seeds, held
    assert held.total() >= 0.93 * n_seeds * len(found), held


def test_recall_is_less_certain_than_a_count_where_other_rows_would_move_the_threshold():
    rows = scored()
    best_f1, a_share = (intervals(rows, objective, seed=0) for objective in (Objective(), Objective("top", 0.1)))
    hits = rows.y[decide(rows, Objective())].sum()
    counted = np.subtract(*wilson(hits, rows.y.sum())[::-1])
    assert np.subtract(*best_f1["recall"][::-1]) > 1.5 * counted
    assert np.subtract(*a_share["recall"][::-1]) < 1.2 * counted
    same = {name for name, interval in best_f1.items() if interval == a_share[name]}
    assert same == {"roc_auc", "average_precision", "log_loss", "brier", "calibration_error"}


def test_intervals_are_as_wide_as_many_fresh_samples_differ():
    fresh = [scored(400, seed) for seed in range(200)]
    draws = [measure(rows.y, rows.probability, decide(rows, Objective())) for rows in fresh]
    found = intervals(scored(400), Objective(), seed=0)
    for name in ("roc_auc", "average_precision", "log_loss", "brier"):
        low, high = found[name]
        width = np.subtract(*np.percentile([draw[name] for draw in draws], [97.5, 2.5]))
        assert 0.7 < (high - low) / width < 1.4


def test_intervals_of_some_rows_are_those_of_all_but_for_chance(monkeypatch):
    rows = scored(12_000)
    all_rows = intervals(rows, Objective(), seed=0)
    monkeypatch.setattr("training.evaluation.evaluate._MOST_ROWS", 9_000)
    some_rows = intervals(rows, Objective(), seed=0)
    assert some_rows.keys() == all_rows.keys()
    for name in ("f1", "roc_auc", "average_precision", "log_loss", "brier"):
        (low, high), (some_low, some_high) = all_rows[name], some_rows[name]
        assert some_high - some_low == pytest.approx(high - low, rel=0.3)
        assert some_high - some_low != high - low


def test_copies_of_rows_are_no_more_evidence():
    once = scored(300)
    often = OutOfFold(*(np.tile(part, 9) for part in (once.y, once.probability, once.fold, once.groups)))
    of_once, of_often = intervals(once, Objective(), seed=0), intervals(often, Objective(), seed=0)
    for name, (low, high) in of_often.items():
        assert high - low > 0.8 * (of_once[name][1] - of_once[name][0])
