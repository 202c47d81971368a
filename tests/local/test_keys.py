"""Keys as the host asks for them, on a running server."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.servers import ECHO_APP, local_server


@pytest.fixture(scope="module")
def guarded() -> Iterator[httpx.Client]:
    keys = {"FUNCTIONS_HOST_KEY": "host key/+", "FUNCTIONS_MASTER_KEY": "master key"}
    with (
        local_server("--app", str(ECHO_APP), "--enable-auth", env=keys) as running,
        httpx.Client(base_url=running.api, timeout=60) as opened,
    ):
        yield opened


def test_no_keys_are_asked_for_unless_it_is_said():
    with local_server("--app", str(ECHO_APP)) as running:
        for path in ("guarded", "ruled"):
            assert httpx.get(f"{running.api}/api/{path}", timeout=60).status_code == 200


def test_anonymous_functions_stay_open(guarded):
    assert guarded.get("/api/echo").status_code == 200


@pytest.mark.parametrize("path", ["/api/guarded", "/api/ruled", "/admin/functions", "/admin/host/status"])
def test_no_key_is_an_empty_401(guarded, path):
    answer = guarded.get(path)
    assert (answer.status_code, answer.content) == (401, b"")


def test_the_key_is_taken_from_header_or_query(guarded):
    assert guarded.get("/api/guarded", headers={"x-functions-key": "host key/+"}).status_code == 200
    assert guarded.get("/api/guarded", params={"code": "host key/+"}).status_code == 200


def test_the_header_beats_the_query(guarded):
    for key in ("wrong", ""):
        params, headers = {"code": "host key/+"}, {"x-functions-key": key}
        assert guarded.get("/api/guarded", params=params, headers=headers).status_code == 401


def test_the_name_in_the_query_has_any_case_and_the_first_of_two_keys_counts(guarded):
    assert guarded.get("/api/guarded", params={"CODE": "host key/+"}).status_code == 200
    for keys, status in ((["host key/+", "wrong"], 200), (["wrong", "host key/+"], 401)):
        assert guarded.get("/api/guarded", params={"code": keys}).status_code == status
        assert guarded.get("/api/guarded", headers=[("x-functions-key", key) for key in keys]).status_code == status


def test_admin_says_what_a_key_lacks(guarded):
    answer = guarded.get("/admin/functions", params={"code": "wrong"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert guarded.get("/admin/functions", params={"code": "host key/+"}).status_code == 403
    assert guarded.get("/admin/nothing").status_code == 404


def test_a_disabled_function_opens_to_the_master_key_alone():
    keys = {"FUNCTIONS_HOST_KEY": "host", "FUNCTIONS_MASTER_KEY": "master", "AzureWebJobs.guarded.Disabled": "1"}
    with local_server("--app", str(ECHO_APP), "--enable-auth", env=keys) as running:
        for key, status in (("wrong", 401), ("host", 404), ("master", 200)):
            assert httpx.get(f"{running.api}/api/guarded", params={"code": key}, timeout=60).status_code == status


def test_only_the_master_key_opens_what_is_of_level_admin(guarded):
    for path, closed in (("/api/ruled", 401), ("/admin/functions", 403), ("/admin/host/status", 403)):
        assert guarded.get(path, params={"code": "host key/+"}).status_code == closed
        assert guarded.get(path, params={"code": "master key"}).status_code == 200
    assert guarded.get("/api/guarded", params={"code": "master key"}).status_code == 200


def test_ping_is_open(guarded):
    assert guarded.get("/admin/host/ping").status_code == 200


def test_keys_are_made_and_printed_where_none_are_given():
    with local_server("--app", str(ECHO_APP), "--enable-auth") as running:
        key = re.search(r"^Function key .*: (\S{32,})$", running.output, re.MULTILINE)
        assert key is not None
        assert httpx.get(f"{running.api}/api/guarded", params={"code": key[1]}, timeout=60).status_code == 200
        assert httpx.get(f"{running.api}/api/guarded", timeout=60).status_code == 401
