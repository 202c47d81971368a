"""Sockets, servers and signals: listen, say so, stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn

# uvicorn would import these when it starts; by then an app with packages of its own has taken `sys.path` over.
import uvicorn.lifespan.off
from uvicorn.protocols.http import httptools_impl

from .errors import LocalError

__all__ = ["ADDRESS", "listen", "new_event_loop", "serve"]

ADDRESS = "127.0.0.1"
# Longer than clients keep idle connections (browsers: 60 to 115 s), so that none is closed as a request comes in.
_KEEP_ALIVE_SECONDS = 120
_GRACE_SECONDS = 3

try:
    import uvloop as _loops
except ImportError:  # Windows, or an environment without it
    _loops = asyncio  # type: ignore[misc]


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return uvloop's event loop where it is installed, else asyncio's."""
    return _loops.new_event_loop()


def listen(port: int, fix: str) -> socket.socket:
    """Return a socket bound to a port of the loopback address; port 0 takes a free one.

    Raises
    ------
    LocalError
        If the port is taken or not allowed; `fix` says what to type instead.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # on Windows the option would let two servers share the port
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((ADDRESS, port))
        sock.listen(2048)
    except OSError as error:
        sock.close()
        raise LocalError(f"Port {port} cannot be used ({error.strerror}). Choose another: {fix}") from error
    return sock


async def serve(apps: Sequence[tuple[Any, socket.socket]], ready: Callable[[], None]) -> None:
    """Serve ASGI applications on their sockets until Ctrl-C or SIGTERM; call `ready` once all of them listen.

    A first signal lets requests finish for a few seconds, a second one does not.
    """
    servers = [_Server(_config(app)) for app, _ in apps]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for server in servers:
            server.force_exit = server.should_exit
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    async with asyncio.TaskGroup() as tasks:
        for server, (_, sock) in zip(servers, apps, strict=True):
            tasks.create_task(server.serve(sockets=[sock]))
        for server in servers:
            await server.listening.wait()
        ready()


class _StatusLines(dict[int, bytes]):
    """uvicorn's, and a line for any other number: Kestrel sends what a function says."""

    def __missing__(self, status: int) -> bytes:
        return b"HTTP/1.1 %d \r\n" % status


httptools_impl.STATUS_LINE = _StatusLines(httptools_impl.STATUS_LINE)


class _Protocol(httptools_impl.HttpToolsProtocol):
    """uvicorn's protocol, with Kestrel's ways: the target as written, no trailers, refusals without a body."""

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.scope["target"] = self.url  # type: ignore[typeddict-unknown-key]
        self.scope["headers"] = self.headers.copy()

    def send_400_response(self, _message: str) -> None:
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.transport.close()


class _Server(uvicorn.Server):
    """A server that leaves signals to `serve` and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await self._serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def _config(app: Any) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    config.load()
    return config
