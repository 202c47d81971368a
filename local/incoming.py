"""What reaches the function of a request: headers, path, query and body, as Azure's host passes them on."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from posixpath import normpath
from typing import Any
from urllib.parse import quote, unquote

__all__ = ["BodyTooLarge", "ClientGone", "Receive", "read_body", "read_headers", "read_path", "read_query", "url_path"]

type Receive = Callable[[], Awaitable[dict[str, Any]]]

_HOST = re.compile(r"[^\s/,?#@\x80-\U0010ffff]+")
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")
# As Kestrel waits for the next bytes of a body.
_STALL_SECONDS = 5


class BodyTooLarge(Exception):
    """The body is above the limit."""


class ClientGone(Exception):
    """The client closed the connection before the body was complete."""


def read_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return lower-case names with one value each, joined by a comma.

    Raises
    ------
    ValueError
        If they are not UTF-8, or Host is not one name.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode(), raw_value.decode().rstrip()
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if not _HOST.fullmatch(headers.get("host", "")):
        raise ValueError("Host is not one name")
    return headers


def read_path(raw: bytes) -> str:
    """Return the path decoded and without dot segments; a slash that is encoded stays so, and never parts segments.

    Raises
    ------
    ValueError
        If it has a NUL, or is the address of another server.
    """
    path = raw.decode("latin-1")
    if "%" in path:
        path = "".join(part if part.lower() == "%2f" else _decoded(part) for part in re.split("(?i)(%2f)", path))
    if "\0" in path or not path.startswith(("/", "*")):
        raise ValueError("it is no path")
    if _DOTS.search(path):
        path = normpath(path) + ("/" if path.endswith("/") else "")
    return path


def read_query(raw: bytes) -> dict[str, str]:
    """Return one value for each name, whatever its case: repeated ones joined by a comma, empty ones left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for part in filter(None, raw.decode("latin-1").split("&")):
        name, _, value = part.replace("+", " ").partition("=")
        name = _decoded(name)
        found.setdefault(name.lower(), []).append((name, _decoded(value)))
    # The second spelling of a name is the one that is kept.
    return {
        pairs[:2][-1][0]: text for pairs in found.values() if (text := ",".join([value for _, value in pairs if value]))
    }


async def read_body(receive: Receive, length: int, limit: int) -> bytes:
    """Return the body of a length; a body in chunks, whose length is 0, does not reach the function.

    Raises
    ------
    BodyTooLarge
        Before a byte is read.
    ClientGone
    TimeoutError
        If it stalls half-way.
    """
    if length > limit:
        raise BodyTooLarge
    chunks: list[bytes] = []
    more = length > 0
    while more:
        async with asyncio.timeout(_STALL_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


@lru_cache(maxsize=256)  # few paths are ever asked for, each of them often
def url_path(path: str) -> str:
    """Return a decoded path as it stands in a URL."""
    return quote(path, safe="/%:@!$&'()*+,;=~")


def _decoded(text: str) -> str:
    """Decode a percent-encoded text; what is not UTF-8 stays as it is."""
    try:
        return unquote(text, errors="strict") if "%" in text else text
    except UnicodeDecodeError:
        return text
