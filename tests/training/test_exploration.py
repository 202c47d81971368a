from copy import replace

import numpy as np
import pytest

from tests.made import result
from training.evaluation.exploration import explore, group_rates, has_heavy_tail


def test_exploration_counts_as_pandas_does():
    table, features = result().table, result().schema.features
    found = explore(table, features)
    assert found.n_duplicates == int(table.X.duplicated().sum())
    frame = table.X[[facts.feature.name for facts in found.numbers]].assign(y=table.y)
    np.testing.assert_allclose(found.pearson, frame.corr())
    np.testing.assert_allclose(found.spearman, frame.corr(method="spearman"))
    for facts in found.numbers:
        assert facts.rates.counts.sum() == len(table.y)
        assert (facts.rates.counts @ facts.rates.rate) == pytest.approx(table.y.sum())
    (country,) = found.categories.values()
    assert country.rates.counts.sum() == len(table.y)
    overall = table.y.mean()
    assert (np.abs(country.shrunken - overall) <= np.abs(country.rates.rate - overall) + 1e-12).all()


def test_outliers_are_counted_where_the_quartiles_differ():
    table, features = result().table, result().schema.features
    X = table.X.assign(
        exams_passed=np.r_[np.zeros(len(table.y) - 1), 9.0], steps=np.r_[np.arange(len(table.y) - 1), 1e9]
    )
    outliers = {facts.feature.name: facts.outliers for facts in explore(replace(table, X=X), features).numbers}
    assert (outliers["exams_passed"], outliers["steps"]) == (None, 1)


def test_a_heavy_tail_is_seen_and_a_bell_is_not():
    rng = np.random.default_rng(0)
    assert has_heavy_tail(np.exp(rng.normal(0, 2, 1000)))
    assert not has_heavy_tail(rng.normal(100, 10, 1000))
    assert not has_heavy_tail(np.zeros(10))


def test_rates_by_bin_are_counted_by_hand():
    rates = group_rates(["a", "b", "empty"], np.array([0, 0, 1, 1, 1]), np.array([1, 0, 1, 1, 0], dtype=np.int8))
    assert rates.counts.tolist() == [2, 3, 0]
    assert rates.rate.tolist() == pytest.approx([0.5, 2 / 3, 0.0])
