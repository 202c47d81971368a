import json
from copy import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from predict.model.session import Model
from tests.fitted import customers, fitted, model_file
from tests.watch.test_verdict import FEATURES, METADATA
from training.export.onnx_file import serialize
from watch.__main__ import main
from watch.doing import DAYS, DOING, describe, lines
from watch.journal import Journal
from watch.rollup import roll_up
from watch.shelf import publish, serve, shadow, share
from watch.store import open_container

TESTED = replace(METADATA, self_test=Model.from_bytes(model_file("LogisticRegression")).metadata.self_test)
FILE = serialize(fitted("LogisticRegression"), TESTED)
MODEL, PACKAGED = Model.from_bytes(FILE), Model.from_bytes(model_file("HistGradientBoostingClassifier"))
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def answer(parts, model, n_rows, *, date=NOW, longer=1.0, failed=0, contacted=1.0):
    X, _ = customers(n_rows, seed=7)
    X = X.assign(minutes_watched=X["minutes_watched"] * longer)
    journal = Journal(parts, lambda: date)
    columns = [X[feature.name].to_numpy() for feature in FEATURES]
    scores = np.where(np.arange(n_rows) < contacted * n_rows, 0.9, 0.1)
    journal.add_many(model, columns, scores, failed=failed, warned=n_rows // 4)
    journal.flush()
    roll_up(parts)


def test_nothing_is_said_of_a_small_group(parts, models):
    publish(models, FILE)
    answer(parts, MODEL, 8)
    (small,) = describe(parts, models, PACKAGED, NOW)["models"]
    assert (small["rows"], small["mean_score"]) == (None, None)
    assert small["sentence"] == "Too early: fewer than 10 of 100 customers."
    answer(parts, MODEL, 12, failed=3)
    (larger,) = describe(parts, models, PACKAGED, NOW)["models"]
    assert (larger["rows"], larger["positive"], larger["warned"], larger["failed"]) == (20, 1.0, None, None)
    assert "fewer than 10" not in "\n".join(lines({"models": [larger], "trial": None}))


def test_each_model_that_answered_is_held_against_its_own_training(parts, models):
    serve(models, publish(models, FILE), by="ada", at="2026-03-01T00:00:00+00:00")
    answer(parts, MODEL, 10_000, longer=1.25, failed=10_000)
    answer(parts, PACKAGED, 50, date=NOW - timedelta(days=1))
    shelved, packaged = describe(parts, models, PACKAGED, NOW)["models"]
    assert shelved["hash"] == MODEL.hash[:12]
    assert shelved["sentence"] == "Look at Minutes watched."
    assert shelved["state"] == "look"
    assert [shift["label"] for shift in shelved["inputs"] if shift["is_shifted"]] == ["Minutes watched"]
    for shift in shelved["inputs"]:
        assert sum(bar["now"] for bar in shift["bars"]) == pytest.approx(1)
        assert sum(bar["then"] for bar in shift["bars"]) == pytest.approx(1)
        assert all(bar["now"] == 0 or bar["now"] >= 0.001 for bar in shift["bars"])
    assert (shelved["rows"], shelved["positive"], shelved["warned"], shelved["failed"]) == (10_000, 1.0, 0.25, 0.5)
    assert packaged["hash"] == PACKAGED.hash[:12]
    assert (packaged["rows"], packaged["state"], packaged["inputs"]) == (50, "early", [])
    assert packaged["mean_score"] == 0.9


def test_model_without_a_reference_says_so_and_not_that_all_is_well(parts, models):
    answer(parts, PACKAGED, 1_000)
    (model,) = describe(parts, models, PACKAGED, NOW)["models"]
    assert "train it again" in model["sentence"]
    assert {shift["feature"] for shift in model["inputs"]} == {f.name for f in FEATURES if f.is_category}


def test_models_on_trial_stand_behind_the_one_that_serves(parts, models):
    trial = {"by": "ada", "at": "2026-03-01T00:00:00+00:00"}
    publish(models, FILE)
    answer(parts, MODEL, 200)
    answer(parts, PACKAGED, 50, date=NOW - timedelta(days=1))
    for put, role in (
        (lambda: share(models, MODEL.hash, 0.1, **trial), "canary"),
        (lambda: share(models, "", 0, **trial), "before"),
        (lambda: shadow(models, MODEL.hash, **trial), "shadow"),
    ):
        put()
        document = describe(parts, models, PACKAGED, NOW)
        assert [model["role"] for model in document["models"]] == ["serves", role]
        assert document["share"] == (0.1 if role == "canary" else 0)


def test_model_that_is_nowhere_is_counted_and_not_judged(parts, models):
    answer(parts, MODEL, 1_000)
    (model,) = describe(parts, models, PACKAGED, NOW)["models"]
    assert model["rows"] == 1_000
    assert "not on the shelf" in model["sentence"]
    assert model["inputs"] == []


def test_what_is_long_past_does_not_count(parts, models):
    answer(parts, PACKAGED, 1_000, date=NOW - timedelta(days=DAYS + 1))
    document = describe(parts, models, PACKAGED, NOW)
    assert document["models"] == []
    assert list(lines(document)) == ["No answer has been counted since 2026-03-01."]


@pytest.fixture
def run(account, tmp_path, monkeypatch):
    path = tmp_path / "packaged.onnx"
    path.write_bytes(model_file("HistGradientBoostingClassifier"))
    monkeypatch.setenv("MODEL_PATH", str(path))
    return lambda *words: main(["--url", account, *words])


def test_commands_add_up_write_and_say(run, account, parts, models, capsys):
    publish(models, FILE)
    answer(parts, MODEL, 1_000, date=datetime.now(UTC), contacted=0.08)
    assert run("rollup") == 0
    assert capsys.readouterr().out.endswith(": The customers are as in training.\n")
    written = json.loads(open_container(account, "doing").read(DOING).body)
    assert [model["rows"] for model in written["models"]] == [1_000]
    assert run("doing") == 0
    said = capsys.readouterr().out.splitlines()
    assert said == list(lines(written))
    assert (
        said[0] == f"{MODEL.hash[:12]} {MODEL.contract.name} {MODEL.contract.version}, served before: "
        "The customers are as in training."
    )
    assert "1,000 customers scored" in said[1]
    assert said[2] == "    Expected, not measured: the mean score is 16%."
    assert len(said) == 3 + len(FEATURES)
