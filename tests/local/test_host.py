"""The stand-in for `func start`, row by row of how the real one behaves, on a running server."""

import re

import httpx
import psutil
import pytest

from tests.local.conftest import LIMIT, connect, exchange
from tests.servers import ECHO_APP, local_server


def test_function_without_a_route_answers_under_its_name(client):
    answer = client.get("/api/echo")
    assert (answer.status_code, answer.json()["function"]) == (200, "echo")


@pytest.mark.parametrize("path", ["/API/Echo", "/api/echo/", "/api/%65cho"])
def test_literals_match_without_case_slash_or_encoding(client, path):
    assert client.get(path).json()["function"] == "echo"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nothing"),
        ("GET", "/nothing"),
        ("GET", "/api"),
        ("GET", "/api//echo"),
        ("GET", "/api/files//a"),
        ("PUT", "/api/echo"),
        ("HEAD", "/api/echo"),
        ("OPTIONS", "/api/echo"),
        ("GET", "/api%2Fecho"),
        ("GET", "/admin/nothing"),
        ("POST", "/admin/functions"),
        ("GET", "/api/yearly"),
        ("POST", "/"),
    ],
)
def test_what_no_function_takes_is_an_empty_404(client, method, path):
    answer = client.request(method, path)
    assert (answer.status_code, answer.content) == (404, b"")
    assert "content-type" not in answer.headers


def test_function_without_methods_takes_all_of_them(client):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert client.request(method, "/api/every/method").json()["method"] == method
    assert client.head("/api/every/method").status_code == 200


