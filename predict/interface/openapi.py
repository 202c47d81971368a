"""The interface as an OpenAPI 3.1 document: every field, bound, unit and value comes from the contract."""

from collections.abc import Mapping

from ..answers import Document, describe
from ..csv_file.writer import ADDED_COLUMNS
from ..model.session import Model
from .components import HEADERS, PARAMETERS, REFUSALS, schemas, security_schemes
from .examples import Examples
from .route_parts import HTML, JSON, REFUSED, TEXT, answer, body, include, locked, operation, shared, with_page
from .schemas import ref
from .watched import CUSTOMER_REF, watched_routes

__all__ = ["openapi_document"]


def openapi_document(
    model: Model, examples: Examples, limits: Mapping[str, int], *, bulk_auth: str, watched: bool = False
) -> Document:
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
    watched : bool
        Whether the app says how the model does, and takes outcomes.
    """
    contract = model.contract
    routes = {
        ("/predict", "post"): _predict(examples, limits),
        ("/predict/batch", "post"): locked(_batch(examples, limits), bulk_auth),
        ("/score", "post"): locked(_score(examples, limits), bulk_auth),
        ("/model", "get"): _model(model, limits),
        ("/health", "get"): _health(),
        ("/openapi.json", "get"): _openapi(),
        ("/docs", "get"): _docs(),
    }
    if watched:
        routes["/predict", "post"]["parameters"].append(CUSTOMER_REF)
        routes |= {path: locked(route, bulk_auth) for path, route in watched_routes(limits).items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{contract.target.title} predictor",
            "version": contract.version,
            "summary": f"The chance of {contract.target.noun}, with the reasons.",
            "description": f"“{contract.target.positive}” at a probability of {contract.threshold:.4g} or above, "
            f"“{contract.target.negative}” below. A refusal is a problem document (RFC 9457) that lists every "
            "fault with its field, code and limit, and never repeats a value that was sent. An error without a "
            "body comes from the host: 404, 401, or a 5xx; after a 5xx, ask again. Each body needs a `Content-Length`.",
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
    customers = {name: {"value": customer} for name, customer in examples.customers.items()}
    score = answer("The score.", {JSON: {"schema": ref("Prediction"), "example": examples.prediction}})
    return operation(
        "predict",
        "Score one customer",
        "Base value and contributions add up to the probability. A form, as a browser posts it without "
        "script, is answered by a page.",
        {"200": with_page(score)} | {status: with_page(REFUSALS[status]) for status in REFUSED},
        parameters=[
            include(
                ["explanation", "curves", "changes", "none"],
                "What the answer holds beside the score: `explanation` does so by itself, `curves` (the score along "
                "each number) and `changes` (the smallest change of a number that crosses the threshold; without one, "
                "`pairs` holds the smallest two that cross it together) if they are named, "
                "and `none` leaves the explanation out.",
            )
        ],
        takes=body(
            f"At most {limits['body_bytes']:,} bytes.",
            {
                JSON: {"schema": ref("Customer"), "examples": customers},
                "application/x-www-form-urlencoded": {"schema": ref("CustomerForm"), "example": examples.form},
            },
        ),
    )


def _batch(examples: Examples, limits: Mapping[str, int]) -> Document:
    batches = {"rows": {"value": examples.rows}, "columns": {"value": examples.columns}}
    return operation(
        "predictBatch",
        "Score many customers",
        "Results are in the order of the customers. One who cannot be scored has errors in place of a "
        "score, and spoils no other.",
        {"200": answer("The scores.", {JSON: {"schema": ref("BatchAnswer"), "example": examples.batch}})},
        parameters=[
            include(
                ["reasons", "explanation", "none"],
                "What each result holds beside the score: `reasons`, the largest contributions for and against, or "
                "`explanation`, all of them; a millisecond or two a customer.",
            )
        ],
        takes=body(
            f"At most {limits['batch_rows']:,} customers and {limits['batch_bytes']:,} bytes.",
            {JSON: {"schema": ref("Batch"), "examples": batches}},
        ),
    )


def _score(examples: Examples, limits: Mapping[str, int]) -> Document:
    *most, last = (f"`{name}`" for name in ADDED_COLUMNS)
    scored = {"text/csv": {"schema": TEXT, "example": examples.scored_csv}}
    return operation(
        "score",
        "Score a CSV file",
        f"The same file comes back, in the same order, with the columns {', '.join(most)} and {last} "
        "at the end (with a number behind their names where the file has one of them already). The delimiter (comma, "
        "semicolon, tab or bar), the decimal mark, the line ends and a byte order mark stay as they are. A column is "
        "found by a field's name, alias or label; case, spaces, hyphens and underscores do not count. "
        "Other columns pass through untouched. Cells that a spreadsheet would run "
        "as formulas get an apostrophe. `rank` counts the rows with a higher probability, and one: equal probabilities "
        "(to 12 decimals) share it. `problem` says what keeps a row from being scored, or what to be careful with.",
        {"200": answer("The file with its scores.", scored, "Content-Disposition", "Cache-Control")},
        parameters=[
            include(
                ["reasons", "none"],
                "`reasons` fills the column of that name with the largest contributions for and against, for at most "
                f"{limits['csv_rows_with_reasons']:,} rows.",
            )
        ],
        takes=body(
            "UTF-8 with a heading line; application/csv is taken, too. "
            f"At most {limits['csv_rows']:,} rows and {limits['csv_bytes']:,} bytes.",
            {"text/csv": {"schema": TEXT, "example": examples.csv}},
        ),
    )


def _model(model: Model, limits: Mapping[str, int]) -> Document:
    return _kept(
        "describeModel",
        "Describe the model",
        "What it takes, how well it does on customers it was not fitted on, where it comes from, and "
        "the limits of requests.",
        "The description.",
        {"schema": ref("Description"), "example": describe(model) | {"limits": dict(limits)}},
    )


def _openapi() -> Document:
    return _kept("openapi", "This document", "OpenAPI 3.1.", "The document.", {"schema": {"type": "object"}})


def _kept(name: str, summary: str, description: str, what: str, content: Document) -> Document:
    """Describe a route whose answer may be kept, and asked for again by its tag."""
    answers = {
        "200": answer(what, {JSON: content}, "ETag", "Cache-Control"),
        "304": answer("Nothing has changed.", {}, "ETag", "Cache-Control"),
    }
    return operation(name, summary, description, answers, parameters=[shared("If-None-Match")])


def _health() -> Document:
    return operation(
        "health",
        "Say whether predictions can be trusted right now",
        "The model scores stored customers again and compares.",
        {"200": answer("All is well.", {JSON: {"schema": ref("Health")}}, "Cache-Control")},
    )


def _docs() -> Document:
    return operation(
        "docs",
        "The same for people",
        "A page that needs nothing from outside.",
        {"200": answer("The page.", {HTML: {"schema": TEXT}}, "Cache-Control")},
    )
