"""Being stopped, in processes of their own."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from training.command.arguments import PROJECT
from training.command.signals import Stopped
from training.command.spread import workers
from training.search.fits import Budget, _spread


def test_a_signal_ends_a_run_and_its_workers_and_leaves_no_file(tmp_path):
    source = tmp_path / "customers.csv"
    subprocess.run([sys.executable, "-m", "training", "sample", "--rows", "300000", "--out", source], check=True)
    arguments = ["score", source, "--out", tmp_path / "scored.csv", "--n-jobs", "2"]
    command = [sys.executable, "-m", "training", *arguments]
    with psutil.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and len(workers := process.children(recursive=True)) < 3:
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        words = process.communicate()[1]
    assert process.returncode == 143
    assert words.splitlines()[-1] == "stopped"
    assert "Traceback" not in words
    assert psutil.wait_procs(workers, 30)[1] == []
    assert [path.name for path in tmp_path.iterdir()] == ["customers.csv"]


def test_a_run_that_no_exception_ends_is_ended():
    """Such as one whose work is in a thread that nobody interrupts."""
    code = (
        "import threading, time; from training.command.signals import listen\n"
        "listen()\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "print('busy', flush=True)\n"
        "threading.Event().wait()\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, text=True, **pipes) as process:
        assert process.stdout.readline() == "busy\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143


def is_deaf(*_):
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def pool():
    with workers(None, 2) as work:
        return [work.submit(is_deaf).result() for _ in range(work.n_workers)]


def dask_workers():
    with workers("local", 2) as work:
        return [work.submit(is_deaf).result() for _ in range(work.n_workers)]


def fits():
    return _spread([(), ()], (), Budget([], n_jobs=2))


@pytest.mark.parametrize("start", [pool, dask_workers, fits])
def test_workers_ignore_ctrl_c_and_a_run_does_not(start, monkeypatch):
    """From their first import on: else they print tracebacks."""
    monkeypatch.setattr("training.search.fits._fit_and_score", is_deaf)
    assert list(start()) == [True, True]
    assert not is_deaf()


def test_ctrl_c_while_workers_start_is_not_lost():
    code = (
        "import time; from training.command.signals import Stopped, ignoring_interrupts, leave, listen\n"
        "listen()\n"
        "try:\n"
        "    with ignoring_interrupts(): print('starting', flush=True); time.sleep(60)\n"
        # Where it comes before the sleep: as each command does.
        "except Stopped as stopped: leave(stopped.status)\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, text=True, **pipes) as process:
        assert process.stdout.readline() == "starting\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


@pytest.mark.parametrize(
    "work",
    [
        "from training.command.spread import workers\nwith workers(None, 2): time.sleep(60)",
        "from training.search import fits\nfits._fit_and_score = lambda seconds, _: time.sleep(seconds)\n"
        "list(fits._spread([(60,), (60,)], (), fits.Budget([], n_jobs=2)))",
    ],
)
def test_workers_end_soon_after_a_run_that_is_killed(work):
    with psutil.Popen([sys.executable, "-c", f"import time\n{work}"], cwd=PROJECT) as process:
        while process.poll() is None and len(started := process.children(recursive=True)) < 3:
            time.sleep(0.2)
        process.kill()
    assert len(started) >= 3
    assert psutil.wait_procs(started, 30)[1] == []


def test_a_run_whose_work_is_done_ends_as_if_there_was_no_signal():
    code = (
        "import os, signal, sys; from training.command.signals import let_end, listen\n"
        "listen()\n"
        "let_end()\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_status_is_as_shells_have_it():
    assert Stopped(signal.SIGTERM).status == 143
