"""The host: a plain ASGI application that routes a request to a function and carries its answer back.

What it does is what `func start` does, case by case: unknown routes, wrong methods and HEAD on GET are an empty 404,
an exception in a function is an empty 500 with the traceback in the log, bodies above the limit are an empty 500 that
is sent before the body is read. Bodies never reach a log.
"""

import functools
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from email.utils import formatdate
from os import urandom
from typing import Any
from urllib.parse import parse_qsl, quote

from .admin import HOME_PAGE, Admin
from .body import BodyTooLarge, ClientGone, drain, read_body
from .cors import Cors, Headers
from .keys import Keys
from .messages import HttpInput
from .routes import RouteTable, compile_route
from .settings import Settings
from .worker import Function, Worker

__all__ = ["Host", "Receive", "Scope", "Send"]

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

_log = logging.getLogger("local.host")

_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_JSON = (b"content-type", b"application/json; charset=utf-8")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_CLOSE = (b"connection", b"close")
# What the connection needs is the server's to say, not the function's.
_OWN_HEADERS = frozenset({"connection", "content-length", "keep-alive", "server", "transfer-encoding", "upgrade"})
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_TRACE_PARENT = re.compile(rb"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_LAST_TRACE_STATE = 8192


class Host:
    """One function app behind HTTP.

    Parameters
    ----------
    settings : Settings
    worker : Worker
        Started.
    functions : sequence of Function
        What the worker indexed.
    keys : Keys or None
        None: every function is open, as with `func start`.
    """

    def __init__(
        self, settings: Settings, worker: Worker, functions: Sequence[Function], keys: Keys | None = None
    ) -> None:
        self._worker = worker
        self._keys = keys
        self._limit = settings.body_limit
        self._custom: Headers = [_header(name, value) for name, value in settings.custom_headers]
        self._withheld = _OWN_HEADERS | {name.lower() for name, _ in settings.custom_headers}
        self._cors = Cors(settings.cors_origins, settings.cors_credentials) if settings.cors_origins else None
        self._admin = Admin(settings, functions, worker.version)
        self._routes = RouteTable(
            compile_route(f"{settings.route_prefix}/{function.route}", function.methods, function)
            for function in functions
            if function.is_http and not function.is_disabled
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method: str = scope["method"]
        headers = _headers(scope["headers"])
        extra = self._custom
        if self._cors is not None and (origin := headers.get("origin")):
            wanted = headers.get("access-control-request-method")
            if method == "OPTIONS" and wanted:
                names = headers.get("access-control-request-headers", "")
                preflight = self._cors.preflight(*(text.encode("latin-1") for text in (origin, wanted, names)))
                await _send(send, 204, preflight + extra, b"")
                return
            extra = self._cors.headers(origin.encode("latin-1")) + extra
        found = self._routes.find(method, scope["raw_path"])
        if found is None:
            await self._answer_itself(scope, headers, extra, send)
            return
        function, params = found
        query = _query(scope["query_string"])
        if self._keys is not None and not self._keys.open(function.auth_level, _key(headers, query)):
            await _send(send, 401, extra, b"")
            return
        try:
            body = await self._body(headers, receive)
        except ClientGone:
            return
        except BodyTooLarge:
            await _refuse(send, receive, 500, extra)
            return
        http = HttpInput(function.trigger_name, method, _url(scope, headers), headers, query, params, body)
        answer = await self._worker.invoke(function, http, *_trace(headers))
        await self._respond(send, function, answer, extra)

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        length = headers.get("content-length", "0")
        if length == "0":  # a body in chunks does not reach the function
            return b""
        return await read_body(receive, length, self._limit)

    async def _answer_itself(self, scope: Scope, headers: dict[str, str], extra: Headers, send: Send) -> None:
        """Answer what no function answers: the home page, the admin endpoints, or nothing."""
        method, path = scope["method"], scope["path"].lower().rstrip("/")
        if not path and method in ("GET", "HEAD"):
            await _send(send, 200, [_HTML, *extra], HOME_PAGE)
            return
        if path.startswith("/admin/"):
            if not self._may_administer(path, headers, scope["query_string"]):
                await _send(send, 401, extra, b"")
                return
            base = f"{scope['scheme']}://{headers.get('host', '')}"
            if (body := self._admin.answer(method, path, base)) is not None:
                await _send(send, 200, [*([_JSON] if body else []), *extra], body)
                return
        await _send(send, 404, extra, b"")

    def _may_administer(self, path: str, headers: dict[str, str], query_string: bytes) -> bool:
        if self._keys is None or path == "/admin/host/ping":
            return True
        return self._keys.open("admin", _key(headers, _query(query_string)))

    async def _respond(self, send: Send, function: Function, answer: Any, extra: Headers) -> None:
        """Send what the function returned; what HTTP cannot carry is a 500, as from Kestrel."""
        if answer is None:
            await _send(send, 500, extra, b"")
            return
        if isinstance(answer, str):
            await _send(send, 200, [_TEXT, *extra], answer.encode())
            return
        try:
            status = int(answer.status_code)
            if not 200 <= status <= 599:
                raise ValueError(f"the status {status} is not one of 200 to 599")
            headers = [
                _header(name, value) for name, value in answer.headers.items() if name.lower() not in self._withheld
            ]
            headers += [_cookie(cookie) for cookie in answer.cookies or ()]
        except ValueError as error:
            _log.error("Executed 'Functions.%s' (Failed)\nThe response cannot be sent: %s.", function.name, error)
            await _send(send, 500, extra, b"")
            return
        await _send(send, status, headers + extra, answer.body.bytes)


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers as the worker gets them: lower-case names, one value each, joined by a comma."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}{'; ' if name == 'cookie' else ','}{value}" if name in headers else value
    return headers


def _query(raw: bytes) -> dict[str, str]:
    """Return the query as the worker gets it: repeated names joined by a comma, empty ones left out."""
    query: dict[str, str] = {}
    if raw:
        for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
    return {name: value for name, value in query.items() if value}


def _key(headers: dict[str, str], query: dict[str, str]) -> str:
    """Return the key that was sent; the header beats the query."""
    return headers.get("x-functions-key") or query.get("code", "")


def _url(scope: Scope, headers: dict[str, str]) -> str:
    query: bytes = scope["query_string"]
    path = (scope["raw_path"] + b"?" + query if query else scope["raw_path"]).decode("latin-1")
    return f"{scope['scheme']}://{headers.get('host', '')}{path}"


def _trace(headers: dict[str, str]) -> tuple[str, str]:
    """Return the request's W3C trace context, or a new one where it has none that is valid."""
    parent = headers.get("traceparent", "")
    if parent and _TRACE_PARENT.fullmatch(parent.encode("latin-1")):
        return parent, headers.get("tracestate", "")[:_LAST_TRACE_STATE]
    fresh = urandom(24).hex()
    return f"00-{fresh[:32]}-{fresh[32:]}-00", ""


def _header(name: str, value: str) -> tuple[bytes, bytes]:
    raw_name = _header_name(name)
    if raw_name and value.isascii() and _HEADER_VALUE.fullmatch(value):
        return raw_name, value.encode()
    raise ValueError(f"the header {name!r} has a character that HTTP does not allow")


@functools.lru_cache(maxsize=64)
def _header_name(name: str) -> bytes:
    """Return a header's name as it is sent, empty if it cannot be; an app has a few, each in every answer."""
    return name.encode() if _HEADER_NAME.fullmatch(name) else b""


def _cookie(cookie: Any) -> tuple[bytes, bytes]:
    """Return a Set-Cookie header, attributes in ASP.NET Core's order and spelling."""
    text = f"{cookie.name}={quote(cookie.value, safe='')}"
    if cookie.expires is not None:
        text += f"; expires={formatdate(cookie.expires.value.seconds, usegmt=True)}"
    if cookie.max_age is not None:
        text += f"; max-age={int(cookie.max_age.value)}"
    if cookie.domain.value:
        text += f"; domain={cookie.domain.value}"
    if cookie.path.value:
        text += f"; path={cookie.path.value}"
    if cookie.secure.value:
        text += "; secure"
    if cookie.same_site:
        text += f"; samesite={cookie.same_site}"
    if cookie.http_only.value:
        text += "; httponly"
    return _header("set-cookie", text)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    if status in (204, 304):
        body = b""
    else:
        headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse(send: Send, receive: Receive, status: int, extra: Headers) -> None:
    """Send an empty answer at once, let the client finish for a moment, and close."""
    headers = [*extra, (b"content-length", b"0"), _CLOSE]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await drain(receive)
    await send({"type": "http.response.body", "body": b""})
