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
        httpx.Client(base_url=running.api) as opened,
    ):
        yield opened


def test_no_keys_are_asked_for_unless_it_is_said():
    with local_server("--app", str(ECHO_APP)) as running:
        for path in ("guarded", "ruled"):
            assert httpx.get(f"{running.api}/api/{path}").status_code == 200


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
    params, headers = {"code": "host key/+"}, {"x-functions-key": "wrong"}
    assert guarded.get("/api/guarded", params=params, headers=headers).status_code == 401


def test_only_the_master_key_opens_what_is_of_level_admin(guarded):
    for path in ("/api/ruled", "/admin/functions", "/admin/host/status"):
        assert guarded.get(path, params={"code": "host key/+"}).status_code == 401
        assert guarded.get(path, params={"code": "master key"}).status_code == 200
    assert guarded.get("/api/guarded", params={"code": "master key"}).status_code == 200


def test_ping_is_open(guarded):
    assert guarded.get("/admin/host/ping").status_code == 200


def test_keys_are_made_and_printed_where_none_are_given():
    with local_server("--app", str(ECHO_APP), "--enable-auth") as running:
        key = re.search(r"^Function key .*: (\S{32,})$", running.output, re.MULTILINE)
        assert key is not None
        assert httpx.get(f"{running.api}/api/guarded", params={"code": key[1]}).status_code == 200
        assert httpx.get(f"{running.api}/api/guarded").status_code == 401
