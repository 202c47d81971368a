"""The site: static files under the rules of staticwebapp.config.json, and /api/* passed on to the function app.

It stands in for Azure Static Web Apps with the function app as its linked backend. As there, the headers of the
configuration are those of pages and files; an answer of the API passes as it is.
"""

from email.utils import formatdate
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from .files import File, Files
from .host import Host, Scope, Send
from .incoming import Receive
from .outgoing import Headers
from .site_config import Rule, SiteConfig, load_site_config

__all__ = ["Site"]

_HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-authorization", b"proxy-connection", b"te", b"trailer", b"upgrade")
)
# The platform's to say, not the caller's.
_FORGEABLE = frozenset(
    (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-ms-client-principal", b"x-ms-original-url")
)
_ERROR_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>{status}</title>
<h1>{status}: {text}</h1>
</html>
"""
_ERROR_TEXTS = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed"}


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
        self._config = load_site_config(root)
        self._files = Files(root.resolve(), self._config.mime_types)
        self._host = host
        self._host_name = urlsplit(host_address).netloc.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method: str = scope["method"]
        path = unquote(scope["raw_path"].decode("latin-1"))
        rule = self._rule(method, path)
        answer = _Answer(scope, send, self._config, self._files, rule)
        if rule is not None:
            if rule.redirect is not None:
                await answer.redirect(rule.redirect, 301 if rule.status == 301 else 302)
                return
            if rule.roles and "anonymous" not in rule.roles:
                # There is no login here, so that everybody is anonymous.
                await answer.error(401)
                return
            if rule.status is not None and rule.status >= 400:
                await answer.error(rule.status)
                return
        target = rule.rewrite if rule is not None and rule.rewrite else path
        if target.lower().startswith("/api/"):
            await self._forward(scope, receive, send, rule)
        elif method == "OPTIONS":
            await answer.empty(204, [(b"allow", b"GET, HEAD, OPTIONS")])
        elif method not in ("GET", "HEAD"):
            await answer.error(405)
        else:
            await answer.file(target, rule.status if rule is not None and rule.status else 200)

    def _rule(self, method: str, path: str) -> Rule | None:
        for rule in self._config.rules:
            # A redirect to where the request already is would never end.
            if rule.matches(method, path) and rule.redirect != path:
                return rule
        return None

    async def _forward(self, scope: Scope, receive: Receive, send: Send, rule: Rule | None) -> None:
        """Pass a request on to the host, with the headers a proxy sets."""
        sent = dict(scope["headers"])
        path, mark, query = scope["target"].partition(b"?")
        if rule is not None and rule.rewrite:
            path = quote(rule.rewrite).encode()
        named = {name.strip().lower() for name in sent.get(b"connection", b"").split(b",")}
        dropped = _HOP_BY_HOP | _FORGEABLE | named | {b"host"}
        headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
        headers += [
            (b"host", self._host_name),
            (b"x-forwarded-for", scope["client"][0].encode() if scope["client"] else b""),
            (b"x-forwarded-host", sent.get(b"host", b"")),
            (b"x-forwarded-proto", scope["scheme"].encode()),
            (b"x-ms-original-url", scope["scheme"].encode() + b"://" + sent.get(b"host", b"") + scope["target"]),
        ]
        await self._host(scope | {"headers": headers, "target": path + mark + query}, receive, send)


class _Answer:
    """One answer, made from the configuration and the rule of its request."""

    def __init__(self, scope: Scope, send: Send, config: SiteConfig, files: Files, rule: Rule | None) -> None:
        self._scope = scope
        self._send = send
        self._config = config
        self._files = files
        self._sent = {name: value.decode("latin-1") for name, value in scope["headers"]}
        merged = config.headers | (rule.headers if rule is not None else {})
        self._headers: Headers = [(name.encode(), value.encode()) for name, value in merged.items() if value]

    async def file(self, path: str, status: int) -> None:
        """Send a file, its better address, the fallback, or the page for 404."""
        found = self._files.find(path)
        if found is None:
            excluded = any(pattern.fullmatch(path) for pattern in self._config.fallback_excludes)
            fallback = None if excluded or self._config.fallback is None else self._files.find(self._config.fallback)
            if fallback is None:
                await self.error(404)
                return
            await self._content(fallback[0], status)
            return
        file, own_path = found
        better = _better(path, own_path, self._config)
        if better != path:
            query = self._scope["query_string"].decode("latin-1")
            await self.redirect(quote(better) + (f"?{query}" if query else ""), 301)
            return
        await self._content(file, status)

    async def error(self, status: int) -> None:
        """Send what the configuration has for an error, or a plain page."""
        override = self._config.overrides.get(status)
        if override is not None and override.redirect is not None:
            await self.redirect(override.redirect, override.status or 302)
            return
        final = override.status if override is not None and override.status else status
        if override is not None and override.rewrite and (found := self._files.find(override.rewrite)) is not None:
            await self._content(found[0], final)
            return
        page = _ERROR_PAGE.format(status=final, text=_ERROR_TEXTS.get(final, "Error")).encode()
        await self._start(final, [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(page))], page)

    async def redirect(self, location: str, status: int) -> None:
        """Send the address to go to."""
        await self.empty(status, [(b"location", quote(location, safe="%/:?#[]@!$&'()*+,;=~").encode())])

    async def empty(self, status: int, headers: Headers) -> None:
        """Send no body."""
        length = [] if status == 204 else [(b"content-length", b"0")]
        await self._start(status, [*headers, *length], b"")

    async def _content(self, file: File, status: int) -> None:
        accepts = self._sent.get(b"accept-encoding", "").lower()
        zipped = file.zipped if "gzip" in accepts and "gzip;q=0" not in accepts.replace(" ", "") else None
        etag = f'"{file.etag}{"-gzip" if zipped is not None else ""}"'
        headers = [(b"etag", etag.encode()), (b"last-modified", formatdate(file.modified, usegmt=True).encode())]
        if file.zipped is not None:
            headers.append((b"vary", b"Accept-Encoding"))
        known = [tag.strip().removeprefix("W/") for tag in self._sent.get(b"if-none-match", "").split(",")]
        if status == 200 and (etag in known or "*" in known):
            await self._start(304, headers, b"")
            return
        body = file.content if zipped is None else zipped
        headers += [(b"content-type", file.media_type.encode()), (b"content-length", b"%d" % len(body))]
        if zipped is not None:
            headers.append((b"content-encoding", b"gzip"))
        await self._start(status, headers, body)

    async def _start(self, status: int, headers: Headers, body: bytes) -> None:
        own = {name for name, _ in headers}
        merged = [header for header in self._headers if header[0] not in own] + headers
        await self._send({"type": "http.response.start", "status": status, "headers": merged})
        await self._send({"type": "http.response.body", "body": b"" if self._scope["method"] == "HEAD" else body})


def _better(path: str, own_path: str, config: SiteConfig) -> str:
    """Return the address that `trailingSlash` wants for a file; the same where it is right already."""
    if not own_path.endswith(".html"):
        return path
    is_folder = own_path.endswith("/index.html")
    plain = own_path.removesuffix("/index.html") if is_folder else own_path.removesuffix(".html")
    if config.slash is None:
        # Without the setting every address of a folder stands, and only a slash behind a file is wrong.
        return plain if path.endswith("/") and not is_folder else path
    if not plain:
        return "/"
    with_slash = config.slash == "always" or (config.slash == "auto" and is_folder)
    return f"{plain}/" if with_slash else plain
