"""Connections: what is no HTTP, stalls or goes away."""

import time

import psutil
import pytest

from tests.local.conftest import connect, exchange, read_to_end

HALF_A_BODY = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf"


def test_listens_on_the_loopback_address_alone(server):
    listening = [c for c in psutil.Process(server.process.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert [connection.laddr.ip for connection in listening] == ["127.0.0.1"]


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_400(server, request_):
    assert exchange(server, request_).startswith(b"HTTP/1.1 400 ")


def test_http_1_0_is_answered_and_closed(server):
    answer = exchange(server, b"GET /api/string HTTP/1.0\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"just a text")


def test_a_body_that_stalls_half_way_is_an_empty_500(server, client):
    with connect(server) as sock:
        sock.sendall(HALF_A_BODY)
        sock.settimeout(60)
        answer = read_to_end(sock)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b"\r\n\r\n")
    assert client.get("/api/string").status_code == 200


def test_clients_that_hang_up_leave_no_trace(server, client):
    for request in (
        HALF_A_BODY,
        b"POST /api/doze?seconds=0.2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
        b"POST /api/wait?seconds=0.2 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
    ):
        sock = connect(server)
        sock.sendall(request)
        sock.close()
    time.sleep(0.4)
    assert client.get("/api/string").status_code == 200
    assert "Exception in ASGI application" not in server.output
