"""Batches, explanations, request ids and caching over HTTP."""

import asyncio
import json
import math
import random

import httpx
import pytest

from predict.contract import Contract
from predict.model.seal import check_seal
from tests.fitted import customers, metadata_of, model_file
from tests.servers import local_server
from training.export.background import to_rows

ESTIMATOR = "HistGradientBoostingClassifier"
CONTRACT: Contract = metadata_of(ESTIMATOR).contract
NAMES = [feature.name for feature in CONTRACT.features]
ROWS = [dict(zip(NAMES, row, strict=True)) for row in to_rows(customers(1000, seed=11)[0])]
GOOD = ROWS[0]


@pytest.fixture(scope="module")
def server(model_path):
    with local_server(
        "--enable-auth", env={"MODEL_PATH": str(model_path), "FUNCTIONS_HOST_KEY": "key-for-tests"}
    ) as running:
        yield running


@pytest.fixture(scope="module")
def api(server):
    headers = {"x-functions-key": "key-for-tests"}
    with httpx.Client(base_url=f"{server.api}/api", headers=headers, timeout=30) as client:
        yield client


def batch(api, payload, **params):
    return api.post("/predict/batch", json=payload, params=params)


def alone(api, row):
    return api.post("/predict", json=row, params={"include": "none"})


def spoil(rows, count):
    """Return the rows with some of them made bad, each in another way, and which."""
    rng = random.Random(0)
    spoilt = [dict(row) for row in rows]
    numbers = sorted(rng.sample(range(len(rows)), count))
    ways = [
        lambda row: row.update(days_on_platform=-5),
        lambda row: row.update(steps="12"),
        lambda row: row.pop("exams_passed"),
        lambda row: row.update(student_country="Germny"),
        lambda row: row.update(courses_started=1.5),
        lambda row: row.update(minutes_wached=1),
        lambda row: row.update(minutes_watched=None),
    ]
    for place, number in enumerate(numbers):
        ways[place % len(ways)](spoilt[number])
    return spoilt, numbers


def test_thirty_seven_bad_rows_of_a_thousand_spoil_no_other(api):
    rows, bad = spoil(ROWS, 37)
    answer = batch(api, {"rows": rows}).json()
    assert answer["counts"] == {"rows": 1000, "scored": 963, "failed": 37}
    for number, (row, result) in enumerate(zip(rows, answer["results"], strict=True)):
        if number in bad:
            assert result.keys() == {"errors"}
            assert all(error["field"] in {*NAMES, "minutes_wached"} for error in result["errors"])
            assert result["errors"] == alone(api, row).json()["errors"]
        elif number % 7 == 0:
            one = alone(api, row).json()
            assert {name: one[name] for name in result} == result
        else:
            assert set(result) == {"prediction", "will_purchase", "probability", "threshold", "warnings"}


def test_columns_give_what_rows_give(api):
    columns = {name: [row[name] for row in ROWS] for name in NAMES}
    assert batch(api, {"columns": columns}).json()["results"] == batch(api, {"rows": ROWS}).json()["results"]


def test_bad_values_in_columns_are_named_by_row_and_field(api):
    columns = {name: [row[name] for row in ROWS[:5]] for name in NAMES}
    columns["steps"][3] = -1
    results = batch(api, {"columns": columns}).json()["results"]
    assert results[3]["errors"][0]["field"] == "steps"
    assert sum("errors" in result for result in results) == 1


def test_number_that_is_not_finite_spoils_its_row_alone(api):
    body = json.dumps({"rows": [GOOD, GOOD | {"steps": math.nan}, GOOD]})
    answer = api.post("/predict/batch", content=body, headers={"Content-Type": "application/json"})
    assert [("errors" in result) for result in answer.json()["results"]] == [False, True, False]


