import numpy as np
import pytest

from training.search.choice import choose, explain
from training.search.trials import from_params

SIMPLE = from_params("LogisticRegression", {"C": 1.0})
FEW_TREES, MANY_TREES = (
    from_params("HistGradientBoostingClassifier", {"max_iter": n, "max_leaf_nodes": 4}) for n in (20, 200)
)
TRIALS = [MANY_TREES, FEW_TREES, SIMPLE]
EACH = np.arange(1000)


def losses(*means: float) -> list[np.ndarray]:
    """Return losses of a thousand rows with these means, and with noise of one a row."""
    noise = np.random.default_rng(0).normal(size=(len(means), 1000))
    return list(noise - noise.mean(axis=1, keepdims=True) + np.array(means)[:, None])


def test_within_noise_the_simpler_wins_in_a_family_and_among_families():
    choice = choose(TRIALS, losses(0.5000, 0.5002, 0.5004), EACH)
    assert choice.of_family == {"HistGradientBoostingClassifier": 1, "LogisticRegression": 2}
    assert choice.winner == 2


def test_beyond_noise_the_better_wins():
    choice = choose(TRIALS, losses(0.5, 1.5, 2.5), EACH)
    assert choice.of_family == {"HistGradientBoostingClassifier": 0, "LogisticRegression": 2}
    assert choice.best == choice.winner == 0


def test_noise_is_half_of_a_standard_error():
    """One standard error is 0.045 here."""
    assert choose(TRIALS, losses(0.500, 0.530, 0.540), EACH).winner == 0
    assert choose(TRIALS, losses(0.500, 0.510, 0.520), EACH).winner == 2


def test_a_whole_standard_error_is_noise_where_nobody_would_see_it():
    """One standard error is 0.00045 here, and the difference more than half of it."""
    seen, unseen = losses(0.500, 0.530), [np.full(1000, 0.5), np.full(1000, 0.5)]
    unseen[1] += (seen[1] - seen[0]) / 100
    assert choose(TRIALS[1:], seen, EACH).winner == 0
    assert choose(TRIALS[1:], unseen, EACH).winner == 1


def test_copies_of_a_row_are_one_piece_of_evidence():
    """A difference that is beyond noise in a thousand rows is within it where they are copies of four."""
    worse = np.tile([-0.001, 0.002, -0.001, 0.001], 250)
    by_row = [np.zeros(1000), worse]
    trials = [MANY_TREES, SIMPLE]
    assert choose(trials, by_row, EACH).winner == 0
    assert choose(trials, by_row, EACH % 4).winner == 1


@pytest.mark.parametrize(
    ("means", "words"),
    [
        ((0.5000, 0.5300), "any simpler one is worse by more than noise."),
        ((0.5000, 0.5002), "within noise, and LogisticRegression is simpler."),
        ((0.5300, 0.5000), "LogisticRegression has the lowest log loss of the families, and none is simpler."),
    ],
)
def test_the_reason_is_told(means, words):
    trials = [MANY_TREES, SIMPLE]
    assert words in explain(trials, choose(trials, losses(*means), EACH))
