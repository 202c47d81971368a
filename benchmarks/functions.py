"""A function app in a process of its own, called through the worker library and without HTTP."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

__all__ = ["JSON", "UNEXPLAINED", "FunctionProcess", "Reply"]

JSON: Mapping[str, str] = {"content-type": "application/json"}
UNEXPLAINED: Mapping[str, str] = {"include": "none"}
"""The query that leaves the explanation out."""

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Reply:
    """What came of a number of calls.

    Attributes
    ----------
    seconds : float
        Of CPU time, all threads, of the median call. Nothing here waits for anything, so on an idle machine it is the
        time on the clock; on a busy one it leaves out what other programs take.
    peak_bytes : int
        The most memory the process ever had.
    answer : bytes
        The last call's body.
    """

    seconds: float
    peak_bytes: int
    answer: bytes


class FunctionProcess(AbstractContextManager["FunctionProcess"]):
    """An app that waits for orders.

    Parameters
    ----------
    python : Path
        Of the environment to run it in.
    app : Path
        Folder of function_app.py.
    model : Path
        The model file it serves.
    """

    def __init__(self, python: Path, app: Path, model: Path) -> None:
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.caller", app],
            cwd=_ROOT,
            env=os.environ | {"MODEL_PATH": str(model)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def call(
        self,
        route: str,
        bodies: Sequence[Path] = (),
        calls: int = 1,
        *,
        method: str = "POST",
        headers: Mapping[str, str] = JSON,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call a function a number of times, with the bodies in turn.

        Raises
        ------
        RuntimeError
            If a call was not answered with status 200, or the process ended.
        """
        order = {
            "route": route,
            "method": method,
            "headers": dict(headers),
            "query": dict(query or {}),
            "bodies": [str(body) for body in bodies],
            "calls": calls,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        reply = json.loads(self._read())
        answer = Path(reply["answer"]).read_bytes()
        if list(reply["statuses"]) != ["200"]:
            raise RuntimeError(f"{method} {route} answered {reply['statuses']}: {answer[:300]!r}")
        return Reply(reply["seconds"], reply["peak_bytes"], answer)

    @property
    def memory(self) -> int:
        """Resident memory now, in bytes."""
        resident: int = psutil.Process(self._process.pid).memory_info().rss
        return resident

    def __exit__(self, *_: Any) -> None:
        """Let the process end."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(20)

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The app's process ended; what it says is above.")
        return line