def test_a_field_given_twice_and_an_endless_number_spoil_their_rows_alone(api):
    good = json.dumps(GOOD)
    twice = good.replace('"steps":', '"steps": 1, "steps":')
    endless = json.dumps(GOOD | {"steps": 0}).replace('"steps": 0', f'"steps": {"9" * 5000}')
    body = f'{{"rows": [{good}, {twice}, {endless}, {good}]}}'
    answer = api.post("/predict/batch", content=body, headers={"Content-Type": "application/json"})
    first, second, third, last = answer.json()["results"]
    assert first["probability"] == last["probability"]
    assert [fault["code"] for fault in second["errors"]] == ["duplicate_field"]
    assert [(fault["field"], fault["code"]) for fault in third["errors"]] == [("steps", "too_large")]
    columns = json.dumps({"columns": {name: [value] for name, value in GOOD.items()}})
    body = columns.replace('"steps":', '"steps": [1], "steps":')
    answer = api.post("/predict/batch", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "duplicate_field")


def test_reasons_are_the_largest_contributions_of_each_side(api):
    results = batch(api, {"rows": ROWS[:20]}, include="reasons").json()["results"]
    for row, result in zip(ROWS, results, strict=False):
        contributions = api.post("/predict", json=row).json()["contributions"]
        ranked = sorted(contributions, key=lambda c: -abs(c["contribution"]))
        assert result["reasons"]["for"] == [c for c in ranked if c["contribution"] >= 0.0005][:2]
        assert result["reasons"]["against"] == [c for c in ranked if c["contribution"] <= -0.0005][:2]
        assert "contributions" not in result


def test_explanations_of_a_batch_are_those_of_each_row(api):
    rows, bad = spoil(ROWS[:10], 2)
    results = batch(api, {"rows": rows}, include="explanation").json()["results"]
    for number, (row, result) in enumerate(zip(rows, results, strict=True)):
        if number not in bad:
            one = api.post("/predict", json=row).json()
            assert {name: one[name] for name in result} == result


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        ([], 422),
        ("x", 422),
        ({}, 422),
        ({"rows": [], "columns": {}}, 422),
        ({"rows": {}}, 422),
        ({"columns": []}, 422),
        ({"rows": [GOOD], "more": 1}, 422),
        ({"columns": {"steps": [1]}}, 422),
        ({"rows": []}, 200),
        ({"rows": [None, 3, [], "x"]}, 200),
        ({"rows": [GOOD] * 1001}, 413),
        ({"columns": {name: [value] * 1001 for name, value in GOOD.items()}}, 413),
        ({"columns": {"steps": ["x"] * 1001}}, 413),
    ],
)
def test_batch_of_the_wrong_shape_is_told_the_right_one(api, payload, status):
    answer = batch(api, payload)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["errors"][0]["limit"] == 1000


def test_unknown_include_is_400_with_those_there_are(api):
    answer = batch(api, {"rows": [GOOD]}, include="curves")
    assert answer.status_code == 400
    assert "reasons" in answer.json()["detail"]


def test_batch_needs_a_key_and_one_customer_does_not(server):
    with httpx.Client(base_url=f"{server.api}/api", timeout=60) as stranger:
        assert stranger.post("/predict/batch", json={"rows": [GOOD]}).status_code == 401
        assert stranger.post("/predict", json=GOOD).status_code == 200
        assert stranger.get("/model").status_code == 200


def test_explanation_adds_up_and_speaks(api):
    for row in ROWS[:20]:
        body = api.post("/predict", json=row).json()
        total = body["base_value"] + sum(c["contribution"] for c in body["contributions"])
        assert total == pytest.approx(body["probability"], abs=1e-9)
        assert [c["feature"] for c in body["contributions"]] == NAMES
        assert [c["value"] for c in body["contributions"]] == list(row.values())
        for feature, c in zip(CONTRACT.features, body["contributions"], strict=True):
            assert c["words"].startswith(feature.label)
            assert ("raises" in c["words"]) == (c["contribution"] >= 0.0005)
            assert ("lowers" in c["words"]) == (c["contribution"] <= -0.0005)


