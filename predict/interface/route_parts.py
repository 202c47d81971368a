"""What the descriptions of routes are put together from."""

from collections.abc import Sequence

from ..answers import Document
from .schemas import Schema, array_of

__all__ = ["HTML", "JSON", "TEXT", "answer", "include", "locked", "refusals", "shared", "with_page"]

JSON = "application/json"
HTML = "text/html"
TEXT: Schema = {"type": "string"}


def locked(operation: Document, auth: str) -> Document:
    """Add what a route asks for that not everybody may call."""
    if auth == "anonymous":
        return operation
    responses = {**operation["responses"], **refusals("401")}
    security: list[Document] = [{"functionKey": []}, {"functionKeyInQuery": []}]
    return operation | {"security": security, "responses": dict(sorted(responses.items()))}


def include(values: Sequence[str], description: str) -> Document:
    """Return the parameter that asks for more than the score."""
    return {
        "name": "include",
        "in": "query",
        "description": description,
        "style": "form",
        "explode": False,
        "schema": array_of({"type": "string", "enum": list(values)}),
        "example": values[:1],
    }


def shared(name: str) -> Document:
    """Return a parameter that several routes take."""
    return {"$ref": f"#/components/parameters/{name}"}


def refusals(*statuses: str) -> Document:
    """Return the refusals by their status."""
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def answer(description: str, content: Document, *headers: str) -> Document:
    """Return an answer with the headers that every one has, and its own."""
    names = ("X-Request-Id", "Server-Timing", *headers)
    document = {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    return document | ({"content": content} if content else {})


def with_page(response: Document) -> Document:
    """Add the page that answers a form."""
    return response | {"content": response["content"] | {HTML: {"schema": TEXT}}}
