"""A whole run on a few generated customers, shared by the tests that look at what a run leaves."""

import functools
import os
import tempfile
from pathlib import Path

import pytest

from training.command.progress import Advance
from training.customers.synthetic import write_csv
from training.export import background
from training.run import scaled_search
from training.run.recipe import make
from training.run.result import Result, Settings
from training.search.pipeline import DEFAULTS

# The public file of 365 Data Science is not ours to copy: tests on it run where somebody says where it is.
REAL = Path(os.environ.get("STUDENTS_365", "students_365.csv"))
needs_real = pytest.mark.skipif(not REAL.is_file(), reason="STUDENTS_365 does not name the public 365 file")

SCHEMA = Path(__file__).parent.parent / "training" / "schema" / "customers.toml"
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def folder() -> Path:
    """Return a folder that is removed when the tests end."""
    _KEPT.append(tempfile.TemporaryDirectory())
    return Path(_KEPT[-1].name)


@functools.cache
def customers_file(n_rows: int = 2500, seed: int = 3) -> Path:
    """Return a file of generated customers."""
    path = folder() / f"customers-{n_rows}-{seed}.csv"
    write_csv(path, n_rows, seed)
    return path


@functools.cache
def result() -> Result:
    """Return what a run with the fewest trials found and made."""
    settings = Settings(customers_file(), SCHEMA, folder() / "made", trials=4, n_jobs=1)
    return make(settings, Advance(), lambda text: None)


def search_two_families(patch: pytest.MonkeyPatch) -> None:
    """Search the quickest two families only, and choose the background for few customers, where neither is tested."""
    patch.setattr(scaled_search, "DEFAULTS", {name: DEFAULTS[name] for name in scaled_search._QUICK_FAMILIES})
    patch.setattr(background, "_PROBES", 4)