def test_home_page_is_html(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_admin_lists_the_functions(client, server):
    functions = {function["name"]: function for function in client.get("/admin/functions").json()}
    assert {"echo", "item", "files", "yearly"} < set(functions)
    item = functions["item"]
    assert item["href"] == f"{server.api}/admin/functions/item"
    assert item["invoke_url_template"] == f"{server.api}/api/items/{{id:int}}"
    assert item["language"] == "python"
    assert item["isDisabled"] is False
    assert {"type": "httpTrigger", "methods": ["GET", "DELETE"]}.items() <= item["config"]["bindings"][0].items()
    assert functions["yearly"]["invoke_url_template"] is None
    assert client.get("/admin/functions/item").json() == item


def test_admin_tells_status_and_ping(client):
    status = client.get("/admin/host/status").json()
    assert status["state"] == "Running"
    assert status["processUptime"] > 0
    assert {"id", "version", "versionDetails"} <= set(status)
    for method in ("GET", "POST"):
        assert client.request(method, "/admin/host/ping").status_code == 200


def test_a_disabled_function_is_said_to_be_so_and_runs_for_who_sends_any_key():
    with local_server("--app", str(ECHO_APP), env={"AzureWebJobs.echo.Disabled": "true"}) as running:
        assert httpx.get(f"{running.api}/api/echo", timeout=60).status_code == 404
        assert httpx.get(f"{running.api}/api/echo", headers={"x-functions-key": "any"}, timeout=60).status_code == 200
        assert httpx.get(f"{running.api}/admin/functions/echo", timeout=60).json()["isDisabled"] is True


@pytest.mark.parametrize(
    ("path", "route", "params"),
    [
        ("/api/items/7", "item", {"id": "7"}),
        ("/api/items/-7", "item", {"id": "-7"}),
        ("/api/items/seven", "item_by_name", {"id": "seven"}),
        ("/api/items/99999999999999999999", "item_by_name", {"id": "99999999999999999999"}),
        ("/api/items/newest", "item_by_name", {"id": "newest"}),  # its name comes first in the alphabet
        ("/api/items/a%20b%2Fc%C3%A9", "item_by_name", {"id": "a b%2Fcé"}),
        ("/api/files/a/b/c.txt", "files", {"rest": "a/b/c.txt"}),
        ("/api/files", "files", {}),
    ],
)
def test_route_parameters_reach_the_function(client, path, route, params):
    seen = client.get(path).json()
    assert (seen["route"], seen["params"]) == (route, params)


def test_a_method_falls_through_to_the_next_route_that_takes_it(client):
    assert client.delete("/api/items/7").status_code == 200
    assert client.delete("/api/items/seven").status_code == 404


def test_query_arrives_as_the_host_passes_it(client):
    query = "a=1&b=x%20y+z&A=2&empty=&c=%26%3D%C3%A9&d=&d=3&e=%FF"
    seen = client.get(f"/api/echo?{query}").json()
    assert seen["query"] == {"A": "1,2", "b": "x y z", "c": "&=é", "d": "3", "e": "%FF"}
    assert seen["url"].endswith(f"/api/echo?{query}")


@pytest.mark.parametrize("path", ["/api/./echo", "/api/x/../echo", "/api/%2e%2e/api/echo", "/api/%65cho"])
def test_path_arrives_decoded_and_without_dot_segments(server, path):
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    assert b'"url": "http://x/api/echo"' in exchange(server, request)


def test_headers_arrive_lower_case_and_joined(client):
    seen = client.get("/api/echo", headers=[("X-One", "1"), ("X-Many", "a"), ("X-Many", "b")]).json()["headers"]
    assert (seen["x-one"], seen["x-many"]) == ("1", "a,b")


@pytest.mark.parametrize(("value", "seen"), [("Zoë".encode(), "Zo\\u00eb"), (b"v  ", "v")])
def test_headers_are_utf8_without_spaces_around(server, value, seen):
    request = b"GET /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A:  " + value + b"\r\n\r\n"
    assert f'"x-a": "{seen}"'.encode() in exchange(server, request)


def test_the_target_may_be_a_whole_address_of_this_server_and_of_no_other(server):
    head = "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert b'"url": "http://x/api/echo?"' in exchange(server, f"GET http://x/api/echo? {head}".encode())
    assert exchange(server, f"GET http://y/api/echo {head}".encode()).startswith(b"HTTP/1.1 400 ")


def test_an_asterisk_is_no_path(server):
    answer = exchange(server, b"GET * HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"allow: OPTIONS\r\n" in answer


def test_a_post_of_http_1_0_must_say_its_length(server):
    request = b"POST /api/echo HTTP/1.0\r\nHost: x\r\n"
    assert exchange(server, request + b"\r\n").startswith(b"HTTP/1.1 400 ")
    assert exchange(server, request + b"Content-Length: 0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("head", [b"X-A: \xe9", b"Host: y", b""], ids=["Latin-1", "Host twice", "no Host"])
def test_wrong_headers_are_an_empty_400(server, head):
    host = b"" if not head else b"Host: x\r\n"
    request = b"GET /api/echo HTTP/1.1\r\n" + host + head + (b"\r\n\r\n" if head else b"\r\n")
    answer = exchange(server, request)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"\r\n\r\n")


def test_binary_body_arrives_byte_by_byte(client):
    body = bytes(range(256))
    assert client.post("/api/echo", content=body).json()["body"] == body.decode("latin-1")
    assert client.post("/api/wait?seconds=0", content=body * 300).content == body * 300


def test_chunked_body_does_not_arrive(client):
    for _ in range(2):  # and the connection lives
        seen = client.post("/api/echo", content=iter([b"one ", b"two ", b"three"])).json()
        assert (seen["size"], seen["headers"]["transfer-encoding"]) == (0, "chunked")
        assert "content-length" not in seen["headers"]


def test_a_connection_that_closes_takes_a_long_body_in_chunks_before(server):
    head = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = exchange(server, head + 16 * (b"10000\r\n" + bytes(0x10000) + b"\r\n") + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"}")


def test_a_trailer_is_no_header(server):
    head = (
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
    )
    answer = exchange(server, head + b"1\r\na\r\n0\r\nX-T: 1\r\n\r\n")
    assert b'"trailer": "X-T"' in answer
    assert b'"x-t"' not in answer


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "body"),
    [
        ("text", 200, "text/plain; charset=utf-8", "naïve".encode()),
        ("bytes", 200, "application/octet-stream", bytes(range(256))),
        ("teapot", 418, "text/plain; charset=utf-8", b"short and stout"),
        ("nothing", 204, "text/plain; charset=utf-8", b""),
        ("own-length", 200, "text/plain; charset=utf-8", b"four"),
        ("status", 700, "text/plain; charset=utf-8", b"x"),
    ],
)
def test_answers_come_back_as_the_function_made_them(client, kind, status, content_type, body):
    answer = client.get(f"/api/answer?kind={kind}")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (status, content_type, body)


def test_json_gets_no_charset(client):
    assert client.get("/api/echo").headers["content-type"] == "application/json"


