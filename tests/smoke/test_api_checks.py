"""What is wrong with an API is named by the check that finds it."""

import json

import pytest

from predict.model.session import Model
from tests import deployment
from tests.deployment import RIGHT, WRONG, in_front_of
from tests.servers import local_server

models, smoke, sound = deployment.models, deployment.smoke, deployment.sound


def test_wrong_model_fails_and_both_hashes_are_told(smoke, sound, models):
    status, failures, lines = smoke(sound[0], model=WRONG)
    assert status == 1
    (failure,) = failures
    right, wrong = (Model.load(models[name]).hash[:12] for name in (RIGHT, WRONG))
    assert "The wrong model answers" in failure
    assert right in failure
    assert wrong in failure
    assert lines[-1] == "The deployment does not work: 0 passed, 1 failed, 0 skipped."


def test_wrong_probability_fails(smoke, sound):
    def change(method, path, status, headers, body):
        if path == "/api/predict" and status == 200 and headers["content-type"] == "application/json":
            body = json.dumps(json.loads(body) | {"probability": 0.5}).encode()
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert "known customer" in failure
    assert "gets 0.5, not" in failure


BULK = ["predict/batch", "score"]


def test_open_bulk_endpoints_fail_unless_they_are_meant_to_be_open(smoke, models):
    environment = {"MODEL_PATH": str(models[RIGHT]), "BULK_AUTH_LEVEL": "anonymous"}
    with local_server("--enable-auth", env=environment) as server:
        status, failures, lines = smoke(server.api)
        assert smoke(server.api, "--bulk", "anonymous")[:2] == (0, [])
    assert status == 1
    assert len(failures) == len(BULK)
    for route, failure in zip(BULK, failures, strict=True):
        assert f"The bulk endpoint {route} is open: it answers " in failure
    assert any("Set the app setting BULK_AUTH_LEVEL to function" in line for line in lines)


def test_closed_bulk_endpoints_pass_and_fail_where_they_should_be_open(smoke, sound):
    status, failures, lines = smoke(sound[0], "--bulk", "anonymous")
    assert status == 1
    assert len(failures) == len(BULK)
    assert all("answers 401 without a key, but should be open" in failure for failure in failures)
    assert any("leave out --bulk anonymous" in line for line in lines)


@pytest.mark.parametrize("route", BULK)
def test_missing_bulk_endpoint_fails(smoke, sound, route):
    def change(method, path, status, headers, body):
        return (404, {}, b"") if path == f"/api/{route}" else (status, headers, body)

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert f"There is no {route} endpoint" in failure


@pytest.mark.parametrize("header", ["x-content-type-options", "x-request-id"])
def test_missing_header_of_an_answer_fails_by_name(smoke, sound, header):
    def change(method, path, status, headers, body):
        if headers.get("content-type") == "application/json":
            headers.pop(header, None)
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert header in failure.lower()
    assert "is missing from the API's answers" in failure


def test_open_admin_endpoints_fail(smoke, models):
    with local_server(env={"MODEL_PATH": str(models[RIGHT])}) as server:
        status, failures, _ = smoke(server.api, "--bulk", "anonymous")
    assert status == 1
    (failure,) = failures
    assert "without the master key" in failure


def test_page_without_headers_for_a_plain_form_fails(smoke, sound):
    def change(method, path, status, headers, body):
        if headers.get("content-type", "").startswith("text/html"):
            headers.pop("content-security-policy", None)
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api)
    assert status == 1
    (failure,) = failures
    assert "lacks a safe Content-Security-Policy header" in failure


def test_host_that_keeps_large_bodies_to_itself_fails(smoke, models):
    environment = {"MODEL_PATH": str(models[RIGHT]), "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": str(4 * 2**20)}
    with local_server("--enable-auth", env=environment) as server:
        status, failures, _ = smoke(server.api)
    assert status == 1
    (failure,) = failures
    assert "A body of 5 MB is answered 500 without a type, not 413" in failure


def test_busy_service_is_asked_again_when_it_says(smoke, models):
    asked = []

    def change(method, path, status, headers, body):
        if path == "/api/score" and status == 200:
            asked.append(status)
            return (200, headers, body) if len(asked) > 2 else (503, {"retry-after": "0"}, b"{}")
        return status, headers, body

    environment = {"MODEL_PATH": str(models[RIGHT]), "BULK_AUTH_LEVEL": "anonymous"}
    with local_server("--enable-auth", env=environment) as server, in_front_of(server.api, change) as api:
        status, failures, _ = smoke(api, "--bulk", "anonymous")
    assert (status, failures, len(asked)) == (0, [], 3)


def test_no_functions_fails_with_the_usual_cause(smoke, sound):
    with in_front_of(sound[0], lambda *_: (404, {}, b"")) as api:
        status, failures, lines = smoke(api)
    assert status == 1
    assert "answers 404" in failures[0]
    assert any("No function is indexed" in line for line in lines)


def test_broken_model_fails_with_the_app_s_own_words(smoke, models, tmp_path):
    broken = tmp_path / "model.onnx"
    broken.write_bytes(models[RIGHT].read_bytes()[:-1])
    with local_server("--enable-auth", env={"MODEL_PATH": str(broken)}) as server:
        status, failures, _ = smoke(server.api)
    assert status == 1
    assert "answers 503: The model file" in failures[0]


def test_waiting_ends_when_the_right_model_answers(smoke, sound, monkeypatch):
    monkeypatch.setattr("smoke.api_checks._PAUSE_SECONDS", 0.05)
    calls = []

    def change(method, path, status, headers, body):
        calls.append(path)
        return (503, {}, b"{}") if len(calls) < 4 else (status, headers, body)

    with in_front_of(sound[0], change) as api:
        status, failures, _ = smoke(api, "--wait", "20")
    assert (status, failures) == (0, [])
    assert calls[:4] == ["/api/health"] * 4


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>", "does not say which model it has"),
        (200, b'{"model": "shop"}', "does not say which model it has"),
        (302, b"", "/api/health answers 302."),
        (401, b"", "/api/health answers 401."),
        (503, b"", "/api/health answers 503."),
    ],
)
def test_another_app_s_answer_fails_in_words(smoke, sound, status, body, words):
    with in_front_of(sound[0], lambda *_: (status, {}, body)) as api:
        status, (failure,), lines = smoke(api)
    assert status == 1
    assert words in failure
    assert any("Check the address" in line for line in lines)


@pytest.mark.parametrize("contract", ["shop", {"features": 5}, {"features": ["steps"]}, {}])
def test_contract_of_another_kind_fails(smoke, sound, contract):
    def change(method, path, status, headers, body):
        if path == "/api/model":
            body = json.dumps(json.loads(body) | {"contract": contract}).encode()
        return status, headers, body

    with in_front_of(sound[0], change) as api:
        status, (failure,), _ = smoke(api)
    assert status == 1
    assert "The contract names other inputs than the model file" in failure
