"""Servers in processes of their own, on free ports of the loopback address, and the load put on them."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from .workbench import ROOT, Workbench

__all__ = ["Answers", "Server", "fastapi", "flask", "function_host", "put_load"]

_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    port : int
    process : psutil.Process
    """

    port: int
    process: psutil.Process

    @property
    def memory(self) -> int:
        """Resident memory now, in bytes."""
        resident: int = self.process.memory_info().rss
        return resident

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """Return the answer to one customer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise RuntimeError(f"The server answered {response.status}: {answer}")
        return answer


@dataclass(frozen=True)
class Answers:
    """What a load was answered.

    Attributes
    ----------
    rate : float
        Requests a second.
    errors : int
    latencies : tuple of float
        In seconds, ascending.
    """

    rate: float
    errors: int
    latencies: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """Return the latency that a share of the requests stays within."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


@contextmanager
def function_host(bench: Workbench) -> Iterator[Server]:
    """Serve the function app by `python -m local`: one process, one thread for requests."""
    command = [sys.executable, "-m", "local", "--no-site", "--port"]
    with _serve(lambda port: [*command, str(port)], {"MODEL_PATH": str(bench.model_path)}) as server:
        yield server


@contextmanager
def fastapi(bench: Workbench) -> Iterator[Server]:
    """Serve the FastAPI peer by uvicorn: one process, uvloop and httptools, its access log as it comes."""
    command = [str(bench.fastapi.python), "-m", "uvicorn", "benchmarks.peers.fastapi_app:app"]
    options = ["--loop", "uvloop", "--http", "httptools", "--port"]
    with _serve(lambda port: [*command, *options, str(port)], {"MODEL_PATH": str(bench.model_path)}) as server:
        yield server


@contextmanager
def flask(bench: Workbench) -> Iterator[Server]:
    """Serve the Flask peer by waitress with its four threads.

    scikit-learn is kept to one thread of its own: more of them only wait for each other over one row.
    """
    command = [str(bench.flask.python), "-m", "waitress"]
    with _serve(
        lambda port: [*command, f"--listen=127.0.0.1:{port}", "benchmarks.peers.flask_app:app"],
        {"PIPELINE_PATH": str(bench.pipeline_path), "OMP_NUM_THREADS": "1"},
    ) as server:
        yield server


def put_load(
    server: Server, path: str, bodies: Sequence[Path], connections: int, seconds: float, warm_up: float = 0.3
) -> Answers:
    """Keep a number of connections busy for a time."""
    order = {
        "port": server.port,
        "path": path,
        "bodies": [str(body) for body in bodies],
        "connections": connections,
        "warm_up": warm_up,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.client"],
        cwd=ROOT, input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True, timeout=seconds + 60,
    )  # fmt: skip
    found = json.loads(done.stdout)
    return Answers(found["requests"] / found["seconds"], found["errors"], tuple(found["latencies"]))


@contextmanager
def _serve(command: Callable[[int], list[str]], variables: Mapping[str, str]) -> Iterator[Server]:
    """Start a server, wait until it takes connections, end it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command(port), cwd=ROOT, env=os.environ | dict(variables), stdout=log, stderr=log)
        try:
            _wait(process, port, log)
            yield Server(port, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: IO[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"A server did not start:\n{log.read().decode()}") from None
            time.sleep(0.05)
        else:
            return
