"""Spreading work: over the processes of this machine, or over a Dask cluster."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .cluster import Cluster, cluster
from .progress import Advance
from .signals import end_with, ignoring_interrupts

__all__ = ["HERE", "Work", "workers"]


@dataclass(frozen=True)
class Work:
    """Where work is done, and who is told of it; by default in this process, and nobody.

    Attributes
    ----------
    executor : Executor, optional
        Such as a pool of processes or a Dask cluster.
    n_workers : int
        How many calls it works on at once.
    advance : Advance
        Told of the steps that are done.
    note : callable
        Told what a person should know.
    """

    executor: Executor | None = None
    n_workers: int = 1
    advance: Advance = field(default_factory=Advance)
    note: Callable[[str], None] = lambda _: None

    def share(self, value: Any) -> Any:
        """Return what stands for a value in calls, so that it is sent to each worker once."""
        return self.executor.share(value) if isinstance(self.executor, Cluster) else value

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a function called; in this process at once."""
        if self.executor:
            return self.executor.submit(function, *arguments)
        done: Future[Any] = Future()
        done.set_result(function(*arguments))
        return done

    def results(self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what a function returns, in the order of the calls."""
        # In this process one is called when the one before it is told of.
        tasks = [self.submit(function, *call) for call in calls] if self.executor else []
        yield from (task.result() for task in tasks) if self.executor else (function(*call) for call in calls)


HERE = Work()


@contextmanager
def workers(address: str | None, n_jobs: int) -> Iterator[Work]:
    """Open where calls are worked on: here, in processes, or on a cluster."""
    if address:
        with cluster(address, n_jobs) as found:
            yield Work(found, found.n_threads)
    elif n_jobs > 1:
        # Not forked: onnxruntime and Arrow have threads, which a fork would not take along.
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(n_jobs, spawn, end_with, (os.getpid(),)) as pool:
            with ignoring_interrupts():
                # Each starts a worker.
                for _ in range(n_jobs):
                    pool.submit(int)
            yield Work(pool, n_jobs)
    else:
        yield HERE
