import numpy as np
import pandas as pd
import pytest

from tests.training.test_evaluate import sorted_by_outcome, table
from training.customers.table import LEAST_DISTINCT, Table
from training.errors import TrainingError
from training.evaluation.folds import N_SPLITS, assign_folds


@pytest.mark.parametrize(
    "data", [table(), table(repeat=3), sorted_by_outcome(table())], ids=["plain", "copies", "sorted"]
)
def test_folds_are_stratified_and_keep_identical_rows_together(data):
    fold = assign_folds(data, seed=0)
    assert set(fold) == set(range(N_SPLITS))
    for number in range(N_SPLITS):
        held_out = fold == number
        assert not set(data.groups[held_out]) & set(data.groups[~held_out])
        assert abs(data.y[held_out].mean() - data.y.mean()) < 0.05


def test_folds_are_shuffled_by_the_seed():
    data = table()
    assert (assign_folds(data, seed=0) == assign_folds(data, seed=0)).all()
    assert (assign_folds(data, seed=0) != assign_folds(data, seed=1)).any()


@pytest.mark.parametrize("buyers", [0, 3, LEAST_DISTINCT - 1])
def test_too_few_distinct_buyers_are_refused_with_the_number(buyers):
    data = table()
    y = np.zeros_like(data.y)
    y[:buyers] = 1
    with pytest.raises(TrainingError, match=f"only {buyers} distinct rows"):
        assign_folds(Table(data.X, y, data.groups, data.sha256, data.name), seed=0)


def test_copies_of_one_buyer_are_one_buyer():
    data = table(60, repeat=40)
    y = (data.groups == data.groups[0]).astype(np.int8)
    assert y.sum() >= 40
    with pytest.raises(TrainingError, match="only 1 distinct"):
        assign_folds(Table(data.X, y, data.groups, data.sha256, data.name), seed=0)


def test_groups_in_which_buyers_are_the_fewer_are_held_out_together_too():
    """Few distinct rows, most of them with both answers and none with a majority of buyers."""
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 60, 5000)
    data = table(60)
    y = (rng.random(5000) < 0.05 + 0.1 * (groups % 2)).astype(np.int8)
    many = Table(data.X.iloc[groups].reset_index(drop=True), y, groups, data.sha256, data.name)
    fold = assign_folds(many, seed=0)
    assert set(fold) == set(range(N_SPLITS))
    assert pd.Series(fold).groupby(groups).nunique().max() == 1
    for number in range(N_SPLITS):
        assert abs(y[fold == number].mean() - y.mean()) < 0.03
    assert (fold == assign_folds(many, seed=0)).all()
    assert (fold != assign_folds(many, seed=1)).any()
