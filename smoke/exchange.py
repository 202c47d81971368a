"""One HTTP exchange: what was answered, as facts. An answer of any status is an answer; no redirect is followed."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message
    from http.client import HTTPResponse

__all__ = ["Answer", "Unreachable", "ask", "ask_until_ready", "origin"]

_TIMEOUT_SECONDS = 60
_MAX_BYTES = 8_000_000
_TRIES = 4
_LONGEST_WAIT_SECONDS = 60


class Unreachable(Exception):
    """Nothing answered."""


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes
    ----------
    url : str
        What was asked.
    status : int
    headers : Message
        Looked up whatever their case.
    body : bytes
    milliseconds : float
        From the first byte sent to the last one read.
    """

    url: str
    status: int
    headers: Message
    body: bytes
    milliseconds: float

    def header(self, name: str) -> str:
        """Return a header's value, repeated ones joined by a comma; "" without it."""
        return ", ".join(self.headers.get_all(name, []))

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def kind(self) -> str:
        """Status and media type, in words."""
        return f"{self.status} {self.media_type or 'without a type'}"

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict[str, Any]:
        """Return the body as JSON; an empty object where it is something else."""
        try:
            document = json.loads(self.body)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    def section(self, name: str) -> dict[str, Any]:
        """Return the object under a name of the body; an empty one where there is something else."""
        section = self.json().get(name)
        return section if isinstance(section, dict) else {}


def ask(
    url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Send one request.

    Raises
    ------
    Unreachable
        If there is no answer, with the reason.
    """
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)  # noqa: S310
    started = time.perf_counter()
    try:
        response: HTTPResponse | urllib.error.HTTPError = _OPENER.open(request, timeout=_TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        response = error
    except (OSError, ValueError, HTTPException) as error:
        reason = " ".join(str(getattr(error, "reason", None) or error).split())
        raise Unreachable(f"{url} does not answer ({reason}).") from error
    try:
        with response:
            content = response.read(_MAX_BYTES)
    except (OSError, HTTPException) as error:
        raise Unreachable(f"{url} broke off its answer ({error}).") from error
    return Answer(url, response.status or 0, response.headers, content, (time.perf_counter() - started) * 1000)


def ask_until_ready(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """Post, and wait as long as a 503 says, a few times at most."""
    for _ in range(_TRIES - 1):
        answer = ask(url, method="POST", headers=headers, body=body)
        seconds = answer.header("retry-after")
        if answer.status != 503 or not seconds.isdecimal():
            return answer
        time.sleep(min(int(seconds), _LONGEST_WAIT_SECONDS))
    return ask(url, method="POST", headers=headers, body=body)


def origin(url: str) -> str:
    """Return scheme, host and port of an address, as a browser writes its origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hands a redirect back as the answer it is."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
