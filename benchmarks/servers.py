"""Servers in processes of their own, on free ports of the loopback address, and the load put on them."""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from .processes import end
from .workbench import ROOT, Workbench

__all__ = ["CONNECTIONS", "Answers", "Server", "fastapi", "flask", "function_host", "put_load", "rate", "serve"]

CONNECTIONS = 32
"""Those that `rate` keeps busy."""

_START_SECONDS = 120
_ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    port : int
    process : psutil.Process
    started : float
        Of `time.perf_counter`, when its process was.
    """

    port: int
    process: psutil.Process
    started: float = 0.0

    @property
    def memory(self) -> int:
        """Resident memory now, in bytes."""
        resident: int = self.process.memory_info().rss
        return resident

    def ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and the body of the answer to some JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_ANSWER_SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """Return the answer to one customer."""
        status, text = self.ask(path, body)
        answer: dict[str, Any] = json.loads(text)
        if status != 200:
            raise RuntimeError(f"The server answered {status}: {answer}")
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
        if not self.latencies:
            raise RuntimeError("No request was answered in time: the machine is too busy to measure anything.")
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


@contextmanager
def function_host(bench: Workbench, python: str | Path = sys.executable) -> Iterator[Server]:
    """Serve the function app by `python -m local`: one process, one thread for requests."""
    command = [str(python), "-m", "local", "--no-site", "--port", "{port}"]
    with serve(command, {"MODEL_PATH": str(bench.model_path)}) as server:
        yield server


@contextmanager
def fastapi(bench: Workbench) -> Iterator[Server]:
    """Serve the FastAPI peer by uvicorn: one process, uvloop and httptools, its access log as it comes."""
    command = [str(bench.fastapi.python), "-m", "uvicorn", "benchmarks.peers.fastapi_app:app"]
    options = ["--loop", "uvloop", "--http", "httptools", "--port", "{port}"]
    with serve([*command, *options], {"MODEL_PATH": str(bench.model_path)}) as server:
        yield server


@contextmanager
def flask(bench: Workbench) -> Iterator[Server]:
    """Serve the Flask peer by waitress with its four threads.

    scikit-learn is kept to one thread of its own: more of them only wait for each other over one row.
    """
    command = [str(bench.flask.python), "-m", "waitress", "--listen=127.0.0.1:{port}", "benchmarks.peers.flask_app:app"]
    with serve(command, {"PIPELINE_PATH": str(bench.pipeline_path), "OMP_NUM_THREADS": "1"}) as server:
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


def rate(server: Server, path: str, bodies: Sequence[Path], seconds: float) -> float:
    """Return how many requests a second a server answers that 32 connections keep busy.

    Raises
    ------
    RuntimeError
        If it fails one.
    """
    answers = put_load(server, path, bodies, CONNECTIONS, seconds)
    if answers.errors:
        raise RuntimeError(f"{answers.errors} requests failed under load.")
    return answers.rate


@contextmanager
def serve(command: Sequence[str], variables: Mapping[str, str]) -> Iterator[Server]:
    """Start a server, wait until it takes connections, end it afterwards.

    Parameters
    ----------
    command : sequence of str
    variables : mapping of str to str
        Of its environment. `{port}` in them and in the command stands for a free port.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    filled = [argument.replace("{port}", str(port)) for argument in command]
    environment = os.environ | {name: value.replace("{port}", str(port)) for name, value in variables.items()}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(filled, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(process, port, log)
            yield Server(port, psutil.Process(process.pid), started)
        finally:
            end(process)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: IO[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"A server did not start:\n{log.read().decode()}") from None
            time.sleep(0.02)
        else:
            return
