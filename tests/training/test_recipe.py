from copy import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from predict.model.explain import Explainer
from predict.model.session import Model
from tests.made import REAL, SCHEMA, customers_file, fit_in_three_folds, needs_real, result, search_two_families
from tests.training.test_evaluate import table
from training.command.progress import Advance
from training.errors import SchemaError, TrainingError
from training.evaluation.out_of_fold import decide
from training.evaluation.threshold import Objective, choose_threshold
from training.export.background import to_rows
from training.export.metadata import explain_some
from training.export.parity import to_feed
from training.run import scaled_search
from training.run.recipe import make
from training.run.result import Settings

SCHEMA_365 = SCHEMA.parent / "schemas" / "students_365.toml"


def run(tmp_path, file, **more):
    notes = []
    settings = Settings(file, SCHEMA, tmp_path / "out", **({"trials": 2, "n_jobs": 1} | more))
    return make(settings, Advance(), notes.append), notes


@pytest.fixture
def two_families(monkeypatch):
    search_two_families(monkeypatch)


@pytest.fixture(scope="module")
def dropped(tmp_path_factory):
    """Return a run without two of the columns, whose threshold is for recall."""
    with pytest.MonkeyPatch.context() as patch:
        search_two_families(patch)
        more = {"drop": ("days_on_platform", "student_country"), "objective": Objective("recall", 0.9)}
        return run(tmp_path_factory.mktemp("dropped"), customers_file(), **more)[0]


def changed(tmp_path, change) -> Path:
    """Write the customers again, changed."""
    table = pd.read_csv(customers_file(), keep_default_na=False)
    path = tmp_path / "changed.csv"
    change(table).to_csv(path, index=False)
    return path


def test_same_data_and_seed_give_the_same_file_with_more_jobs_too(tmp_path, monkeypatch):
    fit_in_three_folds(monkeypatch)
    again, _ = run(tmp_path, customers_file(), n_jobs=2, trials=4)
    assert again.path.read_bytes() == result().path.read_bytes()


def test_file_says_how_numbers_and_scores_were_spread():
    """Count the very training rows by the bins of the file."""
    metadata, X = Model.load(result().path).metadata, result().table.X
    numbers = [feature.name for feature in metadata.contract.features if not feature.is_category]
    assert list(metadata.reference) == numbers
    spread = {name: (metadata.reference[name], X[name]) for name in numbers}
    for bins, values in [*spread.values(), (metadata.scores, result().scored.probability)]:
        cuts = pd.cut(np.asarray(values), [-np.inf, *bins.edges, np.inf])
        assert cuts.value_counts().tolist() == list(bins.counts)


def test_every_figure_of_the_file_can_be_recomputed():
    metadata = Model.load(result().path).metadata
    scored, evaluation = result().scored, metadata.evaluation
    y, p = scored.y, scored.probability
    decided = decide(scored, Objective())
    assert evaluation.metrics == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(y, decided),
            "precision": metrics.precision_score(y, decided),
            "recall": metrics.recall_score(y, decided),
            "f1": metrics.f1_score(y, decided),
            "roc_auc": metrics.roc_auc_score(y, p),
            "average_precision": metrics.average_precision_score(y, p),
            "log_loss": metrics.log_loss(y, p),
            "brier": metrics.brier_score_loss(y, p),
            "calibration_error": evaluation.metrics["calibration_error"],
        }
    )
    by_hand = pd.DataFrame({"bin": np.minimum(np.floor(p * 10), 9), "y": y, "p": p}).groupby("bin").mean()
    assert [b.mean_probability for b in evaluation.calibration] == pytest.approx(by_hand["p"].tolist())
    assert [b.fraction_positive for b in evaluation.calibration] == pytest.approx(by_hand["y"].tolist())
    weights = np.array([b.count for b in evaluation.calibration]) / len(y)
    assert evaluation.metrics["calibration_error"] == pytest.approx(
        float(weights @ np.abs(by_hand["p"] - by_hand["y"]).to_numpy())
    )
    for point in evaluation.curve:
        tn, fp, fn, tp = metrics.confusion_matrix(y, p >= point.threshold, labels=[0, 1]).ravel()
        assert (point.tn, point.fp, point.fn, point.tp) == (tn, fp, fn, tp)
    assert metadata.contract.threshold == choose_threshold(y, p)[0]
    assert metadata.contract.base_rate == pd.read_csv(customers_file())["purchased"].mean()
    assert (evaluation.n_rows, evaluation.n_positive) == (len(y), int(y.sum()))
    assert evaluation.profit["total"] == pytest.approx(10 * y[decided].sum() - decided.sum())
    assert metadata.contract.good_for
    assert metadata.provenance.about


