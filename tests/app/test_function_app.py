"""The functions over HTTP: the stand-in host, the official worker library, a real model file."""

import json
import os
import re

import httpx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.contract import Contract
from predict.model.seal import check_seal
from tests.fitted import customers, fitted, metadata_of, model_file
from tests.servers import local_server

ESTIMATOR = "HistGradientBoostingClassifier"
CONTRACT: Contract = metadata_of(ESTIMATOR).contract
NAMES = [feature.name for feature in CONTRACT.features]
GOOD = dict(zip(NAMES, CONTRACT.examples[2].values, strict=True))
SECRET = "sesame-4711"


def post(api, body: bytes | str, media_type="application/json"):
    return api.post("/predict", content=body, headers={"Content-Type": media_type})


def test_customer_gets_scikit_learns_probability_and_the_words(api):
    X, _ = customers(60, seed=3)
    expected = fitted(ESTIMATOR).predict_proba(X)[:, 1]
    assert (expected >= CONTRACT.threshold).any()
    assert (expected < CONTRACT.threshold).any()
    for (_, row), probability in zip(X.iterrows(), expected, strict=True):
        answer = api.post("/predict", json=row.to_dict())
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        body = answer.json()
        assert body["probability"] == pytest.approx(probability, abs=1e-9)
        assert body["will_purchase"] == (probability >= CONTRACT.threshold)
        assert body["prediction"] == ("Will Purchase" if body["will_purchase"] else "Will Not Purchase")
        assert body["threshold"] == CONTRACT.threshold
        assert body["model"]["hash"] == check_seal(model_file(ESTIMATOR))


def test_what_the_model_has_not_seen_is_a_warning_beside_the_score(api):
    body = api.post("/predict", json=GOOD | {"days_on_platform": 3000, "student_country": "US"}).json()
    assert {(w["field"], w["code"]) for w in body["warnings"]} >= {("days_on_platform", "outside_range")}
    assert 0 <= body["probability"] <= 1


BAD = {
    "minus five days": (GOOD | {"days_on_platform": -5}, "days_on_platform", "too_small"),
    "1e300": (GOOD | {"minutes_watched": 1e300}, "minutes_watched", "too_large"),
    "number as text": (GOOD | {"steps": "12"}, "steps", "wrong_type"),
    "number as true": (GOOD | {"steps": True}, "steps", "wrong_type"),
    "null field": (GOOD | {"steps": None}, "steps", "wrong_type"),
    "unknown country": (GOOD | {"student_country": "ZZ"}, "student_country", "unknown_category"),
    "country": (GOOD | {"student_country": "atlantis"}, "student_country", "unknown_category"),
    "misspelt field": (GOOD | {"minutes_wached": 3}, "minutes_wached", "unknown_field"),
    "array": ([GOOD], "", "wrong_type"),
    "null": (None, "", "wrong_type"),
    "text": (SECRET, "", "wrong_type"),
}


@pytest.mark.parametrize(("payload", "field", "code"), BAD.values(), ids=list(BAD))
def test_bad_customer_is_422_with_the_field_and_the_rule(api, payload, field, code):
    answer = post(api, json.dumps(payload))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["title"]) == (422, "Unprocessable Content")
    assert (field, code) in {(error["field"], error["code"]) for error in problem["errors"]}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400"])
def test_number_that_is_not_finite_is_422_by_field(api, number):
    answer = post(api, json.dumps(GOOD | {"steps": 0}).replace('"steps": 0', f'"steps": {number}'))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "not_finite"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"steps": \xff\xfe}', b"[" * 60_000, b'{"a":' * 12_000, b'{"steps": 1, "steps": 2}'],
    ids=["empty", "cut", "broken UTF-8", "deep array", "deep object", "same field twice"],
)
def test_malformed_body_is_400(api, body):
    answer = post(api, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "malformed"


def test_ten_megabytes_are_413_with_the_limit(api):
    answer = post(api, b'{"steps": ' + b"1" * 10_000_000 + b"}")
    assert answer.status_code == 413


def test_a_little_too_much_is_413_with_the_limit(api):
    answer = post(api, b" " * 70_000)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["limit"] == 65536


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "", "multipart/form-data; boundary=x"])
def test_other_media_types_are_415_with_the_one_to_use(api, media_type):
    answer = post(api, json.dumps(GOOD), media_type)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


def test_json_that_calls_itself_a_form_is_told_to_say_json(api):
    """As from curl without a header."""
    answer = post(api, json.dumps(GOOD), "application/x-www-form-urlencoded")
    assert answer.status_code == 415
    assert answer.json()["detail"] == "Send the body with Content-Type: application/json."


def test_media_type_may_have_a_charset_and_capitals(api):
    assert post(api, json.dumps(GOOD), "Application/JSON; charset=utf-8").status_code == 200


def test_model_describes_itself(api):
    body = api.get("/model").json()
    assert [feature["name"] for feature in body["contract"]["features"]] == NAMES
    assert body["contract"]["threshold"] == CONTRACT.threshold
    assert body["evaluation"]["metrics"]["roc_auc"]
    assert body["provenance"]["seed"] == 7
    assert body["model"]["hash"] == check_seal(model_file(ESTIMATOR))
    assert "background" not in body


