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
from typing import Literal

from .errors import LocalError

__all__ = ["ACCOUNT", "CONTAINERS", "KEY", "blob_account", "installed", "service"]

CONTAINERS = ("models", "counts", "answers", "outcomes", "doing", "salt")
"""Those of the watch (infra/modules/watch.bicep)."""

# The account and the key that every Azurite has, in Microsoft's documentation: they open nothing but an emulator.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
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
    with service("blob") as port:
        for name in containers:
            _create_container(port, name)
        yield f"http://127.0.0.1:{port}/{ACCOUNT}"


@contextmanager
def service(kind: Literal["blob", "queue"]) -> Iterator[int]:
    """Run one of Azurite's services, empty, and yield its port on 127.0.0.1.

    Raises
    ------
    LocalError
        If it cannot be installed or does not start.
    """
    address = [f"--{kind}Host", "127.0.0.1", f"--{kind}Port", "0"]
    # A client may ask for a newer version of the interface than an emulator knows.
    options = ["--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck", *address]
    command = [str(installed() / f"azurite-{kind}"), *options]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with log.open("wb") as output:
            # In a session of its own: Ctrl-C is for the app, which may have something to write yet.
            process = subprocess.Popen(  # noqa: S603
                command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            yield _port(process, log)
        finally:
            process.kill()
            process.wait(20)


@cache
def installed() -> Path:
    """Return the folder of Azurite's commands, installed once into .cache/.

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
    return _HOME / "node_modules" / ".bin"


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
    status = connection.getresponse().status
    connection.close()
    if status != 201:
        raise LocalError(f"Azurite answers {status} where the container {name} was to be made.")