def test_importance_is_the_mean_size_of_exact_contributions():
    rows, contributions = explain_some(result().model, result().table.X, seed=0)
    importance = result().model.metadata.evaluation.importance
    assert importance == pytest.approx(dict(zip(rows.columns, np.abs(contributions).mean(axis=0), strict=True)))
    explained = Explainer(result().model).explain(to_rows(rows.head(3)))
    assert [e.contributions for e in explained] == [pytest.approx(row) for row in contributions[:3]]
    assert sum(importance.values()) > 0.05


def test_parity_certificate_is_what_the_installed_file_gives():
    assert result().model.metadata.provenance.parity == {
        "rows": float(result().parity.rows),
        "max_difference": result().parity.max_difference,
    }
    X = result().table.X
    ours = result().model.run(to_feed(result().model.contract.features, X))
    assert np.abs(ours - result().fitted.predict_proba(X)[:, 1]).max() <= result().parity.max_difference < 1e-12


def test_comparison_has_every_family_and_what_it_costs():
    assert {entry.name for entry in result().entries} == set(result().searched.families)
    assert len(result().entries) == 4
    for entry in result().entries:
        assert entry.size > 1000
        assert 0 < entry.microseconds < 100
        assert entry.fit_seconds > 0
        assert 0.5 < entry.evaluation.metrics["roc_auc"] < 1


def test_dropped_columns_are_neither_asked_for_nor_used(dropped, tmp_path):
    assert [f.name for f in dropped.model.contract.features] == [
        "minutes_watched",
        "courses_started",
        "exams_passed",
        "steps",
    ]
    assert len(dropped.model.contract.examples[0].values) == 4
    with pytest.raises(SchemaError, match="no input 'weeks'"):
        run(tmp_path, customers_file(), drop=("weeks",))


def test_objective_decides_the_threshold_and_its_words(dropped, tmp_path, two_families):
    threshold, scored = dropped.model.contract.threshold, dropped.scored
    assert scored.y[scored.probability >= threshold].sum() / scored.y.sum() >= 0.9
    assert "at least 90% recall" in dropped.model.contract.threshold_rule
    with pytest.raises(TrainingError, match=r"precision>=1 is out of reach: the best precision .* is 0\.\d+"):
        run(tmp_path / "other", changed(tmp_path, flipped), objective=Objective("precision", 1.0))
    assert not (tmp_path / "other" / "out" / "model.onnx").exists()


def flipped(table):
    """Answers of chance."""
    answers = np.random.default_rng(0).permutation(table["purchased"])
    return table.assign(purchased=answers)


def test_a_shuffled_target_is_said_to_be_worth_nothing(tmp_path, two_families):
    made, notes = run(tmp_path, changed(tmp_path, flipped))
    evaluation = made.model.metadata.evaluation
    assert abs(evaluation.metrics["roc_auc"] - 0.5) < 0.07
    assert evaluation.metrics["log_loss"] > evaluation.baseline["log_loss"] - 0.002
    assert any("Do not use its scores" in text for text in notes)


def test_copies_do_not_flatter(tmp_path, two_families):
    made, _ = run(tmp_path, changed(tmp_path, lambda t: pd.concat([t, t.sample(frac=2 / 3, random_state=0)])))
    low, high = result().model.metadata.evaluation.intervals["roc_auc"]
    assert low < made.model.metadata.evaluation.metrics["roc_auc"] < high


def test_sorted_constant_and_one_sided_columns_are_trained_on(tmp_path, two_families):
    def hostile(table):
        one_sided = ~((table["student_country"] == "US") & (table["purchased"] == 1))
        return table[one_sided].assign(steps=7, exams_passed=0).sort_values("purchased", kind="stable")

    made, notes = run(tmp_path, changed(tmp_path, hostile))
    assert any("steps is the same in every row" in text for text in notes)
    assert any("sorted by the answer" in text for text in notes)
    assert made.model.metadata.evaluation.importance["steps"] == pytest.approx(0, abs=1e-12)
    assert made.parity.max_difference < 1e-12


