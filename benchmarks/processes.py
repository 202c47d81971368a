"""Processes with all that they have started: their memory, the CPU time they have used, and their end."""

import contextlib
import subprocess
from collections.abc import Callable

import psutil

__all__ = ["cpu_seconds", "end", "resident_memory"]

_END_SECONDS = 20


def resident_memory(process: psutil.Process) -> int:
    """Return the resident memory of a process and its children in bytes; pages that they share count for each."""
    return int(_total(process, lambda member: member.memory_info().rss))


def cpu_seconds(process: psutil.Process) -> float:
    """Return the user and system time so far of a process, its children, and those of them that have ended."""
    return _total(process, lambda member: sum(member.cpu_times()[:4]))


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to end, wait for it, and end those of its children that it has left behind."""
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _, left = psutil.wait_procs(children, timeout=1)
    for child in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    _, left = psutil.wait_procs(left, timeout=_END_SECONDS)
    for child in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _total(process: psutil.Process, measure: Callable[[psutil.Process], float]) -> float:
    total = 0.0
    with contextlib.suppress(psutil.NoSuchProcess):  # it may end while it is looked at
        for member in (process, *process.children(recursive=True)):
            total += measure(member)
    return total
