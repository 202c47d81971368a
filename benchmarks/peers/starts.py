"""Starts: what a server takes from nothing to its first answered prediction."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from ..processes import cpu_seconds, resident_memory
from ..rounds import take_turns
from ..servers import Server
from .deployments import Deployment
from .dialects import Customer

__all__ = ["Start", "measure_starts"]

_PATIENCE = 120  # seconds


@dataclass(frozen=True)
class Start:
    """One start, or the medians of a few.

    Attributes
    ----------
    cpu_seconds : float
        Of the server's processes.
    seconds : float
        On the clock.
    memory : float
        Bytes that its processes have in memory after the answer.
    """

    cpu_seconds: float
    seconds: float
    memory: float


def measure_starts(deployments: Mapping[str, Deployment], customer: Customer, rounds: int) -> dict[str, Start]:
    """Start each server a few times, in turns; return the medians by name.

    The bytecode must have been written by a start before.
    """
    found = take_turns(rounds, *(partial(_start, deployment, customer) for deployment in deployments.values()))
    return dict(zip(deployments, map(_median, found), strict=True))


def _start(deployment: Deployment, customer: Customer) -> Start:
    body = json.dumps(deployment.dialect.write(customer)).encode()
    with deployment.serve() as server:
        while not _answers(server, deployment, body):
            if time.perf_counter() - server.started > _PATIENCE:
                raise RuntimeError("A server did not answer.")
            time.sleep(0.02)
        seconds = time.perf_counter() - server.started
        return Start(cpu_seconds(server.process), seconds, resident_memory(server.process))


def _answers(server: Server, deployment: Deployment, body: bytes) -> bool:
    """Ask for a prediction; say whether it came. A server may take connections before it has its model."""
    try:
        status, answer = server.ask(deployment.dialect.path, body)
    except OSError:
        return False
    return status == 200 and deployment.dialect.read(json.loads(answer))[0] is not None


def _median(starts: Sequence[Start]) -> Start:
    columns = ([getattr(start, name) for start in starts] for name in Start.__dataclass_fields__)
    return Start(*map(median, columns))