def test_three_buyers_are_refused(tmp_path):
    path = changed(tmp_path, lambda t: pd.concat([t[t["purchased"] == 1].head(3), t[t["purchased"] == 0]]))
    with pytest.raises(TrainingError, match="only 3 distinct rows"):
        run(tmp_path, path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("most", [1_000_000, 2000])
def test_many_rows_are_searched_on_a_sample_and_measured_on_others_by_what_is_served(tmp_path, monkeypatch, most):
    fit_in_three_folds(monkeypatch)
    monkeypatch.setattr(scaled_search, "ROWS_TO_TUNE", 1500)
    monkeypatch.setattr(scaled_search, "ROWS_TO_MEASURE", most)
    monkeypatch.setattr(scaled_search, "_TRIALS_ON_A_SAMPLE", 2)
    # A calibration that cannot be overlooked.
    monkeypatch.setattr("training.search.tune.choose_calibration", lambda *_: (2.0, 1.0))
    made, notes = run(tmp_path, customers_file(), trials=None)
    contract, evaluation = made.model.contract, made.model.metadata.evaluation
    assert any("scaled down to 1,5" in text or "scaled down to 1,4" in text for text in notes)
    assert set(made.searched.families) == {"LogisticRegression", "HistGradientBoostingClassifier"}
    n_searched, n_measured = len(made.searched.scored.y), len(made.scored.y)
    assert evaluation.n_rows == n_measured
    if most > len(made.table.y):
        assert n_searched + n_measured == len(made.table.y)
    else:
        assert n_measured == pytest.approx(most * (1 - n_searched / len(made.table.y)), rel=0.1)
    assert sum(part.n_rows for part in made.parts if part.column == "Steps") == n_measured
    assert abs(evaluation.metrics["roc_auc"] - 0.94) < 0.05
    assert made.model.metadata.provenance.calibration == (2.0, 1.0)
    served = made.model.probabilities(to_rows(made.table.X))
    assert abs(made.scored.probability.mean() - served.mean()) < 0.01
    assert contract.threshold == choose_threshold(made.scored.y, made.scored.probability, made.settings.objective)[0]
    assert 0.5 < (served >= contract.threshold).mean() / made.table.y.mean() < 2
    (method,) = {entry.evaluation.method for entry in made.entries}
    assert "rows of the search" in method
    assert method != evaluation.method
    assert evaluation.rule_metrics["average_precision"] > made.table.y.mean()


def test_rows_for_the_search_are_whole_groups_and_a_large_one_does_not_end_the_drawing(monkeypatch):
    monkeypatch.setattr(scaled_search, "ROWS_TO_TUNE", 100)
    data = table(200)
    groups = np.concatenate([np.zeros(120, dtype=int), np.arange(1, 81)])
    for seed in range(5):
        mask = scaled_search._rows_to_search(replace(data, groups=groups), seed)
        assert mask.sum() == 80
        assert not mask[groups == 0].any()


@needs_real
def test_the_leak_of_the_365_file_is_in_the_file_and_in_words(tmp_path, two_families):
    notes = []
    settings = Settings(REAL, SCHEMA_365, tmp_path, trials=2, n_jobs=1)
    few = replace(settings, objective=Objective())
    made = make(few, Advance(), notes.append)
    assert any("days_on_platform alone reaches 0.9" in text and "--drop days_on_platform" in text for text in notes)
    assert "days_on_platform" in made.model.metadata.provenance.leaks
    assert made.model.metadata.evaluation.metrics["average_precision"] > 0.85


def test_of_many_inputs_a_model_that_tables_cannot_explain_makes_way_for_the_next(tmp_path, monkeypatch, two_families):
    monkeypatch.setattr(scaled_search, "MOST_IN_FULL", 5)
    monkeypatch.setattr("training.export.dividends.BUDGET", 1000)
    found, notes = run(tmp_path, customers_file())
    assert any("is too large to be explained. It is left out" in note for note in notes)
    assert {trial.family for trial, _ in found.searched.tried} == {"LogisticRegression"}
    assert found.model.contract.explanation == "linear"
