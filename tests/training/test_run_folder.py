import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import joblib
import numpy as np
import pytest
import sklearn

from tests.made import result
from training.command.files import claim
from training.run.run_folder import keep
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
    facts = json.loads((folder / "run.json").read_text())
    assert facts["seconds"]["searching"] > 0
    assert facts["versions"]["scikit-learn"] == sklearn.__version__
    X = result().table.X.head(50)
    estimator = joblib.load(folder / "estimator.joblib")
    np.testing.assert_array_equal(estimator.predict_proba(X), result().fitted.predict_proba(X))


def test_two_runs_of_one_second_have_folders_of_their_own(folder):
    again = keep(result(), "", folder.parent, NOW)
    assert again != folder
    assert [run.folder for run in list_runs(folder.parent)] == [folder, again]


def test_what_a_dead_run_left_is_removed_by_the_next_and_what_a_running_one_writes_is_not(tmp_path):
    reports = tmp_path / "reports"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = reports / f"2026-04-30-120000-{dead.pid}.new"
    with claim(left):
        lock = (reports / f".{left.name}.lock").read_text()
    left.mkdir()
    (left / ".report.html.new").touch()
    (reports / f".{left.name}.lock").write_text(lock.replace(str(os.getpid()), str(dead.pid)))
    with claim(reports / "2026-04-30-120000-other.new"):
        folder = keep(result(), "<p>report", reports, NOW)
        assert {path.name for path in reports.iterdir()} == {folder.name, ".2026-04-30-120000-other.new.lock"}


def test_a_run_that_cannot_be_kept_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("joblib.dump", lambda *_, **__: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        keep(result(), "<p>report", tmp_path / "reports", NOW)
    assert list((tmp_path / "reports").iterdir()) == []
