from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from predict.errors import InvalidInput
from predict.interface.settings import Settings
from predict.model.session import Model
from tests.fitted import customers, model_file
from watch.__main__ import main
from watch.answers import AnswerBook
from watch.errors import NotKept
from watch.journal import Journal
from watch.ledger import Ledger

PACKAGED = Model.from_bytes(model_file("HistGradientBoostingClassifier"))
TODAY = datetime.now(UTC)
KEPT = {"KEEP_ANSWERS_DAYS": "90"}


@pytest.fixture
def ledger(account, models, parts, answers, outcomes, said, salts):
    """Return the ledger of an account in which 500 customers were scored forty days ago."""
    X, _ = customers(500, seed=7)
    journal = Journal(parts, lambda: TODAY - timedelta(days=40), AnswerBook(answers, salts))
    columns = [X[feature.name].to_numpy() for feature in PACKAGED.contract.features]
    refs = [f"c{n}" for n in range(500)]
    journal.add_many(PACKAGED, columns, np.full(500, 0.5), failed=0, warned=0, refs=refs)
    journal.flush()
    journal = Journal(parts, lambda: TODAY, AnswerBook(answers, salts))
    journal.add_many(PACKAGED, columns, np.full(500, 0.5), failed=0, warned=0, refs=[f"new {ref}" for ref in refs])
    journal.flush()
    return Ledger(Settings.of({"WATCH_URL": account, **KEPT}), PACKAGED)


def file(refs, day=TODAY - timedelta(days=20)):
    return ("ref,time\n" + "".join(f"{ref},{day.date()}\n" for ref in refs)).encode()


def measured(ledger):
    return ledger.refresh()["models"][0]["outcomes"]


def test_outcomes_are_measured_once_however_often_they_are_sent(ledger):
    buyers = [f"c{n}" for n in range(200)]
    ledger.receive(file(buyers[:150]), TODAY.date().isoformat())
    said = ledger.receive(file([*buyers[:50], *buyers[100:], "stranger"]), TODAY.date().isoformat())
    assert (said["rows"], said["matched"], said["unknown"]) == (151, 150, 1)
    first = measured(ledger)
    assert (first["count"], first["precision"]["value"], first["recall"]["value"]) == (500, 0.4, 1.0)
    assert first["is_off"]
    assert first["bins"][0]["said"] == 0.5
    ledger.receive(file(reversed(buyers)), TODAY.date().isoformat())
    assert measured(ledger) == first


def test_what_is_said_is_kept_until_outcomes_come(ledger):
    before = ledger.doing()
    assert ledger.doing()["at"] == before["at"]
    ledger.receive(file([f"c{n}" for n in range(200)]), TODAY.date().isoformat())
    assert ledger.doing()["models"][0]["outcomes"]["count"] == 500


def test_outcomes_are_refused_where_no_answer_is_kept(account, said):
    with pytest.raises(NotKept):
        Ledger(Settings.of({"WATCH_URL": account}), PACKAGED).receive(file(["c1"]), "2026-01-01")


def test_command_takes_a_file_and_says_what_was_in_it(ledger, account, tmp_path, monkeypatch, capsys):
    for name, value in {**KEPT, "MODEL_PATH": str(tmp_path / "model.onnx")}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "model.onnx").write_bytes(model_file("HistGradientBoostingClassifier"))
    path = tmp_path / "outcomes.csv"
    path.write_bytes(file(["c1", "stranger", ""]))
    assert main(["--url", account, "outcomes", str(path)]) == 1
    assert "complete_through" in capsys.readouterr().err
    assert main(["--url", account, "outcomes", str(path), "--complete-through", TODAY.date().isoformat()]) == 0
    said = capsys.readouterr().out
    assert "3 rows: 1 customers or requests matched, 1 not known, 0 rows repeat another, 1 cannot be used" in said
    assert "line 4: It has neither" in said
    assert main(["--url", account, "doing"]) == 0
    assert "Outcomes: Fewer customers purchase than the model says" in capsys.readouterr().out


def test_refused_file_changes_nothing(ledger, outcomes):
    with pytest.raises(InvalidInput):
        ledger.receive(b"ref,outcome\nc1,yes\n")
    assert list(outcomes.names()) == []
