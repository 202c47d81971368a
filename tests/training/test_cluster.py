"""The same work on a real Dask cluster: a scheduler and two workers in an empty folder, on loopback."""

import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import ExitStack
from copy import replace
from importlib.metadata import packages_distributions

import numpy as np
import pandas as pd
import pytest

from tests.factories import sample_contract
from tests.made import customers_file, result
from tests.training.test_evaluate import table
from tests.training.test_tune import TRIALS
from training.command.arguments import PROJECT
from training.command.cluster import LOCAL, cluster
from training.command.cluster_code import _PACKAGES, _faults
from training.command.progress import Advance
from training.command.spread import workers
from training.customers.score_file import score_file
from training.errors import TrainingError
from training.search.fits import Budget
from training.search.tune import tune

FEATURES = sample_contract().features


def start(stack, tmp_path, name, *arguments):
    """Start a process; return it, and the file of what it says."""
    log = tmp_path / f"{name}.log"
    file = stack.enter_context(log.open("wb"))
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "False", "DASK_TEMPORARY_DIRECTORY": str(tmp_path)}
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
    process = subprocess.Popen(command, stdout=file, stderr=file, cwd=tmp_path, env=environment)

    def stop():
        process.terminate()
        process.wait(20)

    stack.callback(stop)
    return process, log


def wait_for(log, pattern):
    for _ in range(600):
        if found := re.search(pattern, log.read_text()):
            return found
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return the scheduler's address and a worker's process."""
    folder = tmp_path_factory.mktemp("dask")
    local = ("--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as stack:
        _, log = start(stack, folder, "scheduler", "scheduler", *local, "--port", "0")
        address = wait_for(log, r"Scheduler at:\s+(tcp://127\.0\.0\.1:\d+)")[1]
        for number in range(2):
            more = ("--nthreads", "1", "--no-nanny", "--name", f"w{number}")
            worker, log = start(stack, folder, f"worker-{number}", "worker", address, *local, *more)
            wait_for(log, r"Registered to")
        yield address, worker


@pytest.fixture
def address(found):
    return found[0]


def scored(out, **how):
    score_file(result().path, customers_file(), out, out.with_name("rejected.csv"), **how)


def test_search_on_a_cluster_finds_the_same(address):
    trials = TRIALS[1:3]  # one of each family
    with cluster(address, 1) as there:
        spread = tune(table(400), FEATURES, Budget(trials, cluster=there), seed=0)
    here = tune(table(400), FEATURES, Budget(trials, n_jobs=1), seed=0)
    np.testing.assert_array_equal(spread.scored.probability, here.scored.probability)
    assert spread.trial == here.trial


def test_scores_from_a_cluster_that_loses_a_worker_are_the_same_in_the_same_order(found, tmp_path, monkeypatch):
    monkeypatch.setattr("training.customers.csv_lines._BLOCK_BYTES", 20_000)
    address, worker = found

    class Loss(Advance):
        def step(self, steps=1):
            worker.kill()

    with workers(address, 1) as work:
        assert work.n_workers == 2
        scored(tmp_path / "there.csv", work=replace(work, advance=Loss()))
    assert worker.wait(20) < 0
    scored(tmp_path / "here.csv")
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()


def test_processes_of_this_machine_score_the_same(tmp_path):
    with workers(None, 2) as work:
        scored(tmp_path / "there.parquet", work=work)
    scored(tmp_path / "here.parquet")
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "there.parquet"), pd.read_parquet(tmp_path / "here.parquet")
    )


def test_workers_started_here_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with cluster(LOCAL, 1) as there:
        assert there.submit(pow, 2, 3).result() == 8
    assert list(tmp_path.iterdir()) == []


def test_other_packages_are_named_with_the_worker():
    here = {"Python": "3.13", "numpy": "2.3", "scikit-learn": "1.7"}
    assert list(_faults("tcp://w", here, here)) == []
    assert list(_faults("tcp://w", {"Python": "3.13", "numpy": "2.2"}, here)) == [
        "tcp://w has numpy 2.2, here is 2.3",
        "tcp://w has no scikit-learn",
    ]
    assert list(_faults("tcp://w", TimeoutError(), here)) == ["tcp://w does not answer (TimeoutError)"]


def test_what_workers_run_imports_no_package_that_is_not_checked():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["train"]]
    unchecked = {re.match(r"[\w-]+", one)[0] for one in wanted} - set(_PACKAGES)
    modules = [module for module, packages in packages_distributions().items() if set(packages) <= unchecked]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({modules}))\n"
        "import training.customers.score_folder, training.search.fits\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert done.stderr == ""
    assert {"matplotlib", "onnx"} <= set(modules)


def test_no_scheduler_is_said_so(monkeypatch):
    monkeypatch.setattr("training.command.cluster._SECONDS_TO_FIND", 1)
    with pytest.raises(TrainingError, match="no Dask scheduler at tcp://127"), workers("tcp://127.0.0.1:9", 1):
        pass
