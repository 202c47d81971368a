import numpy as np
import pytest
from sklearn import metrics

from tests.factories import sample_contract
from tests.training.test_evaluate import sorted_by_outcome, table
from training.command.journal import Journal
from training.command.progress import Advance
from training.evaluation.folds import N_SPLITS, assign_folds
from training.search import fits
from training.search.calibrate import apply_calibration
from training.search.fits import Budget, fit, score
from training.search.pipeline import build_pipeline
from training.search.trials import MOST_IN_FULL, N_TRIALS, draw_trials, from_params
from training.search.tune import hold_out, tune

FEATURES = sample_contract().features
LINEAR = [from_params("LogisticRegression", {"encoder": "ordinal", "logarithm": False, "C": c}) for c in (1e-4, 1.0)]
FEW_TREES = {"encoder": "ordinal", "max_iter": 20, "max_leaf_nodes": 3}
TREES = [from_params("HistGradientBoostingClassifier", FEW_TREES | {"learning_rate": rate}) for rate in (0.2, 1e-3)]
TRIALS = [*LINEAR, *TREES]


class Counted(Advance):
    def __init__(self):
        self.descriptions, self.totals, self.steps = [], [], 0

    def start(self, description, total):
        self.descriptions.append(description)
        self.totals.append(total)

    def step(self):
        self.steps += 1


def refit(trial, data, left_out):
    pipeline = build_pipeline(FEATURES, trial.family, trial.params, seed=0)
    return score(fit(pipeline, data.X[~left_out], data.y[~left_out]), data.X[left_out])


@pytest.fixture(scope="module")
def progress():
    return Counted()


@pytest.fixture(scope="module")
def searched(progress):
    return tune(table(800), FEATURES, Budget(TRIALS, n_jobs=1), seed=0, advance=progress)


def test_reported_scores_are_of_fits_that_did_not_see_the_row(searched):
    data = table(800)
    fold = assign_folds(data, seed=0)
    np.testing.assert_array_equal(searched.scored.fold, fold)
    for name, scored in searched.families.items():
        for number in range(N_SPLITS):
            options = [refit(trial, data, fold == number) for trial in TRIALS if trial.family == name]
            assert any(np.allclose(scored.probability[fold == number], p, atol=1e-12) for p in options)


def test_the_better_hyperparameters_win_within_their_family(searched):
    assert searched.best == {"LogisticRegression": LINEAR[1], "HistGradientBoostingClassifier": TREES[0]}
    assert [loss for _, loss in searched.tried] == sorted(loss for _, loss in searched.tried)


def test_loss_of_a_trial_is_that_of_fits_without_two_folds(searched):
    data = table(800)
    fold = assign_folds(data, seed=0)
    losses = np.zeros(800)
    for first in range(N_SPLITS):
        for second in range(first):
            left_out = (fold == first) | (fold == second)
            p = refit(LINEAR[1], data, left_out)
            losses[left_out] += -np.log(np.where(data.y[left_out] == 1, p, 1 - p)) / (N_SPLITS - 1)
    assert {trial.words: loss for trial, loss in searched.tried}[LINEAR[1].words] == pytest.approx(losses.mean())


def test_the_simpler_family_wins_where_the_other_is_no_better(searched):
    # The answers follow a sum of the columns: trees can at best come as close.
    assert searched.trial == LINEAR[1]
    assert searched.reason.startswith("LogisticRegression")


def test_a_shuffled_target_scores_like_the_base_rate():
    data = table(800)
    data = type(data)(data.X, np.random.default_rng(0).permutation(data.y), data.groups, data.sha256, data.name)
    scored = tune(data, FEATURES, Budget(TRIALS, n_jobs=1), seed=0).scored
    assert abs(metrics.roc_auc_score(scored.y, scored.probability) - 0.5) < 0.06
    base_rate = np.full(800, data.y.mean())
    assert metrics.log_loss(scored.y, scored.probability) > metrics.log_loss(data.y, base_rate) - 0.003


def test_a_sorted_file_scores_like_a_shuffled_one(searched):
    again = tune(sorted_by_outcome(table(800)), FEATURES, Budget(TRIALS, n_jobs=1), seed=0).scored
    first = metrics.roc_auc_score(searched.scored.y, searched.scored.probability)
    assert metrics.roc_auc_score(again.y, again.probability) == pytest.approx(first, abs=0.03)


