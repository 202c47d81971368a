"""The machine and the versions that figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from predict.model import Model

__all__ = ["describe_run"]

_PACKAGES = ("azure-functions", "azure-functions-runtime", "onnxruntime", "numpy", "fastapi", "flask", "scikit-learn")


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


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
