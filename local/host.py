"""The host: a plain ASGI application that routes a request to a function and carries its answer back.

What it does is what Azure's host does as `func start` wires it, case by case: unknown routes, wrong methods and HEAD on
GET are an empty 404; an exception in a function, a call beyond functionTimeout and a body above the limit are an empty
500, with the reason in the log. Bodies never reach a log.

What it leaves out:

- the looks of the home page, and /admin beyond functions, host/status and host/ping; host/status and a function's
  `config` have other fields;
- keys of single functions and of systems: with `--enable-auth` there are a host key and a master key;
- what Kestrel makes of requests of odd form (control characters, LF alone as the end of a line, an empty Host, methods
  in small letters, a signed or wrong length, h2c, connections closed by half): uvicorn refuses others;
- a function's own Content-Length, Transfer-Encoding or status below 200: they cut the answer or hang the caller there;
- answers in forms that the Python worker never sends;
- a worker that dies or hangs: here it is the same process.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from os import urandom
from typing import Any

from .admin import HOME_PAGE, Admin
from .cors import Cors
from .incoming import (
    BodyTooLarge,
    ClientGone,
    Receive,
    read_body,
    read_headers,
    read_path,
    read_query,
    url_path,
)
from .keys import Keys, sent_key
from .messages import Bytes, HttpInput, TraceContext
from .outgoing import Headers, Outgoing, Send, header, read_answer, send_answer
from .routes import RouteTable, compile_route
from .settings import Settings
from .worker import Function, Worker

__all__ = ["Host", "Scope"]

type Scope = dict[str, Any]

_log = logging.getLogger("local.host")

_JSON = (b"content-type", b"application/json; charset=utf-8")
_CLOSE = (b"connection", b"close")
_EMPTY_400: Outgoing = 400, [_CLOSE], b""
_EMPTY_500: Outgoing = 500, [], b""
_TRACE_PARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_LAST_TRACE_STATE = 8192
# Of a request line's 8 KiB; the rest are two blanks, "HTTP/1.1" and the end of the line.
_LONGEST_TARGET = 8192 - 12
_MOST_HEADERS, _MOST_HEADER_BYTES = 100, 32 * 1024
# How long a refused upload is still read and thrown away, so that the client gets to read the refusal: closing on
# unread bytes would reset the connection, and many clients then report the reset. Kestrel's drain timeout is 5 s.
_DRAIN_SECONDS = 5.0


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
        self._settings = settings
        self._custom: Headers = [header(name, value) for name, value in settings.custom_headers]
        self._cors = Cors(settings.cors_origins, settings.cors_credentials) if settings.cors_origins else None
        self._admin = Admin(settings, functions, worker.version)
        self._routes = RouteTable(
            compile_route(f"{settings.route_prefix}/{function.route}", function.methods, function)
            for function in sorted(functions, key=lambda function: function.name.lower())
            if function.is_http
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method: str = scope["method"]
        if (refusal := _unfit(scope)) is not None:
            await send_answer(send, refusal)
            return
        try:
            headers = read_headers(scope["headers"])
            target = scope["target"].removeprefix(f"{scope['scheme']}://{headers['host']}".encode())
            raw_path, mark, raw_query = target.partition(b"?")
            path = read_path(raw_path)
        except ValueError:
            await send_answer(send, _EMPTY_400)
            return
        origin, wanted = headers.get("origin"), headers.get("access-control-request-method")
        allowed: Headers = []
        if self._cors is not None and origin is not None:
            if method == "OPTIONS" and wanted is not None:
                names = headers.get("access-control-request-headers", "")
                await send_answer(send, (204, self._cors.preflight(origin, wanted, names), b""))
                return
            allowed = self._cors.headers(origin)
        try:
            answer = await self._answer(scope, receive, headers, path, mark + raw_query)
        except ClientGone:
            return
        except (BodyTooLarge, TimeoutError) as error:
            refusal = 500, [*self._custom, *allowed, _CLOSE], b""
            await send_answer(send, refusal, before_end=_drain(receive) if isinstance(error, BodyTooLarge) else None)
            return
        # A body in chunks was not read.
        is_left = "transfer-encoding" in headers and headers.get("connection", "").lower() == "close"
        await send_answer(send, self._with(answer, allowed), before_end=_drain(receive) if is_left else None)

    def _with(self, answer: Outgoing, allowed: Headers) -> Outgoing:
        """Add what host.json and CORS say: a function's own header beats the former, and not the latter."""
        status, headers, body = answer
        own = {name for name, _ in headers}
        custom = [one for one in self._custom if one[0] not in own]
        replaced = {name for name, _ in allowed} - {b"vary"}
        return status, [one for one in headers if one[0] not in replaced] + custom + allowed, body

    async def _answer(
        self, scope: Scope, receive: Receive, headers: dict[str, str], path: str, raw_query: bytes
    ) -> Outgoing:
        method, query = scope["method"], read_query(raw_query.removeprefix(b"?"))
        base = f"{scope['scheme']}://{headers['host']}"
        key = sent_key(headers, query)
        found = self._routes.find(method, path)
        if found is None:
            return self._answer_itself(method, path, base, key)
        function, params = found
        if self._keys is not None and not self._keys.open(function.auth_level, key):
            return 401, [], b""
        # Without keys a caller passes for the owner, but for one who needed none and sent none.
        if function.is_disabled and not (
            self._keys.open("admin", key) if self._keys else key or function.auth_level != "anonymous"
        ):
            return 404, [], b""
        body = await read_body(receive, int(headers.get("content-length", 0)), self._settings.body_limit)
        url = f"{base}{url_path(path)}{raw_query.decode('latin-1')}"
        http = HttpInput(function.trigger_name, method, url, headers, query, params, Bytes(body))
        return await self._call(function, http, headers)

    async def _call(self, function: Function, http: HttpInput, headers: dict[str, str]) -> Outgoing:
        try:
            async with asyncio.timeout(self._settings.timeout):
                answer = await self._worker.invoke(function, http, _trace(headers))
            return _EMPTY_500 if answer is None else read_answer(answer)
        except TimeoutError:
            reason = f"It took longer than functionTimeout, {self._settings.timeout:.0f} s."
        except ValueError as error:
            reason = f"The response cannot be sent: {error}."
        _log.error("Executed 'Functions.%s' (Failed)\n%s", function.name, reason)
        return _EMPTY_500

    def _answer_itself(self, method: str, path: str, base: str, key: str) -> Outgoing:
        """Answer what no function answers: the home page, the admin endpoints, or nothing."""
        if path == "/" and method in ("GET", "HEAD"):
            return 200, [(b"content-type", b"text/html")], HOME_PAGE
        path = path.lower().rstrip("/")
        body = self._admin.answer(method, path, base)
        if body is None:
            return 404, [], b""
        if path == "/admin/host/ping":
            return 200, [(b"cache-control", b"no-store,no-cache"), (b"pragma", b"no-cache")], b""
        if self._keys is not None and not self._keys.open("admin", key):
            return (
                (403, [], b"") if self._keys.open("function", key) else (401, [(b"www-authenticate", b"Bearer")], b"")
            )
        return 200, [_JSON], body


