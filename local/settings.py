"""What the host is told: host.json for everybody, local.settings.json for this machine, the environment above both."""

import json
import logging
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import LocalError

__all__ = ["DEFAULT_PORT", "Settings", "load_settings"]

DEFAULT_PORT = 7071
_HIGHEST_PORT = 65535
_BODY_LIMIT = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"
# The host's own, where that is not set.
_DEFAULT_BODY_LIMIT = 100 * 1024 * 1024
_DEFAULT_TIMEOUT = 30 * 60.0
_HOST_PREFIX = "AzureFunctionsJobHost__"
_LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 10,
}


@dataclass(frozen=True)
class Settings:
    """How the host runs one function app.

    Attributes
    ----------
    app : Path
        The folder of function_app.py and host.json.
    route_prefix : str
        Stands before every route; "api" unless host.json says otherwise.
    port : int
        Where `func start` would listen.
    body_limit : int
        Largest request body in bytes.
    log_level : int
        Of the app's own logging.
    timeout : float
        The longest a function may take, in seconds.
    custom_headers : tuple of (str, str)
        What host.json adds to every answer that does not have them.
    cors_origins : tuple of str
        Origins that may read answers; "*" allows all. Empty: no CORS at all.
    cors_credentials : bool
        Whether those origins may send cookies.
    """

    app: Path
    route_prefix: str = "api"
    port: int = DEFAULT_PORT
    body_limit: int = _DEFAULT_BODY_LIMIT
    log_level: int = logging.INFO
    timeout: float = _DEFAULT_TIMEOUT
    custom_headers: tuple[tuple[str, str], ...] = ()
    cors_origins: tuple[str, ...] = ()
    cors_credentials: bool = False


def load_settings(app: Path) -> Settings:
    """Read host.json and local.settings.json of an app, and put the latter's Values into the environment.

    A variable that is already set wins over local.settings.json, and `AzureFunctionsJobHost__a__b` over host.json's
    `a.b`, as with `func start`.

    Raises
    ------
    LocalError
        If the folder is no function app, or a file of settings cannot be understood.
    """
    for name in ("function_app.py", "host.json"):
        if not (app / name).is_file():
            raise LocalError(f"{app} is not a function app: it holds no {name}.")
    local = _read_json(app / "local.settings.json") if (app / "local.settings.json").is_file() else {}
    if local.get("IsEncrypted"):
        raise LocalError("local.settings.json is encrypted: run `func settings decrypt` first.")
    for name, value in _section(local, "Values").items():
        os.environ.setdefault(name, value if isinstance(value, str) else json.dumps(value))
    os.environ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development"
    host = _override(_read_json(app / "host.json"))
    here = _section(local, "Host")
    return Settings(
        app=app,
        route_prefix=str(_section(host, "extensions", "http").get("routePrefix", "api")).strip("/"),
        port=_whole(
            here.get("LocalHttpPort", DEFAULT_PORT), "Host.LocalHttpPort in local.settings.json", _HIGHEST_PORT
        ),
        body_limit=_whole(os.environ.get(_BODY_LIMIT) or _DEFAULT_BODY_LIMIT, _BODY_LIMIT),
        log_level=_level(_section(host, "logging", "logLevel").get("default", "Information")),
        timeout=_seconds(host.get("functionTimeout")),
        custom_headers=tuple(
            (name, str(value)) for name, value in _section(host, "extensions", "http", "customHeaders").items()
        ),
        cors_origins=tuple(filter(None, str(here.get("CORS") or "").split(","))),
        cors_credentials=here.get("CORSCredentials") in (True, "true", "True"),
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise LocalError(f"{path.name} cannot be read as JSON: {error}.") from error
    if not isinstance(content, dict):
        raise LocalError(f"{path.name} must hold a JSON object.")
    return content


def _section(content: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        found = content.get(name)
        content = found if isinstance(found, dict) else {}
    return content


def _override(host: dict[str, Any]) -> dict[str, Any]:
    """Apply the environment's `AzureFunctionsJobHost__section__name` to the content of host.json."""
    for variable, value in os.environ.items():
        if variable.startswith(_HOST_PREFIX):
            *sections, name = variable.removeprefix(_HOST_PREFIX).split("__")
            content = host
            for section in sections:
                if not isinstance(content.get(section), dict):
                    content[section] = {}
                content = content[section]
            content[name] = value
    return host


def _whole(value: object, name: str, most: int = sys.maxsize) -> int:
    text = str(value).strip()
    if not text.isdecimal() or int(text) > most:
        raise LocalError(f"{name} must be a whole number of at most {most}.")
    return int(text)


def _seconds(value: object) -> float:
    """Read functionTimeout, "hh:mm:ss" or, for no limit, "-1"."""
    if value is None or value == "-1":
        return _DEFAULT_TIMEOUT if value is None else math.inf
    try:
        hours, minutes, seconds = (int(part) for part in str(value).split(":"))
    except ValueError:
        raise LocalError("functionTimeout in host.json must be a time such as 00:01:00.") from None
    return hours * 3600.0 + minutes * 60 + seconds


def _level(name: object) -> int:
    try:
        return _LEVELS[str(name).lower()]
    except KeyError:
        raise LocalError(
            f"logging.logLevel.default in host.json must be one of {', '.join(word.title() for word in _LEVELS)}."
        ) from None
