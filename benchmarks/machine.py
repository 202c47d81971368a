"""The machine and the versions that figures were measured on."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import psutil

from predict.model.session import Model

from .processes import cpu_seconds

__all__ = ["OtherWork", "describe_run"]

_PACKAGES = ("azure-functions", "azure-functions-runtime", "onnxruntime", "numpy", "fastapi", "flask", "scikit-learn")


class OtherWork:
    """How busy the machine has been, since this was made, with programs that this one has not started."""

    def __init__(self) -> None:
        self._start = _other_seconds()
        self._started = time.perf_counter()

    @property
    def share(self) -> float:
        """Of the time of all cores, between 0 and 1."""
        elapsed = (time.perf_counter() - self._started) * (os.cpu_count() or 1)
        return min(1.0, max(0.0, (_other_seconds() - self._start) / elapsed))


def describe_run(model: Model, date: str) -> dict[str, str]:
    """Return what a reader must know to judge the figures, by name."""
    memory = psutil.virtual_memory().total / 2**30
    facts = {
        "date": date,
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}",
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "model": f"{model.contract.estimator}, sha256 {model.hash}",
    }
    return {name: fact for name, fact in facts.items() if fact}


def _other_seconds() -> float:
    times = psutil.cpu_times()
    busy: float = times.user + times.system + getattr(times, "nice", 0.0)
    return busy - cpu_seconds(psutil.Process())


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
