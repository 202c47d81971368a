"""Spreading work: over the processes of this machine, or over a Dask cluster."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from .cluster import cluster
from .signals import end_with, ignoring_interrupts

__all__ = ["workers"]


@contextmanager
def workers(address: str | None, n_jobs: int) -> Iterator[tuple[Executor | None, int]]:
    """Open where blocks are worked on, and say how many at once: here, in processes, or on a cluster."""
    if address:
        with cluster(address, n_jobs) as found:
            yield found, found.n_threads
    elif n_jobs > 1:
        # Not forked: onnxruntime and Arrow have threads, which a fork would not take along.
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(n_jobs, spawn, end_with, (os.getpid(),)) as pool:
            with ignoring_interrupts():
                # Each starts a worker.
                for _ in range(n_jobs):
                    pool.submit(int)
            yield pool, n_jobs
    else:
        yield None, 1
