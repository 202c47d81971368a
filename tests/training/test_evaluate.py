import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from tests.fitted import customers
from training.customers.table import Table
from training.evaluation.evaluate import evaluate
from training.evaluation.folds import N_SPLITS
from training.evaluation.out_of_fold import OutOfFold, decide
from training.evaluation.threshold import Objective


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
