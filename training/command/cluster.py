"""A Dask cluster: checked, given this project's code, and worked with though a worker may be lost.

Its scheduler and workers may be started in any folder, with the packages of requirements-dev.txt. A cluster runs what
it is sent: use one that is yours alone.
"""

import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import TrainingError
from .arguments import PROJECT

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
_SENT = ("predict", "training")
_PACKAGES = (
    *(
        "cloudpickle",
        "dask",
        "distributed",
        "filelock",
        "joblib",
        "numpy",
        "onnxruntime",
        "orjson",
        "pandas",
        "pyarrow",
        "rich",
    ),
    *("scikit-learn", "scipy", "threadpoolctl"),
)


class Cluster(Executor):
    """Runs functions on the workers of a cluster.

    Parameters
    ----------
    client : Client
    """

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

    from distributed import Client, LocalCluster

    # What comes of a lost worker is said here, where it matters.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        # The versions are checked here, where they are an error.
        warnings.simplefilter("ignore")
        if address == LOCAL:
            workers = None if n_jobs < 0 else n_jobs
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
        _prepare(client)
        yield Cluster(client)


def _prepare(client: "Client") -> None:
    """Check what is installed there, and send this project's code."""
    import cloudpickle
    from distributed import SchedulerPlugin, WorkerPlugin

    class ForWorkers(WorkerPlugin):
        name = "customer-purchase-code"

        def __init__(self, code: bytes) -> None:
            self.code = code

        def setup(self, worker: Any) -> None:
            _take_code(worker.local_directory, self.code)

    class ForScheduler(SchedulerPlugin):  # it reads what it hands on
        name = "customer-purchase-code"

        def __init__(self, code: bytes) -> None:
            self.code = code

        async def start(self, scheduler: Any) -> None:
            _take_code(scheduler.local_directory, self.code)

    # By value: the code is not there yet.
    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    try:
        here = _installed(_PACKAGES)
        found = client.run(_installed, _PACKAGES, on_error="return")
        found |= {"scheduler": client.run_on_scheduler(_installed, _PACKAGES)}  # type: ignore[no-untyped-call]
        faults = [fault for name, there in found.items() for fault in _faults(name, there, here)]
        if faults:
            more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
            raise TrainingError(
                f"The Dask cluster has other packages than this machine: {'; '.join(faults[:3])}{more}."
            )
        code = _code()
        client.register_plugin(ForScheduler(code))
        client.register_plugin(ForWorkers(code))
    finally:
        cloudpickle.unregister_pickle_by_value(module)


def _faults(name: str, there: Mapping[str, str] | BaseException, here: Mapping[str, str]) -> Iterator[str]:
    if isinstance(there, BaseException):
        yield f"{name} does not answer ({type(there).__name__})"
        return
    for package, version in here.items():
        if package not in there:
            yield f"{name} has no {package}"
        elif there[package] != version:
            yield f"{name} has {package} {there[package]}, here is {version}"


def _installed(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of Python and of those of the packages that are installed. Runs there."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _code() -> bytes:
    """Return this project's code as a zip that Python imports from."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for name in _SENT for path in (PROJECT / name).rglob("*.py")):
            archive.write(path, path.relative_to(PROJECT))
    return file.getvalue()


def _take_code(folder: str, code: bytes) -> None:
    """Import this project from a zip from now on, whatever was imported before. Runs there."""
    import importlib
    import sys
    from pathlib import Path

    path = Path(folder, "customer-purchase-code.zip")
    path.write_bytes(code)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("predict", "training")]:
        del sys.modules[name]
    if str(path) not in sys.path:
        sys.path.insert(0, str(path))
    importlib.invalidate_caches()
