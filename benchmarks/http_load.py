"""Requests a second over HTTP, beside the peers; and how steady the function stays under many connections."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from .figures import Figure
from .rounds import alternate
from .servers import CONNECTIONS, Server, fastapi, flask, function_host, put_load, rate
from .workbench import Workbench

__all__ = ["endurance", "throughput"]

_PATH = "/api/predict"
_PLAIN_PATH = "/api/predict?include=none"
_MANY_CONNECTIONS = 200


def throughput(bench: Workbench) -> Iterator[Figure]:
    """Compare requests a second: one process each, 32 connections kept alive, the servers loaded in turns."""
    with ExitStack() as stack:
        ours, fast, slow = (stack.enter_context(serve(bench)) for serve in (function_host, fastapi, flask))
        onnx, pickled = _apart(bench, ours, fast), _apart(bench, ours, slow)
        what = "largest difference in probability from"
        yield Figure(f"{what} FastAPI, which serves the same file", onnx, "", at_most=1e-6)
        yield Figure(f"{what} Flask, which serves the pipeline fitted again", pickled, "", at_most=1e-6)
        asked = ((ours, _PLAIN_PATH), (ours, _PATH), (fast, _PATH), (slow, _PATH))
        plain, explained, fastapi_rate, flask_rate = alternate(
            bench.effort.rounds,
            *(partial(rate, *server_and_path, bench.customer_files, bench.effort.seconds) for server_and_path in asked),
        )
    what = f"over HTTP, one process, {CONNECTIONS} connections"
    fastapi_name, flask_name = "FastAPI + uvicorn + onnxruntime", "Flask + pandas + scikit-learn"
    plain_what, unit = f"{what}, no explanation", "requests/s"
    yield Figure(plain_what, plain, unit, fastapi_name, fastapi_rate, ratio_at_least=1)
    yield Figure(plain_what, plain, unit, flask_name, flask_rate, ratio_at_least=10)
    yield Figure(f"{what}, explained", explained, unit, f"{fastapi_name}, unexplained", fastapi_rate, ratio_at_least=1)
    yield Figure(f"{what}, explained", explained, unit, f"{flask_name}, unexplained", flask_rate, ratio_at_least=2)


def endurance(bench: Workbench) -> Iterator[Figure]:
    """Put 200 connections on the function for a while: no error, no growth of memory, no long wait."""
    seconds = bench.effort.endurance
    with function_host(bench) as server:
        put_load(server, _PATH, bench.customer_files, _MANY_CONNECTIONS, max(0.2, seconds / 4))
        before = server.memory
        answers = put_load(server, _PATH, bench.customer_files, _MANY_CONNECTIONS, seconds)
        growth = server.memory - before
    what = f"{_MANY_CONNECTIONS} connections for {seconds:g} s, explained"
    median = answers.percentile(0.5) * 1e3
    yield Figure(f"{what}: errors in {len(answers.latencies):,} requests", answers.errors, "", at_most=0)
    yield Figure(f"{what}: growth of memory", max(0, growth) / 1e6, "MB", at_most=2)
    yield Figure(f"{what}: p99", answers.percentile(0.99) * 1e3, "ms", "p50", median, ratio_at_most=20)


def _apart(bench: Workbench, ours: Server, theirs: Server) -> float:
    """Return how far two servers' probabilities are apart, at most, over a few customers."""
    bodies = [path.read_bytes() for path in bench.customer_files[:20]]
    pairs = [(ours.post(_PLAIN_PATH, body), theirs.post(_PATH, body)) for body in bodies]
    return max(abs(float(one["probability"]) - float(other["probability"])) for one, other in pairs)
