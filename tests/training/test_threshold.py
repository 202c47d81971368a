import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from training.errors import TrainingError
from training.evaluation.threshold import Cuts, Objective, choose_threshold, expected_profit, parse_objective


@st.composite
def scores(draw):
    n_rows = draw(st.integers(4, 60))
    grid = st.integers(0, draw(st.sampled_from([3, 20, 1000])))
    p = np.array(draw(st.lists(grid, min_size=n_rows, max_size=n_rows)), dtype=float) / 1000
    y = np.array(draw(st.lists(st.sampled_from([0, 1]), min_size=n_rows, max_size=n_rows)), dtype=np.int8)
    y[0] = 1
    return y, p


def curve(y, p):
    """Return precision and recall at each threshold above zero that contacts somebody, by scikit-learn."""
    precision, recall, thresholds = metrics.precision_recall_curve(y, p)
    able = thresholds > 0
    return precision[:-1][able], recall[:-1][able]


def reached(y, p, threshold):
    return metrics.precision_score(y, p >= threshold, zero_division=0), metrics.recall_score(y, p >= threshold)


@given(scores())
def test_threshold_has_the_best_f1_of_all_and_is_no_score(case):
    y, p = case
    threshold, is_reached = choose_threshold(y, p)
    assert is_reached
    assert 0 < threshold < 1
    assert np.abs(p - threshold).min() > 5e-7
    precision, recall = curve(y, p)
    best = (2 * precision * recall / np.maximum(precision + recall, 1e-300)).max(initial=0)
    found = metrics.f1_score(y, p >= threshold, zero_division=0)
    if p.min() > 0:
        assert found == pytest.approx(best)
    else:
        assert found >= best - 1e-12


@given(scores(), st.sampled_from(["f1", "recall>=0.7", "precision>=0.7", "top=20%", "profit"]), st.integers(0, 99))
def test_a_row_of_weight_two_counts_as_two_rows(case, objective, seed):
    y, p = case
    weights = np.random.default_rng(seed).integers(1, 4, len(y))
    copies = choose_threshold(np.repeat(y, weights), np.repeat(p, weights), parse_objective(objective))
    assert Cuts(y, p).choose(parse_objective(objective), weights.astype(float)) == copies


@given(scores(), st.floats(0.05, 1))
def test_recall_is_reached_with_the_best_precision(case, level):
    y, p = case
    threshold, is_reached = choose_threshold(y, p, Objective("recall", level))
    own_precision, own_recall = reached(y, p, threshold)
    assert is_reached == (own_recall >= level)
    precision, recall = curve(y, p)
    if is_reached:
        assert own_precision >= precision[recall >= level].max(initial=0) - 1e-12


@given(scores(), st.floats(0.05, 1))
def test_precision_is_reached_with_the_best_recall_or_said_to_be_out_of_reach(case, level):
    y, p = case
    threshold, is_reached = choose_threshold(y, p, Objective("precision", level))
    own_precision, own_recall = reached(y, p, threshold)
    precision, recall = curve(y, p)
    able = (precision >= level) & (recall > 0)
    if able.any():
        assert is_reached
        assert own_recall >= recall[able].max() - 1e-12
    if is_reached:
        assert own_precision >= level


@given(scores(), st.floats(1, 9), st.floats(9.5, 100))
def test_profit_is_the_highest_of_all(case, cost, value):
    y, p = case
    objective = Objective("profit", contact_cost=cost, purchase_value=value)
    threshold, _ = choose_threshold(y, p, objective)
    levels = [*np.unique(p), (p.max() + 1) / 2]
    best = max(expected_profit(y, p >= level, objective) for level in levels if level > 0)
    assert expected_profit(y, p >= threshold, objective) >= best - 1e-9


def test_top_takes_that_share():
    rng = np.random.default_rng(0)
    p, y = rng.random(1000), rng.integers(0, 2, 1000).astype(np.int8)
    threshold, _ = choose_threshold(y, p, Objective("top", 0.1))
    assert (p >= threshold).sum() == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f1", Objective()),
        ("F1", Objective()),
        ("recall>=0.8", Objective("recall", 0.8)),
        ("recall >= .8", Objective("recall", 0.8)),
        ("precision>=1", Objective("precision", 1.0)),
        ("top=10%", Objective("top", 0.1)),
        ("top=2.5%", Objective("top", 0.025)),
        ("profit", Objective("profit")),
    ],
)
def test_objectives_are_read(text, expected):
    assert parse_objective(text) == expected
    assert expected.words("churn").endswith("on unseen customers")


def test_a_level_is_told_as_it_was_asked_for():
    assert Objective("recall", 0.825).words("churn").startswith("best precision with at least 82.5% recall")
    assert "at 1 for a contact and 10 for a loan," in Objective("profit").words("a loan")
    assert Objective("precision", 0.8).words("churn").startswith("best recall with at least 80% precision")


@pytest.mark.parametrize("text", ["", "F2", "recall", "recall>=80%", "recall>=0", "top=0%", "top=101%", "recall<=0.5"])
def test_other_objectives_are_refused(text):
    with pytest.raises(TrainingError, match="objective"):
        parse_objective(text)


@pytest.mark.parametrize(("cost", "value"), [(-1, 10), (10, 10), (5, 1), (1, float("inf")), (float("nan"), 1)])
def test_money_that_makes_no_sense_is_refused(cost, value):
    with pytest.raises(TrainingError, match="worth more"):
        parse_objective("profit", cost, value)
