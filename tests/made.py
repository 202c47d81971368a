"""A whole run on a few generated customers, shared by the tests that look at what a run leaves."""

import functools
import os
import pickle
from copy import replace
from pathlib import Path

import pytest
from filelock import FileLock

from predict.model.session import Model
from training.command.progress import Advance
from training.customers.synthetic import write_csv
from training.evaluation import folds
from training.export import background
from training.run import scaled_search
from training.run.recipe import make
from training.run.result import Result, Settings
from training.search import one_rule, tune
from training.search.pipeline import DEFAULTS

# The public file of 365 Data Science is not ours to copy: tests on it run where somebody says where it is.
REAL = Path(os.environ.get("STUDENTS_365", "students_365.csv"))
needs_real = pytest.mark.skipif(not REAL.is_file(), reason="STUDENTS_365 does not name the public 365 file")

SCHEMA = Path(__file__).parent.parent / "training" / "schema" / "customers.toml"


def folder() -> Path:
    """Return a folder of this run of the tests, the same in each of its processes; conftest.py removes it."""
    return Path(os.environ["TESTS_FOLDER"])


@functools.cache
def customers_file(n_rows: int = 2500, seed: int = 3) -> Path:
    """Return a file of generated customers."""
    path = folder() / f"customers-{n_rows}-{seed}.csv"
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            write_csv(path, n_rows, seed)
    return path


@functools.cache
def result() -> Result:
    """Return what a run with the fewest trials and folds found and made; the first process to ask makes it for all."""
    path = folder() / "result.pickle"
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            settings = Settings(customers_file(), SCHEMA, folder() / "made", trials=4, n_jobs=1)
            with pytest.MonkeyPatch.context() as patch:
                fit_in_three_folds(patch)
                made = make(settings, Advance(), lambda text: None)
            path.write_bytes(pickle.dumps(replace(made, model=None)))
    kept = pickle.loads(path.read_bytes())
    return replace(kept, model=Model.load(kept.path))


def search_two_families(patch: pytest.MonkeyPatch) -> None:
    """Search the quickest two families in 3 folds, and choose the background for few customers: no test looks."""
    fit_in_three_folds(patch)
    patch.setattr(scaled_search, "DEFAULTS", {name: DEFAULTS[name] for name in scaled_search._QUICK_FAMILIES})
    patch.setattr(background, "_FEWEST_PROBES", 4)
    patch.setattr(background, "_MOST_PROBES", 4)


def fit_in_three_folds(patch: pytest.MonkeyPatch) -> None:
    """Search and measure in 3 folds, where no test looks at the folds."""
    for module in (folds, one_rule, tune):
        patch.setattr(module, "N_SPLITS", 3)
    patch.setattr(tune, "_PAIRS", ((0, 1), (0, 2), (1, 2)))
