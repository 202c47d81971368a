from copy import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from predict.contract import LARGEST
from predict.model.metadata import Bins
from predict.model.session import Model
from tests.fitted import customers, model_file
from training.export.drift_reference import bins_of_numbers
from watch.counts import Counter, Counts
from watch.verdict import chi_square_tail, contacted_share, is_like_training, sentence, shifts

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


def counts_of(X, contacted=None):
    """Count customers, of whom a share has the positive answer: the tested one where none is given."""
    share = contacted_share(METADATA) if contacted is None else contacted
    scores = np.where(np.random.default_rng(len(X)).random(len(X)) < share, 1.0, 0.0)
    counter = Counter(METADATA)
    counter.add_many([X[f.name].to_numpy() for f in FEATURES], scores, failed=0, warned=0)
    return counter.take()


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 32])
def test_tail_is_that_of_the_chi_square_distribution(degrees):
    for statistic in (0.1, 1.0, 5.0, 20.0, 60.0):
        assert chi_square_tail(statistic, degrees) == pytest.approx(chi2.sf(statistic, degrees), rel=1e-9)


@pytest.mark.parametrize(("n_rows", "n_draws"), [(100, 300), (1_000, 300), (10_000, 60)])
def test_without_drift_alarms_are_rare(n_rows, n_draws):
    rng = np.random.default_rng(n_rows)
    pool, _ = customers(60_000, seed=2)
    drawn = [counts_of(pool.iloc[rng.choice(len(pool), n_rows, replace=False)]) for _ in range(n_draws)]
    alarms = sum(sentence(METADATA, counts) != "The customers are as in training." for counts in drawn)
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


def test_answers_that_differ_are_said_where_each_input_is_as_in_training():
    X, _ = customers(10_000, seed=9)
    assert is_like_training(METADATA, counts_of(X))
    everybody = counts_of(X, contacted=1)
    assert sentence(METADATA, everybody).startswith("Look at the answers: 100% are “Will Purchase”, ")
    assert not is_like_training(METADATA, everybody)
    assert not any(shift.is_shifted for shift in shifts(METADATA, everybody))


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


@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.02, 0.4]))
def test_no_bar_is_about_a_handful_of_customers(seed, not_known):
    """Few customers in most bins, and numbers that are not known behind all others."""
    rng = np.random.default_rng(seed)
    numbers = {name: Bins((*bins.edges, LARGEST), (*bins.counts, 500)) for name, bins in METADATA.reference.items()}
    metadata = replace(METADATA, reference=numbers)
    now = Counts(rows=150)
    for feature in FEATURES:
        size = len(numbers[feature.name].counts) if not feature.is_category else len(feature.values) + 2
        weights = rng.dirichlet(np.full(size, 0.2)) * (1 - not_known)
        weights[-1] += not_known
        now.features[feature.name] = rng.multinomial(150, weights).tolist()
    for shift in shifts(metadata, now):
        assert sum(bar.now for bar in shift.bars) == pytest.approx(1)
        assert sum(bar.then for bar in shift.bars) == pytest.approx(1)
        assert all(bar.now == 0 or bar.now * 150 > 9.5 for bar in shift.bars)
        assert len({bar.words for bar in shift.bars}) == len(shift.bars)
        last = now.features[shift.feature][-1]
        if 10 <= last <= 140 and shift.feature in numbers:
            assert (shift.bars[-1].words, shift.bars[-1].now) == ("not known", last / 150)