def test_health_is_200_with_the_model(api):
    answer = api.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def form(api, fields):
    return api.post("/predict", data=fields)


def test_form_is_answered_by_a_page_with_the_verdict_and_the_form_refilled(api):
    for example in CONTRACT.examples:
        fields = dict(zip(NAMES, example.values, strict=True))
        expected = fitted(ESTIMATOR).predict_proba(pd.DataFrame([fields]))[0, 1]
        answer = form(api, fields)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        verdict = re.sub(r"<[^>]+>", "", re.search(r'<p class="verdict".*?</p>', answer.text, re.DOTALL)[0])
        words = "Will Purchase" if expected >= CONTRACT.threshold else "Will Not Purchase"
        assert " ".join(verdict.split()) == words
        for name in NAMES[:-1]:
            (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', answer.text)
            assert f'value="{fields[name]}"' in field


def test_bad_form_is_a_page_that_names_the_fields(api):
    answer = form(api, {name: str(value) for name, value in GOOD.items()} | {"steps": "many", "exams_passed": "-5"})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("body", [b"a=1&a=2", b"%ff=%ff", b"a&" * 1000], ids=["twice", "not UTF-8", "many"])
def test_form_nobody_can_read_is_a_page_too(api, body):
    answer = post(api, body, "application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


def test_markup_in_a_form_comes_back_as_text(api):
    answer = form(api, dict.fromkeys(NAMES, "\"><script>alert(1)</script><img src=x onerror='1'>"))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


def test_nothing_a_customer_sent_is_logged_or_repeated(server, api):
    for payload in ({SECRET: SECRET}, GOOD | {"student_country": SECRET}, [SECRET], GOOD | {"steps": SECRET}):
        answer = post(api, json.dumps(payload))
        errors = [{**error, "field": ""} for error in answer.json()["errors"]]
        assert SECRET not in json.dumps([errors, answer.json()["detail"]])
    post(api, json.dumps(SECRET)[:-1])
    form(api, {SECRET: SECRET})
    assert SECRET not in server.output


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=100).map(json.dumps).map(str.encode), st.sampled_from(["json", "form"])
)
def test_no_body_is_a_500(api, body, kind):
    media_type = {"json": "application/json", "form": "application/x-www-form-urlencoded"}[kind]
    # 415: JSON that calls itself a form.
    expected = {400, 415} if kind == "form" and body.lstrip()[:1] in {b"{", b"["} else {200, 400, 422}
    assert post(api, body, media_type).status_code in expected


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "altered"])
def test_broken_model_file_leaves_the_functions_indexed_and_answering_503(tmp_path, damage):
    path = tmp_path / "model.onnx"
    file = bytearray(model_file(ESTIMATOR))
    file[len(file) // 2] ^= 1
    if damage != "missing":
        path.write_bytes({"empty": b"", "cut": model_file(ESTIMATOR)[:5000], "altered": bytes(file)}[damage])
    with (
        local_server(env={"MODEL_PATH": str(path)}) as server,
        httpx.Client(base_url=f"{server.api}/api", timeout=60) as api,
    ):
        for answer in (api.get("/health"), api.get("/model"), api.post("/predict", json=GOOD)):
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert "model file" in answer.json()["detail"].lower()
            assert int(answer.headers["retry-after"]) > 0
        answer = form(api, GOOD)
        assert answer.status_code == 503
        assert answer.headers["content-type"].startswith("text/html")
        assert int(answer.headers["retry-after"]) > 0
        assert server.logged("The model file"), "the log says why"
        path.write_bytes(model_file(ESTIMATOR))
        assert api.get("/health").status_code == 200, "a model that is put right is found without a restart"


def test_whoever_posts_a_form_always_gets_a_page(api):
    for fields, query, status in (
        ({"days_on_platform": "1" * 70_000}, "", 413),
        ({"days_on_platform": "1"}, "?include=everything", 400),
        ({f"field{number}": "1" for number in range(101)}, "", 400),
    ):
        answer = api.post(f"/predict{query}", data=fields)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")
        assert "Back to the form" in answer.text


def test_a_form_may_leave_out_what_may_be_unknown(api):
    fields = {feature.name: GOOD[feature.name] for feature in CONTRACT.features if not feature.optional}
    assert len(fields) < len(GOOD)
    answer = form(api, fields)
    assert answer.status_code == 200
    assert "Not known" in answer.text


def test_loaded_model_outlives_its_file(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(model_file(ESTIMATOR))
    with (
        local_server(env={"MODEL_PATH": str(path)}) as server,
        httpx.Client(base_url=f"{server.api}/api", timeout=60) as api,
    ):
        before = api.post("/predict", json=GOOD).json()["probability"]
        path.write_bytes(os.urandom(1000))
        assert api.post("/predict", json=GOOD).json()["probability"] == before
        path.unlink()
        assert api.get("/health").status_code == 200
