"""Azurite, the emulator of a blob account: a real server on a free port, from npm."""

import base64
import hashlib
import hmac
import http.client
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

from watch.store import _EMULATOR_ACCOUNT as ACCOUNT
from watch.store import _EMULATOR_KEY as KEY

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = Path(__file__).resolve().parent / "azurite"


@contextmanager
def blob_account(*containers: str) -> Iterator[str]:
    """Run an empty blob account with these containers, and yield its address."""
    address = ["--blobHost", "127.0.0.1", "--blobPort", "0"]
    command = [installed(), "--inMemoryPersistence", "--disableTelemetry", *address]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            port = _port(process, log)
            for name in containers:
                _create_container(port, name)
            yield f"http://127.0.0.1:{port}/{ACCOUNT}"
        finally:
            process.kill()  # All it has is in its memory.
            process.wait(20)


@cache
def installed() -> str:
    """Return Azurite's command, installed once into .cache/; without npm the test is skipped, saying so."""
    if not (npm := shutil.which("npm")):
        pytest.skip("Azurite comes from npm, and there is no npm here")
    home = ROOT / ".cache" / "azurite"
    home.mkdir(parents=True, exist_ok=True)
    wanted = (PACKAGES / "package-lock.json").read_bytes()
    stamp = home / "installed-lock.json"
    # Tests run in several processes at once, of which one installs.
    with FileLock(home / "install.lock"):
        if not stamp.exists() or stamp.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(PACKAGES / name, home / name)
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"npm could not install Azurite: {done.stderr.strip()[-300:]}")
            stamp.write_bytes(wanted)
    return str(home / "node_modules" / ".bin" / "azurite-blob")


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    deadline = time.monotonic() + 60
    while not (listens := re.search(r"listens on http://127\.0\.0\.1:(\d+)", log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "Azurite did not start."
        time.sleep(0.1)
    return int(listens[1])


def _create_container(port: int, name: str) -> None:
    """Create a container, which an app may not: in Azure the deployment does."""
    date, version = formatdate(usegmt=True), "2021-08-06"
    resource = f"/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    text = "PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:{version}\n{resource}"
    signature = base64.b64encode(hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {
        "x-ms-date": date,
        "x-ms-version": version,
        "Authorization": f"SharedKey {ACCOUNT}:{signature}",
        "Content-Length": "0",
    }
    connection.request("PUT", f"/{ACCOUNT}/{name}?restype=container", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    connection.close()
