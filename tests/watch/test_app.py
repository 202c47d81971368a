"""The function app with a shelf and a journal: the real app on the worker library, and a real blob account."""

import json
import os
import re
import subprocess
import sys
import time

import httpx
import jsonschema
import pytest

from predict.model.session import Model
from tests.fitted import model_file
from tests.servers import ROOT, local_server
from watch.rollup import read_days, roll_up
from watch.shelf import publish, serve, share

PACKAGED, OTHER = model_file("HistGradientBoostingClassifier"), model_file("LogisticRegression")
NOW = {"by": "ada", "at": "2026-01-02T03:04:05+00:00"}
CUSTOMER = {
    "days_on_platform": 97,
    "minutes_watched": 31,
    "courses_started": 3,
    "exams_passed": 0,
    "steps": 2,
    "student_country": "DE",
}


@pytest.fixture
def quick(account, models, parts, tmp_path):
    """Return settings: the packaged model, this account, and a journal that is written every half second."""
    path = tmp_path / "model.onnx"
    path.write_bytes(PACKAGED)
    (tmp_path / "sitecustomize.py").write_text("import watch.journal\nwatch.journal.PAUSE_SECONDS = 0.5\n")
    return {"MODEL_PATH": str(path), "WATCH_URL": account, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}


@pytest.fixture
def served(quick):
    """Run the app; it keeps no answers."""
    with local_server(env=quick) as server, httpx.Client(base_url=f"{server.api}/api", timeout=30) as client:
        yield server, client


@pytest.fixture
def followed(quick, answers, outcomes, said):
    """Run the app so that it keeps answers, and every one of them is judged at once."""
    with (
        local_server(env=quick | {"KEEP_ANSWERS_DAYS": "60", "OUTCOME_DAYS": "0"}) as server,
        httpx.Client(base_url=f"{server.api}/api", timeout=60) as client,
    ):
        yield server, client