def test_include_adds_parts_and_none_leaves_the_explanation_out(api):
    def keys(include):
        return set(api.post("/predict", json=GOOD, params={"include": include}).json())

    plain = keys("none")
    assert not plain & {"base_value", "contributions", "curves", "changes", "pairs", "changes_note"}
    assert keys("explanation") == plain | {"base_value", "contributions"}
    assert keys("curves,changes") == plain | {"base_value", "contributions", "curves", "changes", "pairs"}
    assert keys("none,curves") == plain | {"curves"}


def test_request_id_is_kept_if_valid_and_made_if_not(api):
    kept = api.post("/predict", json=GOOD, headers={"X-Request-Id": "order-17.a_b"})
    assert kept.headers["x-request-id"] == kept.json()["request_id"] == "order-17.a_b"
    for invalid in ("x" * 65, "a b", "<script>", "a;b"):
        made = api.get("/health", headers={"X-Request-Id": invalid})
        assert made.headers["x-request-id"] != invalid
        assert len(made.headers["x-request-id"]) == 32
    refused = api.post("/predict", json={}, headers={"X-Request-Id": "abc"})
    assert refused.headers["x-request-id"] == refused.json()["request_id"] == "abc"


def test_server_timing_says_where_the_time_went(api):
    timing = api.post("/predict?include=curves,changes", json=GOOD).headers["server-timing"]
    parts = dict(part.strip().split(";dur=") for part in timing.split(","))
    assert list(parts) == ["validate", "score", "explanation", "curves", "changes", "total"]
    *laps, total = map(float, parts.values())
    assert sum(laps) <= total + 0.01, "milliseconds to three places"


def test_each_request_is_one_line_of_the_log_without_a_value(server, api):
    batch(api, {"rows": [GOOD, GOOD | {"steps": -987654}]}).raise_for_status()
    assert server.logged('"rows":2')
    line = next(line for line in server.output.splitlines() if '"rows":2,' in line)
    entry = json.loads(line[line.index("{") : line.rindex("}") + 1])
    assert entry["function"] == "predict_batch"
    assert (entry["failed"], entry["status"]) == (1, 200)
    assert entry["hash"] == check_seal(model_file(ESTIMATOR))[:12]
    assert entry["ms"] > 0
    assert "987654" not in server.output


def test_model_is_cached_by_its_entity_tag(api):
    first = api.get("/model")
    assert "max-age" in first.headers["cache-control"]
    for tag in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        again = api.get("/model", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert api.get("/model", headers={"If-None-Match": '"other"'}).status_code == 200
    assert first.json()["limits"]["batch_rows"] == 1000


def test_concurrent_requests_never_mix_their_answers(server, api):
    expected = [alone(api, row).json()["probability"] for row in ROWS[:150]]

    async def ask_all():
        limits = httpx.Limits(max_connections=32)
        headers = {"x-functions-key": "key-for-tests"}
        async with httpx.AsyncClient(
            base_url=f"{server.api}/api", limits=limits, headers=headers, timeout=60
        ) as client:
            ones = [
                client.post("/predict", json=row, headers={"X-Request-Id": f"one-{n}"})
                for n, row in enumerate(ROWS[:150])
            ]
            many = [client.post("/predict/batch", json={"rows": ROWS[n : n + 10]}) for n in range(0, 150, 10)]
            return await asyncio.gather(*ones, *many)

    answers = asyncio.run(ask_all())
    for number, answer in enumerate(answers[:150]):
        assert answer.json()["request_id"] == f"one-{number}"
        assert answer.json()["probability"] == expected[number]
    for place, answer in enumerate(answers[150:]):
        probabilities = [result["probability"] for result in answer.json()["results"]]
        assert probabilities == expected[place * 10 : place * 10 + 10]