def test_every_fit_is_a_step(searched, progress):
    assert progress.totals == [10 * len(TRIALS), N_SPLITS * 2]
    assert progress.steps == sum(progress.totals)
    # Each family's first is always tried, so that there may be more of them than were asked for.
    assert progress.descriptions[0] == "fits of 4 models, 2 families"


def test_a_search_that_was_cut_short_goes_on_with_the_fits_it_had(searched, tmp_path, monkeypatch):
    class CutShort(Advance):
        steps = 0

        def step(self):
            self.steps += 1
            if self.steps == 25:
                raise KeyboardInterrupt

    def search(advance=None):
        with Journal(tmp_path / "model.onnx", {}) as journal:
            return tune(table(800), FEATURES, Budget(TRIALS, n_jobs=1, journal=journal), 0, advance), journal.n_kept

    with pytest.raises(KeyboardInterrupt):
        search(CutShort())
    fitted, original = [], fits._fit_and_score
    monkeypatch.setattr(fits, "_fit_and_score", lambda *given: fitted.append(given) or original(*given))
    again, n_kept = search()
    assert (n_kept, len(fitted)) == (25, 10 * len(TRIALS) + 2 * N_SPLITS - 25)
    np.testing.assert_array_equal(again.scored.probability, searched.scored.probability)
    assert again.trial == searched.trial
    assert list(tmp_path.iterdir()) == []


def test_late_trials_are_left_out_but_for_the_first_of_each_family():
    searched = tune(table(400), FEATURES, Budget(TRIALS, minutes=0, n_jobs=1), seed=0)
    assert sorted(trial.words for trial, _ in searched.tried) == sorted([LINEAR[0].words, TREES[0].words])


def test_hold_out_scores_each_row_by_a_fit_without_it():
    data = table(400)
    scored = hold_out(LINEAR[1], None, data, FEATURES, Budget(TRIALS, n_jobs=1), seed=0)
    held_out = scored.fold == 3
    expected = refit(LINEAR[1], data, held_out)
    np.testing.assert_array_equal(scored.probability[held_out], expected)
    calibrated = hold_out(LINEAR[1], (2.0, 0.5), data, FEATURES, Budget(TRIALS, n_jobs=1), seed=0)
    np.testing.assert_array_equal(calibrated.probability[held_out], apply_calibration((2.0, 0.5), expected))


def test_trials_start_with_each_familys_default_and_never_repeat():
    trials = draw_trials(40, seed=1)
    assert len({trial.family for trial in trials[:4]}) == 4
    assert len({(trial.family, trial.words) for trial in trials}) == 40
    assert draw_trials(40, seed=1) == trials
    assert draw_trials(40, seed=2) != trials
    quick = [trial for trial in trials if trial.complexity <= 1200]
    assert len(trials) - len(quick) == 2, "two forests are larger"
    assert any(trial.params.get("max_leaf_nodes") == 31 for trial in trials)
    # Where a space is smaller than the trials asked for, the drawing ends all the same.
    assert len(draw_trials(10_000, seed=0, families=["LogisticRegression"])) == 3 * 2 * 7


def test_many_inputs_are_tried_with_models_that_tables_explain():
    for trial in draw_trials(40, seed=1, n_features=MOST_IN_FULL + 1):
        assert trial.family != "RandomForestClassifier"
        assert trial.params.get("max_depth", 0) <= 5
        assert trial.params.get("max_leaf_nodes", 0) <= 8


@pytest.mark.parametrize("encoder", ["ordinal", "target"])
def test_many_inputs_are_tried_with_eight_leaves_whichever_way_categories_are_coded(encoder):
    for n_trials in (N_TRIALS, 10):  # the fewer above fifty thousand rows
        tried = [trial.params for trial in draw_trials(n_trials, seed=0, n_features=MOST_IN_FULL + 1)]
        assert any(params["encoder"] == encoder and params.get("max_leaf_nodes") == 8 for params in tried)


def test_many_inputs_are_tried_with_linear_models_regularised_weakly_and_strongly():
    for seed in range(5):
        tried = [trial.params for trial in draw_trials(N_TRIALS, seed, n_features=MOST_IN_FULL + 1)]
        for logarithm in (False, True):
            for c in (0.1, 1.0):
                assert {"encoder": "onehot", "logarithm": logarithm, "C": c} in tried
