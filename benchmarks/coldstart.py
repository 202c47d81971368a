"""Cold starts: the CPU time from nothing to the first prediction, in clean environments whose bytecode is written."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .environments import Environment
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

_FASTAPI = """
import asyncio, os
from benchmarks.peers.fastapi_app import app
import uvicorn
body = os.environ["CUSTOMER"].encode()
scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
         "path": "/api/predict", "raw_path": b"/api/predict", "query_string": b"", "root_path": "",
         "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]}
sent = []
async def receive(): return {"type": "http.request", "body": body, "more_body": False}
async def send(message): sent.append(message)
asyncio.run(app(scope, receive, send))
assert sent[0]["status"] == 200 and b'"probability"' in sent[1]["body"]
"""

_FLASK = """
import io, os
from benchmarks.peers.flask_app import app
import waitress
body = os.environ["CUSTOMER"].encode()
environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/api/predict", "QUERY_STRING": "", "SERVER_NAME": "localhost",
           "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_TYPE": "application/json",
           "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body)}
statuses = []
answer = b"".join(app(environ, lambda status, headers: statuses.append(status)))
assert statuses == ["200 OK"] and b'"probability"' in answer
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
    """Compare import and first prediction with the bare imports and the bare session, and with the peers."""
    ours, bare, fastapi, flask = alternate(
        bench.effort.rounds,
        _starter(bench, bench.runtime, _OURS, ROOT),
        _starter(bench, bench.runtime, _BARE),
        _starter(bench, bench.fastapi, _FASTAPI),
        _starter(bench, bench.flask, _FLASK),
    )
    what = "CPU time to the first prediction, imports included"
    yield Figure(what, ours, "s", "bare imports and session", bare, ratio_at_most=1.17)
    yield Figure(what, ours, "s", "FastAPI + onnxruntime", fastapi)
    yield Figure(what, ours, "s", "Flask + pandas + scikit-learn", flask)


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
    ours, bare = alternate(
        bench.effort.rounds,
        _starter(bench, bench.runtime, _OURS, root, packages, isolated=True),
        _starter(bench, bench.runtime, _BARE),
    )
    what = f"the same from {path.name}, which holds its bytecode"
    yield Figure(what, ours, "s", "bare imports and session", bare, ratio_at_most=1.17)


def _is_stale(archive: zipfile.ZipFile) -> bool:
    """Say whether a file of the project is another one in the package than here."""
    own = [name for name in archive.namelist() if name.endswith((".py", ".json", ".onnx")) and name[0] != "."]
    return any(not (ROOT / name).is_file() or (ROOT / name).read_bytes() != archive.read(name) for name in own)


def _starter(
    bench: Workbench, environment: Environment, script: str, *paths: Path, isolated: bool = False
) -> Callable[[], float]:
    """Return a measure of the CPU seconds of a script in an environment, after one start that writes bytecode.

    A quick run does without: its figures mean nothing.
    """
    flags = ("-S", "-B") if isolated else ()
    command = [str(environment.python), *flags, "-c", script, *(str(path) for path in paths)]
    variables = {
        "CUSTOMER": bench.customer_files[0].read_text(),
        "MODEL_PATH": "" if isolated else str(bench.model_path),
        "PIPELINE_PATH": str(bench.pipeline_path) if environment is bench.flask else "",
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
