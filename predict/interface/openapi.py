"""The interface as an OpenAPI 3.1 document: every field, bound, unit and value comes from the contract."""

from collections.abc import Mapping, Sequence

from ..answers import Document, describe
from ..csv_file.writer import ADDED_COLUMNS
from ..model.session import Model
from .components import HEADERS, PARAMETERS, REFUSALS, schemas, security_schemes
from .examples import Examples
from .schemas import Schema, array_of, ref

__all__ = ["openapi_document"]

_JSON = "application/json"
_HTML = "text/html"
_TEXT: Schema = {"type": "string"}


def openapi_document(model: Model, examples: Examples, limits: Mapping[str, int], *, bulk_auth: str) -> Document:
    """Describe every route.

    Parameters
    ----------
    model : Model
    examples : Examples
        Of that model.
    limits : mapping of str to int
        Of requests, by the names that `GET /model` gives them.
    bulk_auth : str
        The key that the routes for many customers ask for: "function", "admin", or "anonymous" for none.
    """
    contract = model.contract
    routes = {
        ("/predict", "post"): _predict(examples, limits),
        ("/predict/batch", "post"): _locked(_batch(examples, limits), bulk_auth),
        ("/score", "post"): _locked(_score(examples, limits), bulk_auth),
        ("/model", "get"): _model(model, limits),
        ("/health", "get"): _health(),
        ("/openapi.json", "get"): _openapi(),
        ("/docs", "get"): _docs(),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Purchase predictor",
            "version": contract.version,
            "summary": "The chance that a customer purchases, with the reasons.",
            "description": f"“{contract.target.positive}” is answered from a probability of {contract.threshold:.4g} "
            f"on, “{contract.target.negative}” below. A refusal is a problem document (RFC 9457) that lists every "
            "fault with its field, code and limit, and never repeats a value that was sent. An error without a "
            "body is the host's: 404, 401, or a 5xx, after which it is worth asking again. Send bodies with a length.",
        },
        "servers": [{"url": "/api"}],
        "security": [],
        "paths": {path: {method: operation} for (path, method), operation in routes.items()},
        "components": {
            "schemas": schemas(contract, limits),
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "responses": REFUSALS,
            "securitySchemes": {} if bulk_auth == "anonymous" else security_schemes(bulk_auth),
        },
    }


def _predict(examples: Examples, limits: Mapping[str, int]) -> Document:
    pages = {status: _with_page(REFUSALS[status]) for status in ("400", "411", "413", "415", "422", "500", "503")}
    customers = {name: {"value": customer} for name, customer in examples.customers.items()}
    answer = _answer("The score.", {_JSON: {"schema": ref("Prediction"), "example": examples.prediction}})
    return {
        "operationId": "predict",
        "summary": "Score one customer",
        "description": "Base value and contributions add up to the probability. A form, as a browser posts it without "
        "script, is answered by a page.",
        "parameters": [
            _include(
                ["explanation", "curves", "changes", "none"],
                "What the answer holds beside the score: `explanation` does so by itself, `curves` (the score along "
                "each number) and `changes` (the smallest change of a number that crosses the threshold) if they are "
                "named, and `none` leaves the explanation out.",
            ),
            _shared("X-Request-Id"),
        ],
        "requestBody": {
            "required": True,
            "description": f"At most {limits['body_bytes']:,} bytes.",
            "content": {
                _JSON: {"schema": ref("Customer"), "examples": customers},
                "application/x-www-form-urlencoded": {"schema": ref("CustomerForm"), "example": examples.form},
            },
        },
        "responses": {"200": _with_page(answer), **_refusals("400", "411", "413", "415", "422", "500", "503"), **pages},
    }


def _batch(examples: Examples, limits: Mapping[str, int]) -> Document:
    return {
        "operationId": "predictBatch",
        "summary": "Score many customers",
        "description": "Results are in the order of the customers. One who cannot be scored has errors in place of a "
        "score, and spoils no other.",
        "parameters": [
            _include(
                ["reasons", "explanation", "none"],
                "What each result holds beside the score: `reasons`, the largest contributions for and against, or "
                "`explanation`, all of them; a millisecond or two a customer.",
            ),
            _shared("X-Request-Id"),
        ],
        "requestBody": {
            "required": True,
            "description": f"At most {limits['batch_rows']:,} customers and {limits['batch_bytes']:,} bytes.",
            "content": {
                _JSON: {
                    "schema": ref("Batch"),
                    "examples": {"rows": {"value": examples.rows}, "columns": {"value": examples.columns}},
                }
            },
        },
        "responses": {
            "200": _answer("The scores.", {_JSON: {"schema": ref("BatchAnswer"), "example": examples.batch}}),
            **_refusals("400", "411", "413", "415", "422", "500", "503"),
        },
    }


