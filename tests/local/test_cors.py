"""CORS as the host does it, on a running server."""

from collections.abc import Iterator

import httpx
import pytest

from tests.servers import ECHO_APP, local_server

ORIGIN = "https://pages.example"


@pytest.fixture(scope="module")
def cors() -> Iterator[httpx.Client]:
    with (
        local_server("--app", str(ECHO_APP), "--cors", ORIGIN) as running,
        httpx.Client(base_url=running.api, timeout=60) as opened,
    ):
        yield opened


def test_preflight_of_a_listed_origin_is_allowed(cors):
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-functions-key",
    }
    answer = cors.options("/api/echo", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "content-type,x-functions-key"
    assert "vary" not in answer.headers, "with one origin nothing varies"


def test_preflight_of_a_stranger_is_told_nothing(cors):
    headers = {"Origin": "https://stranger.example", "Access-Control-Request-Method": "POST"}
    answer = cors.options("/api/echo", headers=headers)
    assert answer.status_code == 204
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(("path", "status"), [("/api/echo", 200), ("/api/nothing", 404), ("/api/none", 500)])
def test_a_listed_origin_may_read_every_answer(cors, path, status):
    answer = cors.get(path, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, ORIGIN)


@pytest.mark.parametrize("origin", ["https://stranger.example", "null", f"{ORIGIN}.evil.example"])
def test_a_stranger_may_not_read_an_answer(cors, origin):
    answer = cors.get("/api/echo", headers={"Origin": origin})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_with_two_origins_an_answer_varies_and_beats_the_function_s_own_word():
    with local_server("--app", str(ECHO_APP), "--cors", ORIGIN, "--cors", "https://b.example") as running:
        answer = httpx.get(f"{running.api}/api/answer?kind=own-cors", headers={"Origin": ORIGIN}, timeout=60)
    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert answer.headers.get_list("vary") == ["Accept", "Origin"]


@pytest.mark.parametrize(("method", "origin"), [("", ORIGIN), ("POST", "")])
def test_empty_headers_make_a_preflight_too(cors, method, origin):
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    answer = cors.options("/api/echo", headers=headers)
    assert answer.status_code == 204
    assert "access-control-allow-methods" not in answer.headers


def test_origins_are_taken_as_they_are_written():
    with local_server("--app", str(ECHO_APP), "--cors", f"{ORIGIN}/") as running:
        answer = httpx.get(f"{running.api}/api/echo", headers={"Origin": ORIGIN}, timeout=60)
    assert "access-control-allow-origin" not in answer.headers


def test_preflight_is_404_where_cors_is_not_configured():
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    with local_server("--app", str(ECHO_APP)) as running:
        assert httpx.options(f"{running.api}/api/echo", headers=headers, timeout=60).status_code == 404
