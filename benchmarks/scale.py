"""Training and scoring of many customers: seconds and peak memory, each in a process of its own."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from training.customers.synthetic import write_csv

from .figures import Figure
from .processes import resident_memory
from .workbench import QUICK, ROOT, Workbench

__all__ = ["scale"]

_SIZES = (100_000, 1_000_000, 10_000_000)
_REPEATED = 10  # the largest of them so often, to be scored
_EVERY = 0.05  # seconds between looks at the memory
_NAMES = {100_000: "100 k", 1_000_000: "1 M", 10_000_000: "10 M", 100_000_000: "100 M"}
# At most so many seconds and bytes of training.
_BOUNDS = {1_000_000: (600, 4e9), 10_000_000: (360, 6e9)}


def scale(bench: Workbench) -> Iterator[Figure]:
    """Train on up to ten million generated customers and score up to a hundred; takes twelve minutes."""
    source, more, folder = bench.folder / "customers.csv", bench.folder / "more.csv", bench.folder / "scale"
    sizes = (3000,) if bench.effort == QUICK else _SIZES
    for n_rows in sizes:
        name = _NAMES.get(n_rows, f"{n_rows:,}")
        write_csv(source, n_rows, seed=1)
        trials = ["--trials", "4"] if bench.effort == QUICK else []
        reports = ["--reports", str(folder / "reports")]
        seconds, peak = _run("--data", str(source), "--out", str(folder), *reports, *trials)
        most_seconds, most_bytes = _BOUNDS.get(n_rows, (None, None))
        yield Figure(f"training on {name} customers", seconds, "s", at_most=most_seconds)
        yield Figure(
            f"training on {name} customers, peak memory", peak / 1e6, "MB", at_most=most_bytes and most_bytes / 1e6
        )
        yield from _score(bench, source, name)
    _repeat(source, more)
    n_rows = _REPEATED * sizes[-1]
    yield from _score(bench, more, _NAMES.get(n_rows, f"{n_rows:,}"))


def _score(bench: Workbench, source: Path, name: str) -> Iterator[Figure]:
    scored = bench.folder / "scored.parquet"
    seconds, peak = _run("score", str(source), "--out", str(scored), "--model", str(bench.model_path))
    yield Figure(f"scoring {name} customers of a CSV", seconds, "s")
    yield Figure(f"scoring {name} customers of a CSV, peak memory", peak / 1e6, "MB")
    scored.unlink()


def _repeat(source: Path, target: Path) -> None:
    """Write a file's rows several times over, below one heading."""
    with source.open("rb") as read, target.open("wb") as written:
        written.write(read.readline())
        start = read.tell()
        for _ in range(_REPEATED):
            read.seek(start)
            shutil.copyfileobj(read, written)


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