def until(is_so, seconds=60):
    """Return whether something becomes so within a time."""
    deadline = time.monotonic() + seconds
    while not (answer := is_so()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


def customer():
    names = [feature.name for feature in Model.from_bytes(PACKAGED).contract.features]
    return {name: CUSTOMER.get(name, 1) for name in names}


def test_answers_are_counted_and_hold_nothing_of_a_customer(served, parts):
    server, client = served
    good = customer()
    assert client.post("/predict", json=good).status_code == 200
    for name in good:
        assert client.post("/predict", json=good | {name: "Marked"}).status_code == 422
    assert client.post("/predict/batch", json={"rows": [good, good, {}]}).status_code == 200
    csv = ",".join(good) + "\n" + ",".join(map(str, good.values())) + "\n" + "Marked\n"
    assert client.post("/score", content=csv, headers={"Content-Type": "text/csv"}).status_code == 200

    def counted():
        roll_up(parts)
        return [counts for _, _, counts in read_days(parts)]

    assert until(lambda: [(counts.rows, counts.failed) for counts in counted()] == [(4, 2 + len(good))])
    (counts,) = counted()
    assert {sum(bins) for bins in counts.features.values()} == {4}
    bodies = b"".join(parts.read(name).body for name in parts.names())
    assert b"Marked" not in bodies
    assert "Marked" not in server.output


def test_app_serves_what_the_pointer_names_at_its_start(account, models, parts, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(PACKAGED)
    model_hash = publish(models, OTHER)
    serve(models, model_hash, **NOW)
    with local_server(env={"MODEL_PATH": str(path), "WATCH_URL": account}) as server:
        health = httpx.get(f"{server.api}/api/health", timeout=30).json()
        assert (health["model"]["hash"], health["shelf"]) == (model_hash, "ok")
        answer = httpx.post(f"{server.api}/api/predict", json=customer(), timeout=30).json()
        row = tuple(value if isinstance(value, str) else float(value) for value in customer().values())
        assert answer["model"]["hash"] == model_hash
        assert answer["probability"] == Model.from_bytes(OTHER).score(row)
        assert httpx.get(f"{server.api}/api/model", timeout=30).json()["model"]["hash"] == model_hash


def test_canary_answers_its_share_and_never_a_list(account, models, parts, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(PACKAGED)
    canary = share(models, publish(models, OTHER), 0.5, **NOW).canary
    env = {"MODEL_PATH": str(path), "WATCH_URL": account}
    with local_server(env=env) as server, httpx.Client(base_url=f"{server.api}/api", timeout=30) as client:

        def answered_by(ref):
            return client.post("/predict", json=customer(), headers={"X-Customer-Ref": ref}).json()["model"]["hash"]

        hashes = [answered_by(f"c{n}") for n in range(30)]
        assert set(hashes) == {canary, Model.from_bytes(PACKAGED).hash}
        assert hashes == [answered_by(f"c{n}") for n in range(30)]
        lists = [client.post("/predict/batch", json={"rows": [customer()]}).json() for _ in range(10)]
        assert {answer["model"]["hash"] for answer in lists} == {Model.from_bytes(PACKAGED).hash}


def test_outcomes_find_the_answers_they_belong_to(followed, answers, outcomes):
    server, client = followed
    names = {"X-Request-Id": "Marked-1", "X-Customer-Ref": "Marked-2"}
    assert client.post("/predict", json=customer(), headers=names).status_code == 200
    assert until(lambda: list(answers.names()))  # written at once, beside the request
    csv = {"Content-Type": "text/csv"}
    batch = {"rows": [customer(), {}, customer()], "refs": ["Marked-3", "Marked-4", "Marked-5"]}
    assert client.post("/predict/batch", json=batch).status_code == 200
    refused = client.post("/predict/batch", json=batch | {"refs": ["Marked-3"]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "refs")
    sent = "request_id,outcome\nMarked-1,yes\nMarked-1,yes\nMarked-9,no\nMarked-1,perhaps\n"
    received = client.post("/outcomes", content=sent, headers=csv).json()
    assert received == {
        "rows": 4,
        "matched": 1,
        "unknown": 1,
        "repeated": 1,
        "failed": 1,
        "problems": [{"line": 5, "message": "The outcome must be yes or no, true or false, 1 or 0."}],
        "is_new": True,
    }
    described = client.get("/openapi.json").json()["paths"]
    answers_described = described["/outcomes"]["post"]["responses"]
    jsonschema.validate(received, answers_described["200"]["content"]["application/json"]["schema"])
    assert set(described["/doing"]) == {"get"}
    assert "curl" in client.get("/docs").text.partition('id="outcomes"')[2]
    assert not client.post("/outcomes", content=sent, headers=csv).json()["is_new"]
    named = "ref,outcome,time\n" + "".join(f"Marked-{n},no,2026-01-01\n" for n in (3, 4, 5))
    # Written when the journal's pause is over; the second of the batch could not be scored.
    assert until(lambda: client.post("/outcomes", content=named, headers=csv).json()["matched"] == 2)
    refused = client.post("/outcomes", content="ref,outcome\nMarked-2,yes\n", headers=csv)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "time")
    model = client.get("/doing").json()["models"][0]
    assert model["outcomes"]["sentence"] == "Too early: fewer than 10 of about 300 outcomes."
    for container in (answers, outcomes):
        assert not any(b"Marked" in container.read(name).body for name in container.names())
    assert "Marked" not in server.output.replace('"request_id":"Marked-1"', "")


def test_without_the_setting_no_answer_is_kept_and_outcomes_are_refused(served, answers, said):
    _, client = served
    assert client.post("/predict", json=customer(), headers={"X-Customer-Ref": "Marked"}).status_code == 200
    csv = "ref,outcome,time\nMarked,yes,2026-01-01\n"
    answer = client.post("/outcomes", content=csv, headers={"Content-Type": "text/csv"})
    assert (answer.status_code, "KEEP_ANSWERS_DAYS" in answer.json()["detail"]) == (409, True)
    assert list(answers.names()) == []
    assert client.get("/doing").json()["keeps_answers"] is False


def test_unreachable_account_leaves_the_packaged_model_serving(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(PACKAGED)
    env = {"MODEL_PATH": str(path), "WATCH_URL": "http://127.0.0.1:9/devstoreaccount1"}
    with local_server(env=env) as server:
        health = httpx.get(f"{server.api}/api/health", timeout=30).json()
        assert health["model"]["hash"] == Model.from_bytes(PACKAGED).hash
        assert "cannot be read" in health["shelf"]
        assert httpx.get(f"{server.api}/api/doing", timeout=60).status_code == 503
        assert httpx.post(f"{server.api}/api/predict", json=customer(), timeout=30).status_code == 200


def test_without_the_setting_nothing_of_watch_is_imported():
    code = "import function_app, sys; print([m for m in sys.modules if m.split('.')[0] in {'watch', 'obstore'}])"
    env = {name: value for name, value in os.environ.items() if name != "WATCH_URL"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.usefixtures("account")  # skips where Azurite cannot be had
def test_local_run_brings_a_blob_account_and_takes_it_along(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(PACKAGED)
    with local_server("--watch", env={"MODEL_PATH": str(path)}) as server:
        assert httpx.get(f"{server.api}/api/doing", timeout=60).json()["keeps_answers"] is True
        blobs = re.search(r"^Blobs: (\S+)", server.output, re.MULTILINE)[1]
        assert httpx.get(blobs, timeout=30).status_code in {400, 403}
        assert "look: timerTrigger, not run here" in server.output
        server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(blobs, timeout=30)
