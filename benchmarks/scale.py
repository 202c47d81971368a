"""Training and scoring of many customers: seconds and peak memory, each in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator

import psutil

from training.customers.synthetic import write_csv

from .figures import Figure
from .processes import resident_memory
from .workbench import QUICK, ROOT, Workbench

__all__ = ["scale"]

_SIZES = (100_000, 1_000_000, 10_000_000)
_MOST_TRAINED = 1_000_000
_EVERY = 0.05  # seconds between looks at the memory
_NAMES = {100_000: "100 k", 1_000_000: "1 M", 10_000_000: "10 M"}


def scale(bench: Workbench) -> Iterator[Figure]:
    """Train on up to a million generated customers, and score up to ten million; takes a quarter of an hour."""
    for n_rows in (3000,) if bench.effort == QUICK else _SIZES:
        name = _NAMES.get(n_rows, f"{n_rows:,}")
        source, folder = bench.folder / "customers.csv", bench.folder / "scale"
        write_csv(source, n_rows, seed=1)
        if n_rows <= _MOST_TRAINED:
            trials = ["--trials", "4"] if bench.effort == QUICK else []
            reports = ["--reports", str(folder / "reports")]
            seconds, peak = _run("--data", str(source), "--out", str(folder), *reports, *trials)
            bound = n_rows == _MOST_TRAINED
            yield Figure(f"training on {name} customers", seconds, "s", at_most=600 if bound else None)
            yield Figure(
                f"training on {name} customers, peak memory", peak / 1e6, "MB", at_most=4000 if bound else None
            )
        scored = folder / "scored.parquet"
        seconds, peak = _run("score", str(source), "--out", str(scored), "--model", str(bench.model_path))
        yield Figure(f"scoring {name} customers of a CSV", seconds, "s")
        yield Figure(f"scoring {name} customers of a CSV, peak memory", peak / 1e6, "MB")
        source.unlink()
        scored.unlink()


def _run(*arguments: str) -> tuple[float, float]:
    """Run a training command; return its seconds, and the peak memory of it and its workers together."""
    start, peak = time.perf_counter(), 0
    command = [sys.executable, "-m", "training", *arguments]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        peak = max(peak, resident_memory(process))
        time.sleep(_EVERY)
    if process.returncode:
        raise RuntimeError(f"python -m training {arguments[0]} ended with status {process.returncode}.")
    return time.perf_counter() - start, float(peak)
