import numpy as np
import pandas as pd
import pytest

from predict.model.explain import Explainer
from tests.fitted import ESTIMATORS, customers, fitted
from tests.made import result
from training.export.background import N_BACKGROUND, choose_background, shapley_against, to_rows, to_table
from training.export.parity import to_feed
from training.export.score_jumps import simplify


def score(X):
    model = result().model
    return model.run(to_feed(model.contract.features, X))


def error_of_chosen(X, score):
    """Return how far explanations of customers drawn at random are from those against all rows."""
    background = to_table(choose_background(X, score, 0), X)
    drawn = [X.iloc[[k]] for k in np.random.default_rng(9).choice(len(X), 30, replace=False)]
    ours, theirs = (
        np.array([shapley_against(row, rows, score).mean(axis=0) for row in drawn]) for rows in (background, X)
    )
    return np.sqrt(np.mean((ours - theirs) ** 2))


@pytest.fixture(scope="module")
def X():  # noqa: N802  # the field's name for a table of features
    return result().table.X


def test_no_row_is_a_customers(X):
    background = result().model.metadata.background
    assert len(background) == N_BACKGROUND
    assert not set(X.itertuples(index=False, name=None)) & set(background)


def test_values_are_the_datas_and_scores_spread_like_its(X):
    background = to_table(result().model.metadata.background, X)
    for name in X.columns:
        assert set(background[name]) <= set(X[name])
    quantiles = np.quantile(score(X), (np.arange(64) + 0.5) / 64)
    assert np.corrcoef(np.sort(score(background)), quantiles)[0, 1] > 0.9


def test_explanations_are_close_to_those_from_all_the_data(X):
    """On customers that the choice did not look at."""
    probes = X.iloc[np.random.default_rng(99).choice(len(X), 25, replace=False)]
    theirs = np.array([shapley_against(probes.iloc[[k]], X, score).mean(axis=0) for k in range(len(probes))])
    ours = np.array([e.contributions for e in Explainer(result().model).explain(to_rows(probes))])
    assert np.abs(ours - theirs).mean() < 0.1 * np.abs(theirs).mean()
    assert Explainer(result().model).base_value == pytest.approx(score(X).mean(), abs=0.002)


def test_shapley_values_against_rows_are_the_explainers(X):
    row, others = X.iloc[[5]], to_table(result().model.metadata.background, X)
    (explained,) = Explainer(result().model).explain(to_rows(row))
    mean = shapley_against(row, others, score).mean(axis=0)
    np.testing.assert_allclose(mean, explained.contributions, atol=1e-12)


def test_same_seed_same_rows(X, monkeypatch):
    monkeypatch.setattr("training.export.background._FEWEST_PROBES", 4)
    monkeypatch.setattr("training.export.background._MOST_PROBES", 4)
    first, again, other = (choose_background(X.head(100), score, seed) for seed in (0, 0, 1))
    assert first == again != other


def test_where_rows_picked_at_first_are_off_closer_ones_are_found():
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.exponential(size=(1000, 4)).round(1), columns=list("abcd"))

    def crossed(table):
        a, b, c, d = table.to_numpy().T
        return 1 / (1 + np.exp(c * d - a * b))

    assert error_of_chosen(X, crossed) < 0.0045


def test_where_single_rows_differ_much_the_choice_looks_at_more_of_them():
    rng = np.random.default_rng(2)
    X = pd.DataFrame(rng.normal(size=(1500, 5)).round(1), columns=list("abcde"))

    def steep(table):
        a, b, c, d, _ = table.to_numpy().T
        return 1 / (1 + np.exp(-6 * (a * b + c - d)))

    assert error_of_chosen(X, steep) < 0.007


def test_rows_of_many_columns_explain_as_the_data_does():
    rng = np.random.default_rng(0)
    wide = pd.DataFrame({f"c{k}": rng.normal(size=400) for k in range(12)})

    def mean_score(table):
        return 1 / (1 + np.exp(-table.to_numpy().sum(axis=1)))

    rows = to_table(choose_background(wide, mean_score, 0), wide)
    assert len(rows) == N_BACKGROUND
    assert mean_score(rows).mean() == pytest.approx(mean_score(wide).mean(), abs=0.005)
    probe = wide.iloc[[7]]
    ours, theirs = (shapley_against(probe, others, mean_score).mean(axis=0) for others in (rows, wide))
    assert np.abs(ours - theirs).max() < 0.02


def test_first_and_last_to_join_are_enough_where_two_act_together():
    rng = np.random.default_rng(1)
    few, row = (pd.DataFrame(rng.normal(size=(m, 8)), columns=list("abcdefgh")) for m in (5, 1))

    def pairs(table):
        values = table.to_numpy()[:, :8]
        return values.sum(axis=1) + values[:, 0] * values[:, 1] - values[:, 2] * values[:, 7]

    many, wide_row = few.assign(i=0.0), row.assign(i=0.0)
    exact, ours = shapley_against(row, few, pairs), shapley_against(wide_row, many, pairs)
    np.testing.assert_allclose(ours[:, :8], exact, atol=1e-12)


def test_data_of_which_every_combination_is_a_customers_is_used_as_it_is():
    table = pd.DataFrame({"a": [0.0, 0.0, 1.0, 1.0] * 50, "b": [0.0, 1.0, 0.0, 1.0] * 50})
    rows = choose_background(table, lambda t: (t["a"] + t["b"]).to_numpy() / 3 + 0.1, 0)
    assert {(a, b) for a in (0.0, 1.0) for b in (0.0, 1.0)} == set(rows)


def test_simplified_customers_score_the_same_and_have_fewer_values(X):
    simple = simplify(result().fitted, X)
    np.testing.assert_array_equal(score(simple), score(X))
    before, after = X.nunique().sum(), simple.nunique().sum()
    assert after <= before / 2 if result().model.metadata.breaks else after == before


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_simplified_rows_score_the_same_by_every_estimator(estimator):
    X, _ = customers()
    simple = simplify(fitted(estimator), X)
    assert list(simple.dtypes) == list(X.dtypes)
    np.testing.assert_array_equal(fitted(estimator).predict_proba(simple), fitted(estimator).predict_proba(X))
    assert simple.equals(X) == (estimator == "LogisticRegression")
