from copy import replace

import numpy as np
import pytest

from tests.watch.test_verdict import METADATA
from watch.matching import Judged
from watch.performance import ENOUGH_OUTCOMES, measure

THRESHOLD = METADATA.contract.threshold


def simulated(n, seed, truth=1.0):
    """Return scores, and purchases that happen `truth` times as often as they say."""
    rng = np.random.default_rng(seed)
    scores = rng.beta(1, 3, n)
    return scores, rng.random(n) < scores * truth


def measured(scores, bought):
    return measure(METADATA, Judged(scores.tolist(), bought.tolist()))


def test_intervals_of_precision_and_recall_cover_the_truth_as_often_as_they_say():
    # Of a beta(1, 3) density 3(1-x)^2, by sums over a fine grid.
    grid = (np.arange(100_000) + 0.5) / 100_000
    density, above = 3 * (1 - grid) ** 2, grid >= THRESHOLD
    precision = float((grid * density)[above].sum() / density[above].sum())
    recall = float((grid * density)[above].sum() / (grid * density).sum())
    results = [measured(*simulated(400, seed)) for seed in range(2_000)]
    for name, truth in (("precision", precision), ("recall", recall)):
        shares = [getattr(result, name) for result in results]
        assert 0.93 <= np.mean([share.low <= truth <= share.high for share in shares]) <= 0.97


def test_model_that_says_the_truth_is_hardly_ever_called_off():
    assert np.mean([measured(*simulated(1_000, seed)).is_off for seed in range(1_000)]) <= 0.02


@pytest.mark.parametrize(("truth", "word"), [(0.6, "Fewer"), (1.2, "More")])
def test_model_that_is_off_is_found(truth, word):
    results = [measured(*simulated(2_000, seed, truth)) for seed in range(100)]
    assert np.mean([result.is_off for result in results]) >= 0.95
    assert all(result.sentence.startswith(word) for result in results if result.is_off)


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (3, "fewer than 10"), (38, "38")])
def test_few_outcomes_are_too_early_and_not_measured(count, text):
    result = measured(*simulated(count, 0))
    assert result.sentence == f"Too early: {text} of about {ENOUGH_OUTCOMES} outcomes."
    assert (result.count, result.precision, result.recall, result.bins) == (0, None, None, ())


def test_sentences_have_the_models_own_words():
    target = replace(METADATA.contract.target, verb="churn", noun="churn")
    metadata = replace(METADATA, contract=replace(METADATA.contract, target=target))
    scores, bought = simulated(2_000, 0)
    cases = (
        (bought, " churn, where it said "),
        (np.full(2_000, True), "Every outcome so far is churn: "),
        (np.full(2_000, False), "Fewer customers churn than"),
    )
    for happened, words in cases:
        said = measure(metadata, Judged(scores.tolist(), happened.tolist())).sentence
        assert words in said
        assert "purchase" not in said


def test_file_of_purchases_alone_is_no_measurement():
    scores, _ = simulated(500, 0)
    result = measured(scores, np.full(500, True))
    assert (result.is_off, result.count, result.precision, result.bins) == (False, 0, None, ())
    assert result.sentence.startswith("Every outcome so far is a purchase")


@pytest.mark.parametrize("seed", range(5))
def test_bins_hold_everybody_and_none_is_small(seed):
    scores, bought = simulated(350, seed)
    bins = measured(scores, bought).bins
    assert sum(one.count for one in bins) == 350
    assert min(one.count for one in bins) >= 10
    assert sum(one.count * one.said for one in bins) == pytest.approx(scores.sum())
    assert sum(one.count * one.happened.value for one in bins) == pytest.approx(bought.sum())


def test_share_of_few_customers_is_not_said():
    scores = np.full(400, THRESHOLD / 2)
    scores[:9] = 0.9
    assert measured(scores, np.arange(400) < 5).precision is None
