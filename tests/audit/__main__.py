"""Audit the pages, in minutes: `python -m tests.audit`, a part of `make audit`.

Types, markup, speed and accessibility are checked by tools that run on Node.js 20 and Java; npm installs the pinned
versions beside this file. `--skip-lighthouse` leaves out what takes longest.
"""

import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

from predict.model.session import Model
from tests.browser import running_site
from tests.engines import CHROMIUM
from tests.servers import ROOT, local_server

TOOLS = Path(__file__).parent
SITE = ROOT / "static_site"
MODEL = ROOT / "predict" / "model.onnx"
PAGES = ("", "list.html", "model.html", "doing.html", "api/docs")
RUNS = 3
# Least scores of Lighthouse, and most of its measures in milliseconds or in its own unit.
SPEED = {"mobile": 0.95, "desktop": 0.98}
MOST = {"largest-contentful-paint": 2000, "cumulative-layout-shift": 0.05, "total-blocking-time": 150}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def main() -> int:
    """Run every check; return the number of those that found something."""
    _install()
    failures = _report("the TypeScript compiler", _succeeds(_tool("tsc", "--project", str(TOOLS / "tsconfig.json"))))
    with tempfile.TemporaryDirectory() as folder, running_site(MODEL.read_bytes(), Path(folder)) as site:
        failures += _check_markup(site, Path(folder) / "pages")
        if "--skip-lighthouse" not in sys.argv:
            failures += sum(_check_speed(f"{site}/{page}", form) for page in PAGES for form in SPEED)
    failures += _check_emulator()
    return failures


def _install() -> None:
    """Install the tools, unless the pinned ones are there."""
    lock, mark = TOOLS / "package-lock.json", TOOLS / "node_modules" / ".pinned"
    if mark.exists() and mark.read_bytes() == lock.read_bytes():
        return
    command = ["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=TOOLS, check=True)
    mark.write_bytes(lock.read_bytes())


def _tool(*arguments: str) -> list[str]:
    return [str(TOOLS / "node_modules" / ".bin" / arguments[0]), *arguments[1:]]


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, cwd=TOOLS, check=False).returncode == 0


def _check_markup(site: str, folder: Path) -> int:
    """Check the static pages, the page of docs and the answers to plain forms."""
    folder.mkdir()
    for page in SITE.glob("*.html"):
        shutil.copy(page, folder)
    contract = Model.load(MODEL).contract
    example = {f.name: str(v) for f, v in zip(contract.features, contract.examples[0].values, strict=True)}
    faulty = {contract.features[0].name: "lots"}
    for name, path, fields in (("docs", "docs", {}), ("answer", "predict", example), ("faults", "predict", faulty)):
        body = urllib.parse.urlencode(fields).encode() or None
        with _ask(f"{site}/api/{path}", body) as response:
            (folder / f"{name}.html").write_bytes(response.read())
    pages = sorted(str(page) for page in folder.glob("*.html"))
    jar = str(TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar")
    return sum(
        _report(name, _succeeds(command))
        for name, command in {
            "html-validate": _tool("html-validate", "--config", str(TOOLS / ".htmlvalidate.json"), *pages),
            "the Nu checker": ["java", "-jar", jar, "--errors-only", *pages],
        }.items()
    )


def _check_speed(address: str, form: str) -> int:
    """Run Lighthouse some times; the median counts."""
    results = [_run_lighthouse(address, form) for _ in range(RUNS)]
    scores = {
        name: statistics.median(float(result["categories"][name]["score"]) for result in results)
        for name in results[0]["categories"]
    }
    measures = {
        name: statistics.median(float(result["audits"][name]["numericValue"]) for result in results) for name in MOST
    }
    is_good = (
        scores["performance"] >= SPEED[form]
        and all(score == 1 for name, score in scores.items() if name != "performance")
        and (form == "desktop" or all(measures[name] <= most for name, most in MOST.items()))
    )
    told = ", ".join(f"{name} {value:.3g}" for name, value in (scores | measures).items())
    return _report(f"Lighthouse, {form}, /{urllib.parse.urlsplit(address).path.lstrip('/')}: {told}", is_good)


def _run_lighthouse(address: str, form: str) -> dict[str, dict[str, dict[str, float]]]:
    preset = ["--preset=desktop"] if form == "desktop" else []
    command = _tool("lighthouse", address, *preset, "--quiet", "--output=json", f"--chrome-flags={FLAGS}")
    environment = os.environ | {"CHROME_PATH": shutil.which(CHROMIUM) or CHROMIUM}
    done = subprocess.run(command, env=environment, check=False, capture_output=True)
    if done.returncode != 0:  # now and then Chromium does not start for it
        done = subprocess.run(command, env=environment, check=True, capture_output=True)
    document: dict[str, dict[str, dict[str, float]]] = json.loads(done.stdout)
    return document


def _check_emulator() -> int:
    """Serve the site by the Static Web Apps emulator: its headers, its 404 page, and the API behind it."""
    policy = json.loads((SITE / "staticwebapp.config.json").read_text("utf-8"))["globalHeaders"]
    failures = 0
    with local_server(env={"MODEL_PATH": str(MODEL)}) as server, _emulator(server.api) as site:
        for path, status, text in (
            ("/", 200, "Will this customer purchase?</title>"),
            ("/list.html", 200, "<h1>"),
            ("/no/such/page", 404, "<h1>Page not found</h1>"),
            ("/api/model", 200, '"contract"'),
        ):
            with _ask(site + path) as response:
                body = response.read().decode()
            # The emulator sends its 404 page, as the API's answers, without the headers of pages.
            is_page = status == 200 and not path.startswith("/api/")
            is_own = not is_page or all(response.headers[name] == value for name, value in policy.items())
            is_good = response.status == status and text in body and is_own
            failures += _report(f"Static Web Apps emulator, {path}: {response.status}", is_good)
    return failures


@contextmanager
def _emulator(api: str) -> Iterator[str]:
    # The emulator passes /api on to a server it knows by its address, and finds the configuration in a folder.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = _tool("swa", "start", str(SITE), "--api-devserver-url", api, "--host", "127.0.0.1", "--port", str(port))
    command += ["--swa-config-location", str(SITE)]
    # In a group of its own: it ends without the server that it started.
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=TOOLS, start_new_session=True, **quiet)
    try:
        for _ in range(120):
            try:
                with _ask(address):
                    break
            except OSError:
                time.sleep(0.5)
        else:
            raise RuntimeError("The Static Web Apps emulator does not start.")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _ask(address: str, body: bytes | None = None) -> HTTPResponse:
    """Return the answer, whatever its status."""
    if not re.match(r"http://127\.0\.0\.1:\d+", address):
        raise ValueError("Only servers of this machine are asked.")
    try:
        response: HTTPResponse = urllib.request.urlopen(address, body, timeout=30)
    except urllib.error.HTTPError as error:
        return error  # type: ignore[return-value]  # it can be read and closed like any answer
    return response


def _report(what: str, is_good: bool) -> int:
    sys.stdout.write(f"{'ok  ' if is_good else 'FAIL'} {what}\n")
    sys.stdout.flush()
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
