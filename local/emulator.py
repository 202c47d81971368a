"""Azurite, the emulator of a blob account: a real server on a free port, from npm. What it holds is in its memory."""

import base64
import hashlib
import hmac
import http.client
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import formatdate
from functools import cache
from pathlib import Path

from .errors import LocalError

__all__ = ["CONTAINERS", "blob_account", "installed"]

CONTAINERS = ("models", "counts", "answers", "outcomes", "doing", "salt")
"""Those of the watch (infra/modules/watch.bicep)."""

# The account and the key that every Azurite has, in Microsoft's documentation: they open nothing but an emulator.
_ACCOUNT = "devstoreaccount1"
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_PACKAGES = Path(__file__).resolve().parent / "azurite"
_HOME = Path(__file__).resolve().parent.parent / ".cache" / "azurite"
_PATIENCE = 60.0


@contextmanager
def blob_account(containers: Sequence[str] = CONTAINERS) -> Iterator[str]:
    """Run an empty blob account with these containers, and yield its address.

    Raises
    ------
    LocalError
        If it cannot be installed or does not start.
    """
    address = ["--blobHost", "127.0.0.1", "--blobPort", "0"]
    command = [installed(), "--inMemoryPersistence", "--disableTelemetry", *address]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as output:
            # In a session of its own: Ctrl-C is for the app, which may have something to write yet.
            process = subprocess.Popen(  # noqa: S603
                command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            port = _port(process, log)
            for name in containers:
                _create_container(port, name)
            yield f"http://127.0.0.1:{port}/{_ACCOUNT}"
        finally:
            process.kill()
            process.wait(20)


@cache
def installed() -> str:
    """Return Azurite's command, installed once into .cache/.

    Raises
    ------
    LocalError
    """
    if not (npm := shutil.which("npm")):
        raise LocalError("Azurite, the emulator of a blob account, comes from npm, and there is no npm here.")
    lock = (_PACKAGES / "package-lock.json").read_bytes()
    stamp = _HOME / "installed-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock:
        sys.stderr.write("Installing Azurite from npm, once; that takes a minute or more.\n")
        _HOME.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_PACKAGES / name, _HOME / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=_HOME, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise LocalError(f"npm could not install Azurite: {done.stderr.strip()[-300:]}")
        stamp.write_bytes(lock)
    return str(_HOME / "node_modules" / ".bin" / "azurite-blob")


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    deadline = time.monotonic() + _PATIENCE
    while not (listens := re.search(r"listens on http://127\.0\.0\.1:(\d+)", log.read_text())):
        if process.poll() is not None or time.monotonic() > deadline:
            raise LocalError(f"Azurite did not start: {log.read_text()[-300:]}")
        time.sleep(0.1)
    return int(listens[1])


def _create_container(port: int, name: str) -> None:
    """Create a container, which an app may not: in Azure the deployment does."""
    date, version = formatdate(usegmt=True), "2021-08-06"
    resource = f"/{_ACCOUNT}/{_ACCOUNT}/{name}\nrestype:container"
    text = "PUT" + "\n" * 12 + f"x-ms-date:{date}\nx-ms-version:{version}\n{resource}"
    signature = base64.b64encode(hmac.new(base64.b64decode(_KEY), text.encode(), hashlib.sha256).digest()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {
        "x-ms-date": date,
        "x-ms-version": version,
        "Authorization": f"SharedKey {_ACCOUNT}:{signature}",
        "Content-Length": "0",
    }
    connection.request("PUT", f"/{_ACCOUNT}/{name}?restype=container", headers=headers)
    status = connection.getresponse().status
    connection.close()
    if status != 201:
        raise LocalError(f"Azurite answers {status} where the container {name} was to be made.")