def _score(examples: Examples, limits: Mapping[str, int]) -> Document:
    *most, last = (f"`{name}`" for name in ADDED_COLUMNS)
    return {
        "operationId": "score",
        "summary": "Score a CSV file",
        "description": f"The same file comes back, in the same order, with the columns {', '.join(most)} and {last} "
        "at the end (with a number behind their names where the file has one of them already). The delimiter (comma, "
        "semicolon, tab or bar), the decimal mark, the line ends and a byte order mark stay as they are. A column is "
        "found by a field's name, alias or label; case, spaces, hyphens and underscores do not count. "
        "Other columns pass through untouched. Cells that a spreadsheet would run "
        "as formulas get an apostrophe. `rank` counts the rows with a higher probability, and one: equal probabilities "
        "(to 12 decimals) share it. `problem` says what keeps a row from being scored, or what to be careful with.",
        "parameters": [
            _include(
                ["reasons", "none"],
                "`reasons` fills the column of that name with the largest contributions for and against, for at most "
                f"{limits['csv_rows_with_reasons']:,} rows.",
            ),
            _shared("X-Request-Id"),
        ],
        "requestBody": {
            "required": True,
            "description": "UTF-8 with a heading line; application/csv is taken, too. "
            f"At most {limits['csv_rows']:,} rows and {limits['csv_bytes']:,} bytes.",
            "content": {"text/csv": {"schema": _TEXT, "example": examples.csv}},
        },
        "responses": {
            "200": _answer(
                "The file with its scores.",
                {"text/csv": {"schema": _TEXT, "example": examples.scored_csv}},
                "Content-Disposition",
                "Cache-Control",
            ),
            **_refusals("400", "411", "413", "415", "422", "500", "503"),
        },
    }


def _model(model: Model, limits: Mapping[str, int]) -> Document:
    content = {_JSON: {"schema": ref("Description"), "example": describe(model) | {"limits": dict(limits)}}}
    return {
        "operationId": "describeModel",
        "summary": "Describe the model",
        "description": "What it takes, how well it does on customers it was not fitted on, where it comes from, and "
        "the limits of requests.",
        "parameters": [_shared("If-None-Match"), _shared("X-Request-Id")],
        "responses": {
            "200": _answer("The description.", content, "ETag", "Cache-Control"),
            "304": _answer("Nothing has changed.", {}, "ETag", "Cache-Control"),
            **_refusals("500", "503"),
        },
    }


def _health() -> Document:
    return {
        "operationId": "health",
        "summary": "Say whether predictions can be trusted right now",
        "description": "The model scores stored customers again and compares.",
        "parameters": [_shared("X-Request-Id")],
        "responses": {
            "200": _answer("All is well.", {_JSON: {"schema": ref("Health")}}, "Cache-Control"),
            **_refusals("500", "503"),
        },
    }


def _openapi() -> Document:
    return {
        "operationId": "openapi",
        "summary": "This document",
        "description": "OpenAPI 3.1.",
        "parameters": [_shared("If-None-Match"), _shared("X-Request-Id")],
        "responses": {
            "200": _answer("The document.", {_JSON: {"schema": {"type": "object"}}}, "ETag", "Cache-Control"),
            "304": _answer("Nothing has changed.", {}, "ETag", "Cache-Control"),
            **_refusals("500", "503"),
        },
    }


def _docs() -> Document:
    return {
        "operationId": "docs",
        "summary": "The same for people",
        "description": "A page that needs nothing from outside.",
        "parameters": [_shared("X-Request-Id")],
        "responses": {
            "200": _answer("The page.", {_HTML: {"schema": _TEXT}}, "Cache-Control"),
            **_refusals("500", "503"),
        },
    }


def _locked(operation: Document, auth: str) -> Document:
    """Add what a route asks for that not everybody may call."""
    if auth == "anonymous":
        return operation
    responses = {**operation["responses"], **_refusals("401")}
    security: list[Document] = [{"functionKey": []}, {"functionKeyInQuery": []}]
    return operation | {"security": security, "responses": dict(sorted(responses.items()))}


def _include(values: Sequence[str], description: str) -> Document:
    return {
        "name": "include",
        "in": "query",
        "description": description,
        "style": "form",
        "explode": False,
        "schema": array_of({"type": "string", "enum": list(values)}),
        "example": values[:1],
    }


def _shared(name: str) -> Document:
    return {"$ref": f"#/components/parameters/{name}"}


def _refusals(*statuses: str) -> Document:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _answer(description: str, content: Document, *headers: str) -> Document:
    names = ("X-Request-Id", "Server-Timing", *headers)
    document = {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    return document | ({"content": content} if content else {})


def _with_page(response: Document) -> Document:
    return response | {"content": response["content"] | {_HTML: {"schema": _TEXT}}}
