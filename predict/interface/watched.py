"""The routes of an app whose model is watched: how it does, and what became of the customers."""

from collections.abc import Mapping

from ..answers import Document
from .route_parts import JSON, TEXT, answer, body, operation
from .schemas import Schema, array_of

__all__ = ["CUSTOMER_REF", "watched_routes"]

CUSTOMER_REF: Document = {
    "name": "X-Customer-Ref",
    "in": "header",
    "description": "Your own name for the customer, to send an outcome by later. It is kept as a pseudonym, and only "
    "where answers are kept.",
    "schema": TEXT,
    "example": "customer-1",
}

_COUNT: Schema = {"type": "integer", "minimum": 0}
_PROBLEM: Schema = {
    "type": "object",
    "required": ["line", "message"],
    "properties": {"line": {"type": "integer", "minimum": 2}, "message": TEXT},
}
_RECEIVED = {
    "rows": _COUNT,
    "matched": _COUNT | {"description": "Customers or requests with an answer that is kept."},
    "unknown": _COUNT | {"description": "Others."},
    "repeated": _COUNT | {"description": "Rows that say what another one says."},
    "failed": _COUNT | {"description": "Rows that cannot be used; `problems` has the first of them."},
    "problems": array_of(_PROBLEM),
    "is_new": {"type": "boolean", "description": "Whether this was not sent before."},
}
_EXAMPLE = {"rows": 2, "matched": 1, "unknown": 1, "repeated": 0, "failed": 0, "problems": [], "is_new": True}


def watched_routes(limits: Mapping[str, int]) -> dict[tuple[str, str], Document]:
    """Return the routes by path and method; both ask for a key."""
    return {("/doing", "get"): _doing(), ("/outcomes", "post"): _outcomes(limits)}


def _doing() -> Document:
    return operation(
        "doing",
        "Say how the model does on the customers that came",
        "For each model that answered in the last 30 days: one sentence, what was said against what "
        "happened, and how each input is spread beside training. Nothing is said of fewer than ten customers.",
        {"200": answer("How each model does.", {JSON: {"schema": {"type": "object"}}}, "Cache-Control")},
    )


def _outcomes(limits: Mapping[str, int]) -> Document:
    received: Schema = {"type": "object", "required": list(_RECEIVED), "properties": _RECEIVED}
    return operation(
        "outcomes",
        "Send outcomes",
        "A file that is sent twice, in parts or in another order counts once. Columns: `request_id`, or "
        "`ref` (what was sent as `X-Customer-Ref`, or in the column `ref` of a file to score) and `time`; and "
        "`outcome`, yes or no. Without the column `outcome` every row is a yes.",
        {
            "200": answer("What was in the file.", {JSON: {"schema": received, "example": _EXAMPLE}}, "Cache-Control"),
            "409": {
                "description": "No answers are kept (KEEP_ANSWERS_DAYS), so that outcomes cannot be held against them."
            },
        },
        parameters=[
            {
                "name": "complete_through",
                "in": "query",
                "description": "The files so far name every yes up to this day. Without it nobody who is not in a file "
                "counts as a no.",
                "schema": TEXT | {"format": "date"},
                "example": "2026-01-31",
            }
        ],
        takes=body(
            f"UTF-8 with a heading line. At most {limits['csv_rows']:,} rows and {limits['csv_bytes']:,} bytes.",
            {"text/csv": {"schema": TEXT, "example": "ref,time\ncustomer-1,2026-01-30\n"}},
        ),
    )
