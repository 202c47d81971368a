"""What a cluster runs: its packages are checked against those here, and this project's code is sent."""

import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import TrainingError
from .arguments import PROJECT

# Dask takes a second to import, and most runs do without.
if TYPE_CHECKING:
    from distributed import Client

__all__ = ["prepare"]

_SENT = ("predict", "training")
_PACKAGES = (
    "babel",
    "cloudpickle",
    "dask",
    "distributed",
    "filelock",
    "joblib",
    "numpy",
    "obstore",
    "onnxruntime",
    "orjson",
    "pandas",
    "pyarrow",
    "pycountry",
    "rich",
    "scikit-learn",
    "scipy",
    "threadpoolctl",
)


def prepare(client: "Client") -> None:
    """Check what is installed there, and send this project's code.

    Raises
    ------
    TrainingError
        If a package is missing there, or of another version.
    """
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
