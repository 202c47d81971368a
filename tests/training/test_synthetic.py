"""The sample: the committed file is what the generator writes, and it behaves as data/README.md says."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.preprocessing import OrdinalEncoder

from training.customers import synthetic as sample
from training.customers.synthetic import SAMPLE_ROWS, SAMPLE_SEED, generate, true_probability, write_csv
from training.customers.table import read_table
from training.schema.load import load_schema

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "data/customers.csv"
README = (ROOT / "data/README.md").read_text(encoding="utf-8")
COLUMNS = [
    "customer_id",
    "days_on_platform",
    "minutes_watched",
    "courses_started",
    "exams_passed",
    "steps",
    "student_country",
    "purchased",
]


@pytest.fixture(scope="module")
def schema():
    return load_schema(ROOT / "training/schema/customers.toml")


@pytest.fixture(scope="module")
def table(schema):
    return read_table(COMMITTED, schema)


@pytest.fixture(scope="module")
def probability():
    return generate(SAMPLE_ROWS, SAMPLE_SEED)[1]


def test_the_committed_file_is_what_the_generator_writes(tmp_path):
    write_csv(tmp_path / "again.csv", SAMPLE_ROWS, SAMPLE_SEED)
    again = (tmp_path / "again.csv").read_bytes()
    assert again == COMMITTED.read_bytes()
    assert b"\r" not in again
    assert f"sha256: `{hashlib.sha256(again).hexdigest()}`" in README
    assert f"with seed {SAMPLE_SEED}" in README


def test_the_file_holds_the_generated_customers():
    written = pd.read_csv(COMMITTED, keep_default_na=False)
    generated, _ = generate(SAMPLE_ROWS, SAMPLE_SEED)
    assert list(written.columns) == COLUMNS
    pd.testing.assert_frame_equal(written, generated, check_dtype=False, check_exact=True)
    lines = COMMITTED.read_text(encoding="ascii").splitlines()
    assert all(re.fullmatch(r"C\d{8},\d+,\d+\.\d,\d+,\d+,\d+,([A-Z]{2})?,[01]", line) for line in lines[1:])


def test_every_row_fits_the_schema_without_a_note(table):
    assert len(table.y) == SAMPLE_ROWS
    assert table.notes == ()


def test_values_stay_far_from_the_hard_bounds(table, schema):
    for feature in schema.features:
        if not feature.is_category:
            assert table.X[feature.name].max() < feature.maximum / 5 + 1


def test_about_nine_percent_purchase(table):
    assert 0.085 <= table.y.mean() <= 0.095


def test_rows_are_sorted_by_sign_up(table):
    assert (np.diff(table.X["days_on_platform"]) <= 0).all()


@pytest.mark.parametrize(
    ("column", "zeros"),
    [("minutes_watched", 0.15), ("courses_started", 0.15), ("exams_passed", 0.8), ("steps", 0.65)],
)
def test_zeros_are_common_and_tails_are_heavy(table, column, zeros):
    values = table.X[column]
    assert zeros < (values == 0).mean() < zeros + 0.1
    positive = values[values > 0]
    assert positive.quantile(0.99) > 4 * positive.median()
    assert values.max() > 3 * values.quantile(0.95)


def test_activities_hang_together(table):
    ranks = table.X[["minutes_watched", "courses_started", "exams_passed", "steps"]].corr(method="spearman").to_numpy()
    assert (ranks[np.triu_indices(4, 1)] > 0.15).all()
    assert ranks[0, 1] > 0.5


def test_some_rows_repeat_and_repeat_their_answer(table):
    copies = (table.groups[1:] == table.groups[:-1]) & (table.X["minutes_watched"].to_numpy()[1:] > 0)
    assert 0.02 <= copies.mean() <= 0.04
    assert (table.y[1:][copies] == table.y[:-1][copies]).mean() > 0.99
    assert table.X.duplicated().mean() > copies.mean(), "and some are alike by chance"


def test_countries_are_many_unevenly_shared_and_namibia_is_one(table, schema):
    counts = table.X["student_country"].value_counts()
    assert counts.index.nunique() - 1 == len(set(sample.COUNTRIES)) == 170
    assert 0.15 < counts.iloc[0] / SAMPLE_ROWS < 0.25
    assert counts.iloc[10:].sum() > 0.3 * SAMPLE_ROWS
    assert counts["NA"] >= 10
    assert 0.003 <= counts[""] / SAMPLE_ROWS <= 0.007
    assert set(sample.COUNTRIES) <= set(schema.features[-1].values)


def test_no_column_alone_gives_the_answer_away(table):
    for name, values in table.X.items():
        score = values
        if name == "student_country":
            score = values.map(pd.Series(table.y).groupby(values).mean())
        area = roc_auc_score(table.y, score)
        assert max(area, 1 - area) < 0.85, name


def test_the_true_probability_is_calibrated_and_as_good_as_stated(table, probability):
    for chosen in (probability < 0.02, (probability >= 0.02) & (probability < 0.3), probability >= 0.3):
        spread = np.sqrt((probability * (1 - probability))[chosen].sum())
        assert abs(table.y[chosen].sum() - probability[chosen].sum()) < 4 * spread
    area, precision = roc_auc_score(table.y, probability), average_precision_score(table.y, probability)
    assert 0.93 <= area <= 0.95
    assert 0.60 <= precision <= 0.75
    assert f"ROC AUC {area:.3f} and average precision\n{precision:.3f}" in README


def test_inputs_work_together(table, probability):
    """Both milestones together are worth more, in log odds, than the sum of each alone."""
    far = pd.DataFrame({name: [table.X[name].median()] * 4 for name in COLUMNS[1:6]}).assign(student_country="US")
    far["minutes_watched"], far["steps"] = [10.0, 200.0, 10.0, 200.0], [0.0, 0.0, 9.0, 9.0]
    p = true_probability(far)
    neither, deep, path, both = np.log(p / (1 - p))
    assert both - neither > (deep - neither) + (path - neither) + 0.5


def test_the_probability_follows_from_the_columns_alone(table, probability):
    np.testing.assert_array_equal(true_probability(table.X), probability)


def test_boosted_trees_come_close_to_the_truth_on_unseen_customers(table, probability):
    X = table.X.copy()
    X["student_country"] = OrdinalEncoder().fit_transform(X[["student_country"]]).ravel()
    estimator = HistGradientBoostingClassifier(
        max_iter=300,
        learning_rate=0.05,
        max_leaf_nodes=4,
        min_samples_leaf=50,
        l2_regularization=5,
        early_stopping=False,
    )
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    guess = cross_val_predict(estimator, X, table.y, groups=table.groups, cv=folds, method="predict_proba")[:, 1]
    best = average_precision_score(table.y, probability)
    assert abs(best - average_precision_score(table.y, guess)) < 0.005


@settings(max_examples=20, deadline=None)
@given(n_rows=st.integers(1, 400), seed=st.integers(0, 2**32))
def test_any_number_of_rows_from_any_seed_is_the_same_each_time(n_rows, seed):
    customers, probability = generate(n_rows, seed)
    again, _ = generate(n_rows, seed)
    pd.testing.assert_frame_equal(customers, again)
    assert customers.shape == (n_rows, len(COLUMNS))
    assert ((probability > 0) & (probability <= sample.MOST_PROBABLE)).all()
    assert customers["customer_id"].is_unique


def test_blocks_make_one_sorted_file(tmp_path, monkeypatch, schema):
    monkeypatch.setattr(sample, "BLOCK_ROWS", 700)
    write_csv(tmp_path / "blocks.csv", 2000, 1)
    table = read_table(tmp_path / "blocks.csv", schema)
    assert len(table.y) == 2000
    assert (np.diff(table.X["days_on_platform"]) <= 0).all()
    assert table.X["days_on_platform"].iloc[[0, -1]].tolist() == [719, 0]


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="at least 1"):
        generate(0, 0)
