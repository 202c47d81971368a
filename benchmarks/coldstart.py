"""Cold starts: the CPU time from nothing to the first prediction, in clean environments whose bytecode is written."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .figures import Figure
from .rounds import alternate
from .workbench import QUICK, ROOT, Workbench

__all__ = ["cold_start", "package", "size"]

_FORBIDDEN = ("sklearn", "pandas", "scipy")

_BARE = """
import os
import azure.functions, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
onnxruntime.InferenceSession(os.environ["MODEL_PATH"], options, providers=["CPUExecutionProvider"])
"""

_OURS = """
import asyncio, os, sys
sys.path[:0] = sys.argv[1:]
import function_app
import azure.functions
body = os.environ["CUSTOMER"].encode()
headers = {"content-type": "application/json"}
request = azure.functions.HttpRequest("POST", "/api/predict", headers=headers, body=body)
answer = asyncio.run(function_app.predict(request))
assert answer.status_code == 200 and b'"probability"' in answer.get_body()
"""


def size(bench: Workbench) -> Iterator[Figure]:
    """Measure what requirements.txt installs, and that it brings nothing of training."""
    megabytes = bench.runtime.size / 1e6
    forbidden = bench.runtime.importable(_FORBIDDEN)
    what = f"of {', '.join(_FORBIDDEN)} importable beside the function"
    yield Figure(what, len(forbidden), "", at_most=0)
    what = "installed size of requirements.txt"
    yield Figure(what, megabytes, "MB", "FastAPI + uvicorn + onnxruntime", bench.fastapi.size / 1e6, at_most=150)
    yield Figure(what, megabytes, "MB", "Flask + pandas + scikit-learn", bench.flask.size / 1e6, at_most=150)


def cold_start(bench: Workbench) -> Iterator[Figure]:
    """Compare import and first prediction with the bare imports and session; `peers` has the starts of others."""
    yield _beside_bare(bench, "CPU time to the first prediction, imports included", ROOT)


def package(bench: Workbench) -> Iterator[Figure]:
    """Compare the built package, unpacked, with the bare imports: it brings its own packages, bytecode and model."""
    zips = sorted((ROOT / "dist").glob("*.zip"))
    if not zips:
        return
    path = max(zips, key=lambda path: path.stat().st_mtime)
    root = bench.folder / "package"
    with zipfile.ZipFile(path) as archive:
        if _is_stale(archive):
            print(f"{path.name} is left out: it is not of these sources. `make package` builds it.", file=sys.stderr)
            return
        archive.extractall(root)
    packages = root / ".python_packages" / "lib" / "site-packages"
    yield _beside_bare(bench, f"the same from {path.name}, which holds its bytecode", root, packages, isolated=True)


def _is_stale(archive: zipfile.ZipFile) -> bool:
    """Say whether a file of the project is another one in the package than here."""
    own = [name for name in archive.namelist() if name.endswith((".py", ".json", ".onnx")) and name[0] != "."]
    return any(not (ROOT / name).is_file() or (ROOT / name).read_bytes() != archive.read(name) for name in own)


def _beside_bare(bench: Workbench, what: str, *paths: Path, isolated: bool = False) -> Figure:
    """Return the CPU seconds of the app in these folders, in turns with the bare imports."""
    ours, bare = alternate(
        bench.effort.rounds, _starter(bench, _OURS, *paths, isolated=isolated), _starter(bench, _BARE)
    )
    return Figure(what, ours, "s", "bare imports and session", bare, ratio_at_most=1.17)


def _starter(bench: Workbench, script: str, *paths: Path, isolated: bool = False) -> Callable[[], float]:
    """Return a measure of the CPU seconds of a script in the runtime, after one start that writes bytecode.

    A quick run does without: its figures mean nothing.
    """
    flags = ("-S", "-B") if isolated else ()
    command = [str(bench.runtime.python), *flags, "-c", script, *map(str, paths)]
    variables = {
        "CUSTOMER": bench.customer_files[0].read_text(),
        "MODEL_PATH": "" if isolated else str(bench.model_path),
    }
    if bench.effort is not QUICK:
        _cpu_seconds(command, variables)
    return lambda: _cpu_seconds(command, variables)


def _cpu_seconds(command: list[str], variables: Mapping[str, str]) -> float:
    """Run a command to its end; return its user and system time."""
    environment = os.environ | dict(variables)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("A cold start failed; what it says is above.")
    return usage.ru_utime + usage.ru_stime
