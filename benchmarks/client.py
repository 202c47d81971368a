"""A client that keeps many connections busy: raw sockets on the loopback address, in a process of its own.

`python -m benchmarks.client` reads one JSON object from stdin, {"port", "path", "bodies": [paths], "connections",
"warm_up", "seconds"}, and prints another: {"requests", "seconds", "errors", "latencies"}. Each connection sends its
next request when the answer to the last one is complete, for a bounded time.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import uvloop as _loops
except ImportError:  # Windows
    _loops = asyncio  # type: ignore[misc]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_GRACE_SECONDS = 10


class Load:
    """What the connections share.

    Attributes
    ----------
    requests : iterator of bytes
        Never ends.
    latencies : list of float
        Seconds of every answered request that was sent after the warm-up.
    errors : int
        Answers with another status than 200, and connections that broke.
    """

    def __init__(self, requests: Iterator[bytes], warm_up: float, seconds: float) -> None:
        self.requests = requests
        self.start = time.perf_counter() + warm_up
        self.end = self.start + seconds
        self.latencies: list[float] = []
        self.errors = 0


class _Connection(asyncio.Protocol):
    def __init__(self, load: Load) -> None:
        self.load = load
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.received = b""
        self.sent = time.perf_counter()
        if self.sent >= self.load.end:
            self.done.set_result(None)
            self.transport.close()
        else:
            self.transport.write(next(self.load.requests))

    def data_received(self, data: bytes) -> None:
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self.received, 0, end)
        if length is None:  # chunked: no server of these benchmarks does it
            self.load.errors += 1
            self.transport.abort()
        elif len(self.received) >= end + 4 + int(length[1]):
            if not self.received.startswith(b"HTTP/1.1 200 "):
                self.load.errors += 1
            elif self.sent >= self.load.start:
                self.load.latencies.append(time.perf_counter() - self.sent)
            self.send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self.load.errors += 1
            self.done.set_result(None)


async def main(order: dict[str, Any]) -> dict[str, Any]:
    """Load a server as ordered."""
    requests = [_request(order["port"], order["path"], Path(path).read_bytes()) for path in order["bodies"]]
    load = Load(itertools.cycle(requests), order["warm_up"], order["seconds"])
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: _Connection(load), "127.0.0.1", order["port"]))[1]
        for _ in range(order["connections"])
    ]
    _, late = await asyncio.wait(
        [connection.done for connection in connections],
        timeout=order["warm_up"] + order["seconds"] + _GRACE_SECONDS,
    )
    return {
        "requests": len(load.latencies),
        "seconds": order["seconds"],
        "errors": load.errors + len(late),
        "latencies": sorted(load.latencies),
    }


def _request(port: int, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=_loops.new_event_loop) as runner:
        print(json.dumps(runner.run(main(json.load(sys.stdin)))))
