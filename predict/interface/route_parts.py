"""What the descriptions of routes are put together from."""

from collections.abc import Iterable, Sequence

from ..answers import Document
from .schemas import Schema, array_of

__all__ = ["HTML", "JSON", "REFUSED", "TEXT", "answer", "body", "include", "locked", "operation", "shared", "with_page"]

JSON = "application/json"
HTML = "text/html"
TEXT: Schema = {"type": "string"}

REFUSED = ("400", "411", "413", "415", "422", "500", "503")
"""How a request with a body may be refused; one without, by the last two alone."""


def operation(
    name: str,
    summary: str,
    description: str,
    answers: Document,
    *,
    parameters: Iterable[Document] = (),
    takes: Document | None = None,
) -> Document:
    """Describe a route; each takes the caller's id of the request, and refuses what it cannot answer.

    Parameters
    ----------
    name, summary, description : str
    answers : dict
        By their status. One with a refusal's status stands in its place.
    parameters : iterable of dict
        Besides the id.
    takes : dict, optional
        The `body` that is sent.
    """
    statuses = REFUSED if takes else REFUSED[-2:]
    responses = {status: {"$ref": f"#/components/responses/{status}"} for status in statuses} | answers
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "parameters": [*parameters, shared("X-Request-Id")],
        **({"requestBody": takes} if takes else {}),
        "responses": dict(sorted(responses.items())),
    }


def body(description: str, content: Document) -> Document:
    """Return what has to be sent, by its media types."""
    return {"required": True, "description": description, "content": content}


def locked(operation: Document, auth: str) -> Document:
    """Add what a route asks for that not everybody may call."""
    if auth == "anonymous":
        return operation
    responses = operation["responses"] | {"401": {"$ref": "#/components/responses/401"}}
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
