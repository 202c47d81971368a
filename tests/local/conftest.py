"""The echo app on a running server, and bytes sent to it."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.servers import ECHO_APP, LocalServer, local_server

LIMIT = 100_000


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    limits = {"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": str(LIMIT), "PYTHON_THREADPOOL_THREAD_COUNT": "8"}
    with local_server("--app", str(ECHO_APP), env=limits) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: LocalServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.api, timeout=60) as opened:
        yield opened


def exchange(server: LocalServer, request: bytes) -> bytes:
    """Send bytes, and return all that comes back until the server closes."""
    with connect(server) as sock:
        sock.sendall(request)
        return read_to_end(sock)


def connect(server: LocalServer) -> socket.socket:
    address = urlsplit(server.api)
    return socket.create_connection((address.hostname, address.port), timeout=60)


def read_to_end(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(65536), b""))
