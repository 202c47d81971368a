"""A JSON document that is made once, and then answered as it is, or 304 to whoever has it."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Self

import azure.functions as func
import orjson

from .exchange import JSON, Exchange, compress

__all__ = ["Document"]


class Document(NamedTuple):
    """A document, and what it is compressed.

    Attributes
    ----------
    body, zipped : bytes
    tag : str
        The entity tag without quotation marks.
    """

    body: bytes
    zipped: bytes
    tag: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """Make a document of JSON types."""
        body = orjson.dumps(content)
        return cls(body, compress(body), hashlib.sha256(body).hexdigest()[:32])

    def answer(self, exchange: Exchange) -> func.HttpResponse:
        """Answer a request with it; it may be kept for a while."""
        headers = {
            "Cache-Control": "public, max-age=60, stale-while-revalidate=600",
            "ETag": f'"{self.tag}{"-gzip" if exchange.takes_gzip else ""}"',
            # Origin: with one origin allowed, the host names it to that origin alone and does not say so itself.
            "Vary": "Accept-Encoding, Origin",
        }
        known = exchange.header("if-none-match")
        tags = {tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for tag in known.split(",")}
        if not tags.isdisjoint((self.tag, "*")):
            return exchange.respond(b"", HTTPStatus.NOT_MODIFIED, JSON, headers)
        return exchange.respond(self.body, HTTPStatus.OK, JSON, headers, self.zipped)