def test_a_plain_string_is_an_answer(client):
    answer = client.get("/api/string")
    assert (answer.text, answer.headers["content-type"]) == ("just a text", "text/plain; charset=utf-8")


def test_every_cookie_is_sent(client):
    assert client.get("/api/answer?kind=cookies").headers.get_list("set-cookie") == [
        "a=1; domain=; path=/; samesite=lax; httponly",
        "b=2; expires=Wed, 21 Oct 2099 07:28:00 GMT; max-age=60; domain=; path=; secure",
    ]


@pytest.mark.parametrize("path", ["/api/answer?kind=failure", "/api/none", "/api/answer"])
def test_an_exception_is_an_empty_500(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (500, b"")


def test_an_exception_leaves_its_traceback_in_the_log_and_no_body(client, server):
    client.request("GET", "/api/answer?kind=failure", content=b"a secret of a customer")
    assert server.logged("RuntimeError: this function fails on purpose")
    assert "Executed 'Functions.answer' (Failed)" in server.output
    assert "a secret of a customer" not in server.output


@pytest.mark.parametrize("kind", ["split", "short-length"])
def test_what_http_cannot_carry_is_a_500_and_the_connection_lives(client, kind):
    assert client.get(f"/api/answer?kind={kind}").status_code == 500
    assert client.get("/api/string").status_code == 200


def test_trace_context_reaches_the_function(client):
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    seen = client.get("/api/echo", headers={"traceparent": parent, "tracestate": "vendor=1"}).json()
    assert (seen["trace_parent"], seen["trace_state"]) == (parent, "vendor=1")


@pytest.mark.parametrize("parent", [None, "nonsense", f"00-{'0' * 32}-b7ad6b7169203331-01"])
def test_a_request_without_a_valid_trace_gets_a_new_one(client, parent):
    headers = {"traceparent": parent} if parent else {}
    first, second = (client.get("/api/echo", headers=headers).json()["trace_parent"] for _ in range(2))
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", first)
    assert first != second


def test_every_invocation_has_its_own_id(client):
    assert len({client.get("/api/echo").json()["invocation"] for _ in range(5)}) == 5


class TestBodyLimit:
    def test_a_body_of_the_limit_is_taken_and_one_byte_more_is_not(self, client):
        assert client.post("/api/echo", content=b"x" * LIMIT).json()["size"] == LIMIT
        answer = client.post("/api/echo", content=b"x" * (LIMIT + 1))
        assert (answer.status_code, answer.content) == (500, b"")

    def test_a_large_body_is_refused_by_its_length_before_it_is_sent(self, server):
        head = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n"
        with connect(server) as sock:
            sock.sendall(head + b"Expect: 100-continue\r\n\r\n")
            assert sock.recv(65536).startswith(b"HTTP/1.1 500 ")

    def test_a_large_body_sent_anyway_is_thrown_away(self, server):
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        answer = httpx.post(f"{server.api}/api/echo", content=bytes(100 * 2**20), timeout=60)
        assert answer.status_code == 500
        assert process.memory_info().rss - before < 10 * 2**20

    def test_a_wrong_chunk_is_a_400(self, server):
        request = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n\r\n"
        assert exchange(server, request).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("headers", [[("X-A", "1")] * 101, [("X-A", "a" * 33_000)]], ids=["many", "long"])
def test_too_many_headers_are_an_empty_431(client, headers):
    answer = client.get("/api/echo", headers=headers)
    assert (answer.status_code, answer.content) == (431, b"")


@pytest.mark.parametrize(("length", "status"), [(7000, 404), (9000, 414)])
def test_a_target_that_is_too_long_is_an_empty_414(client, length, status):
    answer = client.get(f"/api/{'a' * length}")
    assert (answer.status_code, answer.content) == (status, b"")


def test_a_call_beyond_function_timeout_is_a_500_and_said_to_be_so():
    with local_server("--app", str(ECHO_APP), env={"AzureFunctionsJobHost__functionTimeout": "00:00:01"}) as running:
        for kind in ("wait", "doze"):
            answer = httpx.post(f"{running.api}/api/{kind}?seconds=3", content=b"x", timeout=60)
            assert (answer.status_code, answer.content) == (500, b"")
        assert running.logged("longer than functionTimeout, 1 s")
        assert httpx.get(f"{running.api}/api/string", timeout=60).status_code == 200