def _unfit(scope: Scope) -> Outgoing | None:
    """Return the refusal of a request that Kestrel takes no further; None of any other."""
    headers = scope["headers"]
    if len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > _MOST_HEADER_BYTES:
        return 431, [_CLOSE], b""
    if len(scope["target"]) > _LONGEST_TARGET - len(scope["method"]):
        return 414, [_CLOSE], b""
    if scope["target"] == b"*" and scope["method"] != "OPTIONS":
        return 405, [(b"allow", b"OPTIONS"), _CLOSE], b""
    if scope["http_version"] == "1.0" and scope["method"] == "POST":
        has_body = {b"content-length", b"transfer-encoding"} & dict(headers).keys()
        return None if has_body else _EMPTY_400
    return None


def _trace(headers: dict[str, str]) -> TraceContext:
    """Return the request's W3C trace context, or a new one where it has none that is valid."""
    parent = headers.get("traceparent", "")
    if parent and _TRACE_PARENT.fullmatch(parent):
        return TraceContext(parent, headers.get("tracestate", "")[:_LAST_TRACE_STATE])
    fresh = urandom(24).hex()
    return TraceContext(f"00-{fresh[:32]}-{fresh[32:]}-00", "")


async def _drain(receive: Receive) -> None:
    """Read and forget the rest of a body, for a few seconds at most."""
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
                pass
    except TimeoutError:
        pass
