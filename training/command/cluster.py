"""A Dask cluster, worked with though a worker may be lost.

Its scheduler and workers may be started in any folder, with the packages of requirements-dev.txt. A cluster runs what
it is sent: use one that is yours alone.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import TrainingError
from .cluster_code import prepare
from .signals import ignoring_interrupts

# Dask takes a second to import, and most runs do without.
if TYPE_CHECKING:
    from distributed import Client

__all__ = ["LOCAL", "Cluster", "cluster"]

LOCAL = "local"
"""In place of an address: a cluster of this machine's processes, for as long as the run takes."""

_SECONDS_TO_FIND = 8
_ATTEMPTS = 3
_SECONDS_BETWEEN_LOOKS = 5
_SECONDS_WITHOUT_WORKERS = 60


class Cluster(Executor):
    """Runs functions on the workers of a cluster."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    @property
    def n_threads(self) -> int:
        """How many functions it runs at once."""
        return sum(self._client.nthreads().values())  # type: ignore[no-untyped-call]

    def share(self, value: object) -> Any:
        """Return what stands for a value as an argument of `submit`, and is sent to every worker once."""
        return _Shared(self._client, value)

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future[Any]:
        """Have a function run by a worker, and by another one should that be lost."""
        return _Task(self._client, function, arguments, more)


class _Shared:
    """A value that every worker has."""

    def __init__(self, client: "Client", value: object) -> None:
        self._client, self._value = client, value
        self._sent: Any = None

    @property
    def sent(self) -> Any:
        """Dask's name of it. It is sent again if it was lost with a worker."""
        if self._sent is None or self._sent.status in {"cancelled", "lost"}:
            # To every one, under a name of its own: an equal one may be on its way out.
            (self._sent,) = self._client.scatter([self._value], broadcast=True, hash=False)  # type: ignore[no-untyped-call]
        return self._sent


class _Task(Future[Any]):
    """What a worker is to return."""

    def __init__(
        self, client: "Client", function: Callable[..., Any], arguments: tuple[Any, ...], more: dict[str, Any]
    ) -> None:
        super().__init__()
        self._client, self._function, self._arguments, self._more = client, function, arguments, more
        self._send()

    def _send(self) -> None:
        arguments = [one.sent if isinstance(one, _Shared) else one for one in self._arguments]
        self._task = self._client.submit(self._function, *arguments, **self._more, pure=False)

    def result(self, timeout: float | None = None) -> Any:  # noqa: ARG002  # the base has it
        """Wait for it.

        Raises
        ------
        TrainingError
            If the cluster is lost.
        """
        from distributed import CancelledError, KilledWorker
        from distributed.comm.core import CommClosedError

        seen, attempts = time.monotonic(), _ATTEMPTS
        while True:
            try:
                return self._task.result(_SECONDS_BETWEEN_LOOKS)
            except TimeoutError:
                seen = time.monotonic() if self._client.scheduler_info()["workers"] else seen
            except (CancelledError, KilledWorker, CommClosedError) as error:
                attempts -= 1
                if not attempts or self._client.status != "running":
                    raise TrainingError(f"The Dask cluster has lost this run ({type(error).__name__}).") from None
                self._send()
            if time.monotonic() - seen > _SECONDS_WITHOUT_WORKERS:
                raise TrainingError("The Dask cluster has no workers any more.")


@contextmanager
def cluster(address: str, n_jobs: int) -> Iterator[Cluster]:
    """Connect to a cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as "tcp://127.0.0.1:8786", or `LOCAL`.
    n_jobs : int
        Workers of a local one.

    Raises
    ------
    TrainingError
        If there is none, or it cannot run this project.
    """
    import logging
    import warnings

    import dask
    from distributed import Client, LocalCluster

    # What comes of a lost worker is said here, where it matters.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        # The versions are checked here, where they are an error.
        warnings.simplefilter("ignore")
        if address == LOCAL:
            workers = None if n_jobs < 0 else n_jobs
            # In a folder that goes with it: Dask leaves its own one, with locks, in /tmp.
            with tempfile.TemporaryDirectory() as folder, dask.config.set({"temporary-directory": folder}):
                with ignoring_interrupts():
                    local = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)  # type: ignore[no-untyped-call]
                with local, Client(local, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                    yield Cluster(client)
            return
        try:
            client = Client(address, timeout=_SECONDS_TO_FIND, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise TrainingError(f"There is no Dask scheduler at {address} ({type(error).__name__}).") from None
    with client:
        if not client.nthreads():  # type: ignore[no-untyped-call]
            raise TrainingError(f"The Dask scheduler at {address} has no workers. Start some.")
        prepare(client)
        yield Cluster(client)
