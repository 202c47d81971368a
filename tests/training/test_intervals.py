from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from predict.model.share_interval import wilson
from tests.training.test_evaluate import scored
from training.evaluation.intervals import intervals
from training.evaluation.metrics import measure
from training.evaluation.out_of_fold import OutOfFold, decide
from training.evaluation.threshold import Objective, choose_threshold, parse_objective


def intervals_of(rows, objective, seed):
    return intervals(rows, measure(rows.y, rows.probability, decide(rows, objective)), objective, seed)


@pytest.mark.parametrize("text", ["f1", "recall>=0.7", "top=10%"])
def test_intervals_hold_what_very_many_new_customers_show(text, monkeypatch):
    monkeypatch.setattr("training.evaluation.intervals._N_RESAMPLES", 100)

    def customers_of(n_rows, seed):
        rows = scored(n_rows, seed)
        return replace(rows, probability=rows.probability**1.2)  # off by some points

    objective, new, n_seeds, held = parse_objective(text), customers_of(50_000, seed=1_000), 30, Counter()
    for seed in range(n_seeds):
        rows = customers_of(1_000, seed)
        threshold, _ = choose_threshold(rows.y, rows.probability, objective)
        truth = measure(new.y, new.probability, new.probability >= threshold)
        found = intervals_of(rows, objective, seed)
        held.update(name for name, (low, high) in found.items() if low <= truth[name] <= high)
    assert min(held[name] for name in found) >= 0.85 * n_seeds, held
    assert held.total() >= 0.93 * n_seeds * len(found), held


def test_recall_is_less_certain_than_a_count_where_other_rows_would_move_the_threshold():
    rows = scored()
    best_f1, a_share = (intervals_of(rows, objective, seed=0) for objective in (Objective(), Objective("top", 0.1)))
    hits = rows.y[decide(rows, Objective())].sum()
    counted = np.subtract(*wilson(hits, rows.y.sum())[::-1])
    assert np.subtract(*best_f1["recall"][::-1]) > 1.5 * counted
    assert np.subtract(*a_share["recall"][::-1]) < 1.2 * counted
    same = {name for name, interval in best_f1.items() if interval == a_share[name]}
    assert same == {"roc_auc", "average_precision", "log_loss", "brier", "calibration_error"}


def test_intervals_are_as_wide_as_many_fresh_samples_differ():
    fresh = [scored(400, seed) for seed in range(200)]
    draws = [measure(rows.y, rows.probability, decide(rows, Objective())) for rows in fresh]
    found = intervals_of(scored(400), Objective(), seed=0)
    for name in ("roc_auc", "average_precision", "log_loss", "brier"):
        low, high = found[name]
        width = np.subtract(*np.percentile([draw[name] for draw in draws], [97.5, 2.5]))
        assert 0.7 < (high - low) / width < 1.4


def test_intervals_of_some_rows_are_those_of_all_but_for_chance(monkeypatch):
    rows = scored(12_000)
    all_rows = intervals_of(rows, Objective(), seed=0)
    monkeypatch.setattr("training.evaluation.intervals._MOST_ROWS", 9_000)
    some_rows = intervals_of(rows, Objective(), seed=0)
    assert some_rows.keys() == all_rows.keys()
    for name in ("f1", "roc_auc", "average_precision", "log_loss", "brier"):
        (low, high), (some_low, some_high) = all_rows[name], some_rows[name]
        assert some_high - some_low == pytest.approx(high - low, rel=0.3)
        assert some_high - some_low != high - low


def test_copies_of_rows_are_no_more_evidence():
    once = scored(300)
    often = OutOfFold(*(np.tile(part, 9) for part in (once.y, once.probability, once.fold, once.groups)))
    of_once, of_often = intervals_of(once, Objective(), seed=0), intervals_of(often, Objective(), seed=0)
    for name, (low, high) in of_often.items():
        assert high - low > 0.8 * (of_once[name][1] - of_once[name][0])
