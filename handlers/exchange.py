"""The exchange: one HTTP request on its way to its answer.

It reads the body, if one arrived that may be read, answers in the form the caller takes, and keeps the facts for the
one line of the log.
"""

import functools
import logging
import math
import os
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import azure.functions as func
import orjson

from predict.errors import PROBLEM, Fault, TooLarge, problem_document
from predict.model.session import Model

__all__ = ["CSV", "FORM", "JSON", "RETRY_SECONDS", "Exchange", "Refusal", "compress", "log", "unsupported"]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CSV = ("text/csv", "application/csv")

RETRY_SECONDS = 30
"""How long to wait before asking again while a part of the service is not ready."""

_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^";\s]*)""", re.IGNORECASE)
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A smaller body fits into one packet as it is.
_SMALLEST_TO_ZIP = 1400
# Level 1 saves three quarters of what level 9 does, in a fifth of the time.
_ZIP_LEVEL = 1

log = logging.getLogger("purchase")


class Refusal(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self, status: HTTPStatus, detail: str, faults: Iterable[Fault] = (), headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.detail, self.faults, self.headers = status, detail, tuple(faults), headers
        super().__init__(detail)


def unsupported(*accepted: str) -> Refusal:
    """Return the refusal of a media type."""
    detail = f"Send the body with Content-Type: {' or '.join(accepted)}."
    return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept": ", ".join(accepted)})


class Exchange:
    """One request on its way to its answer: its id, where the time goes, what the log may know of it.

    Parameters
    ----------
    name : str
        Of the function.
    request : HttpRequest
    site_url : str
        Where the pages live.
    most_seconds : float
        Work that takes longer is stopped.

    Attributes
    ----------
    id : str
        The caller's X-Request-Id if valid, otherwise generated.
    media_type : str
        Of the body.
    for_page : bool
        Whether a refusal is a page, as whoever posted a form without script expects.
    """

    def __init__(self, name: str, request: func.HttpRequest, site_url: str, most_seconds: float = math.inf) -> None:
        self.request = request
        self.media_type = self.header("content-type").partition(";")[0].strip().lower()
        given = self.header("x-request-id")
        self.id = given if _VALID_ID.fullmatch(given) else os.urandom(16).hex()
        self.for_page = False
        self._name, self._site_url, self._most_seconds = name, site_url, most_seconds
        self._facts: dict[str, float | str] = {}
        self._trouble = ""
        self._started = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}
        self._rows: dict[str, int] = {}

    def lap(self, name: str, rows: int = 0) -> None:
        """Note that a part of the work is done, and how long it took; the times of one name add up.

        Raises
        ------
        TooLarge
            If the time is up: the fault's limit is how many rows are sure to be done in time.
        """
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + now - self._last
        self._last = now
        if rows:
            self._rows[name] = self._rows.get(name, 0) + rows
        if now - self._started > self._most_seconds:
            fewer = max(1, min(self._rows.values(), default=1) // 2)
            detail = f"The work was stopped after {self._most_seconds:.0f} seconds. Send fewer rows, at most {fewer}."
            raise TooLarge(detail, fewer)

    def note(self, loaded: Model, **counts: int) -> None:
        """Tell the log counts and the model, and nothing of a customer."""
        self._facts = {**counts, "model": loaded.contract.version, "hash": loaded.hash[:12]}

    def trouble(self, text: str) -> None:
        """Tell the log what is wrong with the service."""
        self._trouble = f"request {self.id}: {text}"

    @property
    def names(self) -> dict[str, str]:
        """Under which names an answer is found later: the request's id, and the caller's own name for the customer."""
        return {"request_id": self.id, "ref": self.header("x-customer-ref").strip()}

    @property
    def key(self) -> str:
        """Identifies the customer, or else this request."""
        return self.names["ref"] or self.id

    def require(self, *accepted: str) -> None:
        """Refuse a body that did not arrive, and one of another media type."""
        if "transfer-encoding" in self.request.headers and not self.request.get_body():
            detail = (
                "The body did not arrive: it was sent in chunks, without its length. Send it with Content-Length; "
                "with curl, by --data-binary @FILE."
            )
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, detail)
        if self.media_type not in accepted:
            raise unsupported(*accepted)
        charset = _CHARSET.search(self.header("content-type"))
        if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The charset must be utf-8. Send the body in UTF-8.")

    def body(self, limit: int) -> bytes:
        """Return the body, if it is sent as it is, and is not too large."""
        if (coding := self.header("content-encoding").strip().lower()) not in ("", "identity"):
            named = coding if coding in ("gzip", "deflate", "br", "zstd") else "other than identity"
            detail = f"The body has a Content-Encoding ({named}), and none is taken. Send it uncompressed."
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept-Encoding": "identity"})
        body: bytes = self.request.get_body()
        if len(body) > limit:
            raise TooLarge(f"The body is larger than the {limit} bytes allowed here. Send less at once.", limit)
        return body

    def include(self, allowed: tuple[str, ...], default: tuple[str, ...] = ()) -> frozenset[str]:
        """Return what the caller asks for: the default and what `include` adds to it; "none" takes the default away."""
        return _included(self.request.params.get("include", ""), allowed, default)

    def json(self, document: Mapping[str, Any], headers: dict[str, str] | None = None) -> func.HttpResponse:
        """Answer 200 with JSON."""
        return self.respond(orjson.dumps(document), HTTPStatus.OK, JSON, headers)

    def refuse(self, refusal: Refusal) -> func.HttpResponse:
        """Answer with an RFC 9457 problem document, or with a page that says the same."""
        if self.for_page:
            from predict.pages.page import render_failure

            page = render_failure("The form could not be answered", refusal.detail, self._site_url)
            return self.page(page, refusal.status, refusal.headers)
        document = problem_document(refusal.status, refusal.detail, refusal.faults, self.id)
        return self.respond(orjson.dumps(document), refusal.status, PROBLEM, refusal.headers)

    def page(
        self, html: str, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
    ) -> func.HttpResponse:
        """Answer with a page."""
        from predict.pages.page import answer_headers

        all_headers = answer_headers(self._site_url) | (headers or {})
        return self.respond(html.encode(), status, "text/html", all_headers)

    def respond(
        self,
        body: bytes,
        status: HTTPStatus,
        media_type: str,
        headers: dict[str, str] | None = None,
        zipped: bytes | None = None,
    ) -> func.HttpResponse:
        """Answer, compressed where the caller takes that and it saves something."""
        # The type first and by itself: from `mimetype` the library adds it at the price of a whole header lookup.
        all_headers = {"Content-Type": media_type, "X-Request-Id": self.id}
        if len(body) >= _SMALLEST_TO_ZIP:
            all_headers["Vary"] = "Accept-Encoding"
            if self.takes_gzip:
                all_headers["Content-Encoding"] = "gzip"
                body = zipped or compress(body)
        total = (time.perf_counter() - self._started) * 1e3
        laps = [f"{name};dur={lap * 1e3:.3f}" for name, lap in self._laps.items()]
        all_headers["Server-Timing"] = ", ".join([*laps, f"total;dur={total:.3f}"])
        self._facts |= {"status": int(status), "ms": round(total, 3)}
        return func.HttpResponse(body, status_code=int(status), headers=all_headers | (headers or {}))

    def log(self) -> None:
        """Write the one line of the log, and what is wrong with the service if anything is.

        To be called where the function was: the platform drops what another thread says.
        """
        if self._trouble:
            log.error("%s", self._trouble)
        if log.isEnabledFor(logging.INFO):
            log.info("%s", orjson.dumps({"function": self._name, "request_id": self.id, **self._facts}).decode())

    def header(self, name: str) -> str:
        """Return a header of the request, "" where it has none."""
        headers = self.request.headers
        # Not get(): for a header that is not there it raises and catches, which takes five times as long.
        return headers[name] if name in headers else ""  # noqa: SIM401

    @functools.cached_property
    def takes_gzip(self) -> bool:
        """Whether the caller takes a compressed answer."""
        return _takes_gzip(self.header("accept-encoding"))


def compress(body: bytes) -> bytes:
    """Return a body as gzip; the same bytes every time."""
    return zlib.compress(body, _ZIP_LEVEL, wbits=31)  # 31: with gzip's head, which holds no time


@functools.lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Read an Accept-Encoding: what is named counts, else "*"; q=0 is a no."""
    codings = (part.partition(";") for part in accepted.lower().split(","))
    takes = {name.strip(): not re.fullmatch(r"q=0(\.0*)?", rest.replace(" ", "")) for name, _, rest in codings}
    return takes.get("gzip", takes.get("*", False))


@functools.lru_cache(maxsize=64)
def _included(text: str, allowed: tuple[str, ...], default: tuple[str, ...]) -> frozenset[str]:
    """Read an `include`; few are ever asked for, each of them often."""
    asked = {part.strip() for part in text.split(",")} - {""}
    if not asked <= {*allowed, "none"}:
        detail = f"include takes {', '.join(allowed)} and none, separated by commas."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [Fault("include", "unknown_value", detail)])
    return frozenset((asked | ({*default} if "none" not in asked else set())) - {"none"})
