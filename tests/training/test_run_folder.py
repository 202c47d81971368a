import json
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.made import result
from training.errors import TrainingError
from training.run.run_folder import keep, load_estimator
from training.run.runs import list_runs

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return keep(result(), "<p>report", tmp_path / "reports", NOW)


def test_a_run_keeps_report_card_model_and_estimator(folder):
    assert folder.name == "2026-05-01-120000"
    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "MODEL_CARD.md",
        "model.onnx",
        "estimator.joblib",
        "run.json",
    }
    assert (folder / "model.onnx").read_bytes() == result().path.read_bytes()
    assert json.loads((folder / "run.json").read_text())["seconds"]["searching"] > 0
    X = result().table.X.head(50)
    np.testing.assert_array_equal(load_estimator(folder).predict_proba(X), result().fitted.predict_proba(X))


def test_two_runs_of_one_second_have_folders_of_their_own(folder):
    again = keep(result(), "", folder.parent, NOW)
    assert again != folder
    assert [run.folder for run in list_runs(folder.parent)] == [folder, again]


def test_estimator_of_other_versions_is_not_loaded_and_the_versions_are_named(folder):
    facts = json.loads((folder / "run.json").read_text())
    facts["versions"]["scikit-learn"] = "1.2.3"
    (folder / "run.json").write_text(json.dumps(facts))
    with pytest.raises(TrainingError, match=r"scikit-learn 1\.2\.3, installed is"):
        load_estimator(folder)


def test_estimator_that_was_altered_is_not_loaded(folder):
    with (folder / "estimator.joblib").open("ab") as file:
        file.write(b"x")
    with pytest.raises(TrainingError, match="not the file that the run kept"):
        load_estimator(folder)


@pytest.mark.parametrize("name", ["estimator.joblib", "run.json"])
def test_incomplete_runs_are_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(TrainingError, match="no complete run"):
        load_estimator(folder)
