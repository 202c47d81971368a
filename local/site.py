"""The site: static files under staticwebapp.config.json, and /api/* passed on to the function app.

It stands in for Azure Static Web Apps with the function app as its linked backend. As there, the headers of the
configuration are those of pages and files; an answer of the API passes as it is. Of the configuration it follows what
these pages use: globalHeaders, mimeTypes and the page for 404. It says which other keys it passes over.
"""

import json
import logging
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from .errors import LocalError
from .files import CONFIG_NAME, File, Files
from .host import Host, Scope
from .incoming import Receive
from .outgoing import Headers, Outgoing, Send, header, send_answer

__all__ = ["Site"]

# What the service adds of its own accord.
_DEFAULT_HEADERS = {
    "cache-control": "public, must-revalidate, max-age=30",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=10886400; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-xss-protection": "1; mode=block",
}
_FOLLOWED = {"globalHeaders", "mimeTypes", "responseOverrides"}
_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-authorization", b"proxy-connection", b"te", b"trailer", b"upgrade")
)
# The platform's to say, not the caller's.
_FORGEABLE = frozenset(
    (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-ms-client-principal", b"x-ms-original-url")
)

_log = logging.getLogger("local.site")


class _Config(NamedTuple):
    """What is followed of staticwebapp.config.json.

    Attributes
    ----------
    headers : list of (bytes, bytes)
        Of every page, the service's own among them.
    page_for_404 : str
        Path of the page for what is not there; "" without one.
    media_types : dict of str to str
        By extension, dot included.
    """

    headers: Headers
    page_for_404: str
    media_types: dict[str, str]


class Site:
    """One folder of files in front of one function app.

    Parameters
    ----------
    root : Path
    host : Host
        Gets what is below /api/.
    host_address : str
        Where it listens itself, such as "http://127.0.0.1:7071".

    Raises
    ------
    LocalError
        If the configuration cannot be understood.
    """

    def __init__(self, root: Path, host: Host, host_address: str) -> None:
        self._config = _read_config(root / CONFIG_NAME)
        self._files = Files(root.resolve(), self._config.media_types)
        self._host = host
        self._host_name = urlsplit(host_address).netloc.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = unquote(scope["raw_path"].decode("latin-1"))
        if path.lower().startswith("/api/"):
            await self._host(self._forwarded(scope), receive, send)
            return
        status, headers, body = self._answer(scope, path)
        own = {name for name, _ in headers}
        await send_answer(send, (status, [one for one in self._config.headers if one[0] not in own] + headers, body))

    def _answer(self, scope: Scope, path: str) -> Outgoing:
        sent = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] == "OPTIONS":
            return 204, [(b"allow", b"GET, HEAD, OPTIONS")], b""
        if scope["method"] not in ("GET", "HEAD"):
            return 405, [(b"allow", b"GET, HEAD, OPTIONS")], b""
        if (found := self._files.find(path)) is None:
            page = self._files.find(self._config.page_for_404)
            return (404, [], b"") if page is None else _content(page[0], 404, sent)
        file, own_path = found
        if path.endswith("/") and not own_path.endswith("/index.html"):
            query = b"?" + scope["query_string"] if scope["query_string"] else b""
            return 301, [(b"location", quote(path.rstrip("/")).encode() + query)], b""
        return _content(file, 200, sent)

    def _forwarded(self, scope: Scope) -> Scope:
        """Return a request as it is passed on to the host, with the headers a proxy sets."""
        sent = dict(scope["headers"])
        named = {name.strip().lower() for name in sent.get(b"connection", b"").split(b",")}
        dropped = _HOP_BY_HOP | _FORGEABLE | named | {b"host"}
        headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
        scheme, name = scope["scheme"].encode(), sent.get(b"host", b"")
        headers += [
            (b"host", self._host_name),
            (b"x-forwarded-for", scope["client"][0].encode() if scope["client"] else b""),
            (b"x-forwarded-host", name),
            (b"x-forwarded-proto", scheme),
            (b"x-ms-original-url", scheme + b"://" + name + scope["target"]),
        ]
        return scope | {"headers": headers}


def _read_config(path: Path) -> _Config:
    """Read the configuration of a site; one without gets the service's defaults."""
    try:
        config = json.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else {}
        overrides = config.get("responseOverrides", {})
        named = {name.lower(): str(value) for name, value in config.get("globalHeaders", {}).items()}
        found = _Config(
            # An empty value takes a header of the service away.
            [header(name, value) for name, value in (_DEFAULT_HEADERS | named).items() if value],
            f"/{overrides['404']['rewrite'].lstrip('/')}" if "404" in overrides else "",
            {extension.lower(): str(kind) for extension, kind in config.get("mimeTypes", {}).items()},
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise LocalError(f"{path} cannot be understood: {type(error).__name__}: {error}.") from error
    others = [f"responseOverrides.{status}" for status in overrides if status != "404"]
    for name in sorted([*(config.keys() - _FOLLOWED), *others]):
        _log.warning("%s: %s is not followed here.", path.name, name)
    return found


def _content(file: File, status: int, sent: dict[str, str]) -> Outgoing:
    """Return a file, compressed where the client takes it; nothing but its tag where the client has it."""
    accepts = sent.get("accept-encoding", "").lower()
    zipped = file.zipped if "gzip" in accepts and "gzip;q=0" not in accepts.replace(" ", "") else None
    etag = f'"{file.etag}{"-gzip" if zipped is not None else ""}"'
    headers = [(b"etag", etag.encode()), (b"last-modified", formatdate(file.modified, usegmt=True).encode())]
    if file.zipped is not None:
        headers.append((b"vary", b"Accept-Encoding"))
    known = [tag.strip().removeprefix("W/") for tag in sent.get("if-none-match", "").split(",")]
    if status == 200 and (etag in known or "*" in known):
        return 304, headers, b""
    headers.append((b"content-type", file.media_type.encode()))
    if zipped is not None:
        headers.append((b"content-encoding", b"gzip"))
    return status, headers, file.content if zipped is None else zipped
