"""What a deployment package may hold: what runs, the pinned packages, no secret, and no more than loads quickly."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_BYTES", "PACKAGES", "faults"]

MAX_BYTES = 45_000_000
"""Largest zip; the platform fetches it at every cold start."""

PACKAGES = ".python_packages/lib/site-packages"
"""The folder in the zip where Azure looks for packages."""

_OWN = re.compile(
    r"(__pycache__/)?function_app(\.cpython-\d+)?\.pyc?|host\.json"
    r"|predict/(\w+/){0,2}\w[\w.-]*\.(py|pyc|onnx)|(handlers|watch)/(\w+/)?\w[\w.-]*\.pyc?"
)
_SECRET = re.compile(
    rb"AccountKey=[\w+/]{20,}|SharedAccessKey=[\w+/]{20,}|InstrumentationKey=[0-9a-f]{8}-|[?&]sig=[\w%]{20,}"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{36}|\bAKIA[0-9A-Z]{16}\b"
)


def faults(path: Path) -> list[str]:
    """Return what speaks against deploying a package: too large, something foreign or missing in it, a secret."""
    found = []
    if (size := path.stat().st_size) > MAX_BYTES:
        found.append(f"It has {size:,} bytes; at most {MAX_BYTES:,} are allowed.")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        found += [
            f"{name} is missing."
            for name in ("function_app.py", "handlers/exchange.py", "host.json", "predict/model.onnx")
            if name not in names
        ]
        if not any(name.startswith(f"{PACKAGES}/azure/functions/") for name in names):
            found.append(f"{PACKAGES} does not hold azure-functions.")
        # The wheels are public files, each known by its hash: only ours can hold what is ours.
        for name in (name for name in names if not name.startswith(f"{PACKAGES}/")):
            if not _OWN.fullmatch(name):
                found.append(f"{name} does not belong in it.")
            if _SECRET.search(archive.read(name)):
                found.append(f"{name} looks as if it holds a secret.")
    return found
