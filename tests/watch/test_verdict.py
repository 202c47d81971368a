from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2

from predict.model.session import Model
from tests.fitted import customers, model_file
from training.export.reference import bins_of_numbers
from watch.counts import Counter
from watch.verdict import chi_square_tail, sentence, shifts

MODEL = Model.from_bytes(model_file("LogisticRegression"))
FEATURES = MODEL.contract.features
TRAINED, _ = customers(20_000, seed=1)


def seen(feature):
    return replace(feature.seen, counts={str(k): int(v) for k, v in TRAINED[feature.name].value_counts().items()})


METADATA = replace(
    MODEL.metadata,
    contract=replace(
        MODEL.contract,
        features=tuple(replace(f, seen=seen(f)) if f.is_category else f for f in FEATURES),
    ),
    reference={f.name: bins_of_numbers(TRAINED[f.name].to_numpy()) for f in FEATURES if not f.is_category},
)


def counts_of(X):
    counter = Counter(METADATA)
    counter.add_many([X[f.name].to_numpy() for f in FEATURES], np.full(len(X), 0.1), failed=0, warned=0)
    return counter.take()


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 32])
def test_tail_is_that_of_the_chi_square_distribution(degrees):
    for statistic in (0.1, 1.0, 5.0, 20.0, 60.0):
        assert chi_square_tail(statistic, degrees) == pytest.approx(chi2.sf(statistic, degrees), rel=1e-9)


@pytest.mark.parametrize(("n_rows", "n_draws"), [(100, 300), (1_000, 300), (10_000, 60)])
def test_without_drift_alarms_are_rare(n_rows, n_draws):
    rng = np.random.default_rng(n_rows)
    pool, _ = customers(60_000, seed=2)
    alarms = sum(
        sentence(METADATA, counts_of(pool.iloc[rng.choice(len(pool), n_rows, replace=False)])) != "As in training."
        for _ in range(n_draws)
    )
    assert alarms <= 0.02 * n_draws + 2 * np.sqrt(0.02 * n_draws)


def test_minutes_a_quarter_longer_are_found_among_ten_thousand():
    X, _ = customers(10_000, seed=5)
    later = X.assign(minutes_watched=X["minutes_watched"] * 1.25)
    assert sentence(METADATA, counts_of(later)) == "Look at Minutes watched."
    (shift,) = [s for s in shifts(METADATA, counts_of(later)) if s.is_shifted]
    assert "in training" in shift.words


def test_country_that_disappears_is_found():
    X, _ = customers(10_000, seed=6)
    gone = X["student_country"].mode()[0]
    later = X[X["student_country"] != gone]
    found = [s for s in shifts(METADATA, counts_of(later)) if s.is_shifted]
    assert [s.feature for s in found] == ["student_country"]
    label = FEATURES[-1].values.get(gone, "not known")
    assert found[0].words.startswith(f"{label}: 0%")


def test_few_customers_are_too_early_to_tell():
    X, _ = customers(38, seed=7)
    assert sentence(METADATA, counts_of(X)) == "Too early: 38 of 100 customers."
    assert shifts(METADATA, counts_of(X)) == []


def test_no_sentence_is_about_a_handful_of_customers():
    X, _ = customers(300, seed=8)
    later = X.assign(student_country="US")
    later.loc[:2, "student_country"] = "DE"
    words = next(s.words for s in shifts(METADATA, counts_of(later)) if s.feature == "student_country")
    assert "fewer than 10" in words or "United States" in words
