"""Spreading work: over the processes of this machine, or over a Dask cluster.

A Dask cluster runs what it is sent: use one that is yours alone. Its workers need this project on their path.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from ..command.signals import ignore_interrupts
from ..errors import TrainingError

# Dask takes a second to import, and most runs do without.
if TYPE_CHECKING:
    from distributed import Client

__all__ = ["dask_backend", "workers"]

_TIMEOUT = 10  # seconds to find the scheduler


def dask_backend(address: str) -> Callable[[], AbstractContextManager[object]]:
    """Return what opens a context in which joblib runs its tasks on a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as "tcp://127.0.0.1:8786".
    """

    @contextmanager
    def opened() -> Iterator[None]:
        import joblib

        with _connected(address) as client, joblib.parallel_config("dask", client=client):
            yield

    return opened


@contextmanager
def workers(address: str | None, n_jobs: int) -> Iterator[tuple[Executor | None, int]]:
    """Open where blocks are worked on, and say how many at once: here, in processes, or on a cluster."""
    if address:
        with _connected(address) as client:
            executor: Executor = client.get_executor()  # type: ignore[no-untyped-call]
            yield executor, _count_threads(client)
    elif n_jobs > 1:
        # Not forked: onnxruntime and Arrow have threads, which a fork would not take along.
        with ProcessPoolExecutor(n_jobs, multiprocessing.get_context("spawn"), ignore_interrupts) as pool:
            yield pool, n_jobs
    else:
        yield None, 1


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    from distributed import Client

    try:
        client = Client(address, timeout=_TIMEOUT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise TrainingError(f"There is no Dask scheduler at {address} ({type(error).__name__}).") from None
    with client:
        if not _count_threads(client):
            raise TrainingError(f"The Dask scheduler at {address} has no workers. Start some.")
        yield client


def _count_threads(client: "Client") -> int:
    return sum(client.nthreads().values())  # type: ignore[no-untyped-call]
