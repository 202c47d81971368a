"""The host's endpoints about itself: the home page, /admin/functions, /admin/host/status, /admin/host/ping."""

import json
import os
import time
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .settings import Settings
from .worker import Function

__all__ = ["HOME_PAGE", "Admin"]

HOME_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Function app</title>
<h1>Your function app is up and running</h1>
<p>This is the local stand-in for the Azure Functions host.</p>
</html>
"""


class Admin:
    """What the host says of the functions it runs.

    Parameters
    ----------
    settings : Settings
    functions : sequence of Function
    library : str
        Version of the worker library.
    """

    def __init__(self, settings: Settings, functions: Sequence[Function], library: str) -> None:
        self._settings = settings
        self._library = library
        self._functions = functions
        self._started = time.monotonic()

    def answer(self, method: str, path: str, base: str) -> bytes | None:
        """Return the body for a path below /admin/, or None where there is nothing.

        Parameters
        ----------
        method, path : str
        base : str
            Scheme, host and port that the caller used.
        """
        if path == "/admin/host/ping" and method in ("GET", "POST"):
            return b""
        if method != "GET":
            return None
        described = [self._describe(function, base) for function in self._functions]
        documents: dict[str, Any] = {"/admin/host/status": self._status(), "/admin/functions": described}
        documents |= {f"/admin/functions/{one['name']}".lower(): one for one in described}
        return json.dumps(documents[path], separators=(",", ":")).encode() if path in documents else None

    def _status(self) -> dict[str, Any]:
        return {
            "id": uuid5(NAMESPACE_URL, self._settings.app.as_uri()).hex,
            "state": "Running",
            "version": self._library,
            "versionDetails": f"local stand-in on azure-functions-runtime {self._library}",
            "processId": os.getpid(),
            "processUptime": int((time.monotonic() - self._started) * 1000),
        }

    def _describe(self, function: Function, base: str) -> dict[str, Any]:
        prefix = f"{self._settings.route_prefix}/" if self._settings.route_prefix else ""
        return {
            "name": function.name,
            "script_root_path_href": None,
            "script_href": f"{base}/admin/vfs/{self._settings.app.name}/{function.script}",
            "config_href": None,
            "test_data_href": None,
            "href": f"{base}/admin/functions/{function.name}",
            "invoke_url_template": f"{base}/{prefix}{function.route}" if function.is_http else None,
            "language": "python",
            "config": {
                "name": function.name,
                "scriptFile": function.script,
                "entryPoint": function.name,
                "language": "python",
                "bindings": list(function.bindings),
            },
            "isDisabled": function.is_disabled,
        }
