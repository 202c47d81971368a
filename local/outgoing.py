"""What leaves of a function's answer: status, headers and body, as Azure's host sends them."""

import functools
import re
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import quote

__all__ = ["Headers", "Outgoing", "Send", "header", "read_answer", "send_answer"]

type Headers = list[tuple[bytes, bytes]]
type Outgoing = tuple[int, Headers, bytes]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

# What the connection needs is the server's to say, not the function's.
_OWN_HEADERS = frozenset({"connection", "content-length", "keep-alive", "server", "transfer-encoding"})
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_STATUS = re.compile(r"\s*-?\d+\s*")
_WITHOUT_BODY = (204, 205, 304)


def read_answer(answer: Any) -> Outgoing:
    """Return what is sent of a worker's answer, an RpcHttp or a plain text.

    Raises
    ------
    ValueError
        If HTTP cannot carry it.
    """
    if isinstance(answer, str):
        return 200, [(b"content-type", b"text/plain; charset=utf-8")], answer.encode()
    body: bytes = answer.body.bytes
    status = int(answer.status_code) if _STATUS.fullmatch(answer.status_code) else 200
    headers: dict[str, tuple[bytes, bytes]] = {}
    for name, value in answer.headers.items():
        lower = name.lower()
        if lower == "content-length" and int(value) < len(body):
            raise ValueError("the header Content-Length is less than the body's length")
        # Of two that differ in case the first counts, of two types the last.
        if lower not in _OWN_HEADERS and (lower == "content-type" or lower not in headers):
            headers[lower] = header(name, value)
    if headers.get("content-type", (b"", b"-"))[1] == b"":
        del headers["content-type"]
    cookies = [_cookie(cookie) for cookie in answer.cookies or ()]
    return status, [*headers.values(), *cookies], b"" if status in _WITHOUT_BODY else body


def header(name: str, value: str) -> tuple[bytes, bytes]:
    """Return a header as ASGI takes it.

    Raises
    ------
    ValueError
        If it has a character that HTTP does not allow.
    """
    raw_name = _header_name(name)
    if raw_name and value.isascii() and _HEADER_VALUE.fullmatch(value):
        return raw_name, value.encode()
    raise ValueError(f"the header {name!r} has a character that HTTP does not allow")


async def send_answer(send: Send, answer: Outgoing, before_end: Awaitable[None] | None = None) -> None:
    """Send an answer; await something between its head and its end."""
    status, headers, body = answer
    if status not in (204, 304):
        headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if before_end is not None:
        await before_end
    await send({"type": "http.response.body", "body": body})


@functools.lru_cache(maxsize=64)
def _header_name(name: str) -> bytes:
    """Return a header's name as it is sent, empty if it cannot be; an app has a few, each in every answer."""
    return name.lower().encode() if _HEADER_NAME.fullmatch(name) else b""


def _cookie(cookie: Any) -> tuple[bytes, bytes]:
    """Return a Set-Cookie header, attributes in ASP.NET Core's order and spelling."""
    text = f"{cookie.name}={quote(cookie.value, safe='')}"
    if cookie.expires is not None:
        text += f"; expires={formatdate(cookie.expires.value.seconds, usegmt=True)}"
    if cookie.max_age is not None:
        text += f"; max-age={int(cookie.max_age.value)}"
    if cookie.domain is not None:
        text += f"; domain={cookie.domain.value}"
    text += f"; path={'/' if cookie.path is None else cookie.path.value}"
    if cookie.secure is not None and cookie.secure.value:
        text += "; secure"
    if cookie.same_site:
        text += f"; samesite={cookie.same_site}"
    if cookie.http_only is not None and cookie.http_only.value:
        text += "; httponly"
    return header("set-cookie", text)
