"""What the routes of the OpenAPI document share: schemas, parameters, headers, refusals, keys."""

from collections.abc import Iterable
from typing import Any

from ..answers import Document
from ..contract import Contract
from ..errors import FAULT_CODES, PROBLEM, WARNING_CODES, Fault
from ..model.metadata import Evaluation, Provenance
from ..model.pairs import Pair
from ..model.what_if import Change, Curve
from .route_parts import answer
from .schemas import Schema, Schemas, array_of, category_schema, customer_schema, object_of, ref, value_schema

__all__ = ["HEADERS", "PARAMETERS", "REFUSALS", "schemas", "security_schemes"]

_PROBABILITY: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_TEXT: Schema = {"type": "string"}

HEADERS: Document = {
    "X-Request-Id": {
        "description": "The id that was sent if it is valid, otherwise a new one: quote it when something is wrong.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "Server-Timing": {
        "description": "Where the time went, in milliseconds.",
        "required": True,
        "schema": _TEXT,
        "example": "validate;dur=0.041, score;dur=0.012, explanation;dur=0.702, total;dur=0.788",
    },
    "Retry-After": {
        "description": "Seconds after which it is worth trying again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "Accept": {"description": "The media types that are taken.", "required": False, "schema": _TEXT},
    "Accept-Encoding": {"description": "The codings of a body that are taken.", "required": False, "schema": _TEXT},
    "ETag": {"description": "Of this answer; send it back as If-None-Match.", "required": True, "schema": _TEXT},
    "Cache-Control": {"description": "How long the answer may be kept.", "required": True, "schema": _TEXT},
    "Content-Disposition": {"description": "A name for the file.", "required": True, "schema": _TEXT},
}

PARAMETERS: Document = {
    "X-Request-Id": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Your own id of the request, at most 64 letters, digits, dots, hyphens and underscores; "
        "anything else is replaced by a new one.",
        "schema": _TEXT,
        "example": "order-4711",
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of an earlier answer: 304 if nothing has changed.",
        "schema": _TEXT,
    },
}

_KEYS = {"function": "a function key", "admin": "the master key of the app"}


def security_schemes(level: str) -> Document:
    """Return how a route is opened that asks for a key of this level, "function" or "admin"."""
    other = "The same key; the header beats it."
    return {
        "functionKey": {"type": "apiKey", "in": "header", "name": "x-functions-key", "description": _KEYS[level]},
        "functionKeyInQuery": {"type": "apiKey", "in": "query", "name": "code", "description": other},
    }


def _refusal(description: str, *headers: str) -> Document:
    return answer(description, {PROBLEM: {"schema": ref("Problem")}}, *headers)


REFUSALS: Document = {
    "400": _refusal("The body, or a parameter, cannot be read; `errors` says where."),
    "401": {"description": "The key is missing or wrong. The answer is empty."},
    "411": _refusal("The body was sent in chunks, and did not arrive: send its length."),
    "413": _refusal("More than the limit, or than can be done in time; `errors` states what is."),
    "415": _refusal("Another media type than those that are taken, or a compressed body.", "Accept", "Accept-Encoding"),
    "422": _refusal("The body breaks the contract; `errors` lists every fault."),
    "500": _refusal("A fault of the service's own. Where it has no body, it is the host's: ask again."),
    "503": _refusal("No model is loaded that can be trusted, or too many lists wait already.", "Retry-After"),
}


def schemas(contract: Contract, limits: Iterable[str]) -> dict[str, Schema]:
    """Return the schema of every document that goes in or out, by its name.

    Parameters
    ----------
    contract : Contract
    limits : iterable of str
        Names of the limits that the model's description states.
    """
    derived = Schemas()
    curve, change, pair = derived.of(Curve), derived.of(Change), derived.of(Pair)
    description = {
        "model": ref("Identity"),
        "contract": derived.of(Contract),
        "evaluation": derived.of(Evaluation),
        "provenance": derived.of(Provenance),
        "card": {"type": "string", "description": "The model card, in Markdown."},
        "limits": object_of({name: {"type": "integer"} for name in limits}),
    }
    fault = derived.of(Fault)
    customer = customer_schema(contract)
    return derived.components | {
        "Fault": _with_codes(derived.components["Fault"], FAULT_CODES),
        "Warning": _with_codes(derived.components["Fault"], WARNING_CODES),
        "Customer": customer,
        "CustomerForm": _form_schema(contract),
        "Batch": _batch_schema(contract),
        "Identity": _identity_schema(),
        "Contribution": _contribution_schema(contract),
        "Prediction": object_of(
            _score_properties(contract)
            | _explanation_properties()
            | {
                "curves": array_of(curve, description="The score along each number, the rest of the customer held."),
                "changes": array_of(change, description="The smallest single change of each number one could act on."),
                "pairs": array_of(pair, description="With `changes`, if there are none: the smallest two together."),
                "changes_note": _TEXT | {"description": "Why `changes` is empty."},
                "model": ref("Identity"),
                "request_id": _TEXT,
            },
            optional=("base_value", "contributions", "curves", "changes", "pairs", "changes_note"),
        ),
        "BatchAnswer": _batch_answer_schema(contract),
        "Description": object_of(description | {"model": _identity_schema("estimator")}),
        "Health": object_of({"status": {"const": "ok"}, "model": ref("Identity"), "request_id": _TEXT}),
        "Problem": object_of(
            {
                "type": {"const": "about:blank"},
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": _TEXT,
                "errors": array_of(fault),
                "request_id": _TEXT,
            },
            description="RFC 9457.",
        ),
    }


def _with_codes(schema: Schema, codes: dict[str, str]) -> Schema:
    code: Schema = {**schema["properties"]["code"], "enum": list(codes), "x-labels": codes}
    return {**schema, "properties": {**schema["properties"], "code": code}}


def _identity_schema(*more: str) -> Schema:
    return object_of(
        {
            "name": _TEXT,
            "version": _TEXT,
            "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "sha256 of the model's file."},
        }
        | dict.fromkeys(more, _TEXT)
    )


def _form_schema(contract: Contract) -> Schema:
    """Return the schema of a form's texts; the numbers among them are read as people type them."""
    properties = {
        feature.name: category_schema(feature)
        if feature.is_category
        else {"type": "string", "title": feature.label, "description": f"{feature.help} A number as people type it."}
        for feature in contract.features
    }
    return object_of(properties, optional=[feature.name for feature in contract.features if feature.optional])


def _batch_schema(contract: Contract) -> Schema:
    anything: Schema = {"title": "Anything else", "description": "Is answered by its faults, and spoils no other row."}
    rows = array_of({"anyOf": [ref("Customer"), anything]}, description="One customer after the other.")
    lists = {
        feature.name: array_of({"anyOf": [value_schema(feature), anything]}, description=f"{feature.label} of each.")
        for feature in contract.features
    }
    columns = object_of(lists, description="One list for each field, all of the same length.")
    text = "Your own name for each customer, to send outcomes by later; kept as a pseudonym, where answers are kept."
    refs = {"refs": array_of({"type": "string"}, description=text)}
    return {
        "oneOf": [object_of({name: body} | refs, ["refs"]) for name, body in (("rows", rows), ("columns", columns))]
    }


def _score_properties(contract: Contract) -> dict[str, Schema]:
    target = contract.target
    return {
        "prediction": {"type": "string", "enum": [target.positive, target.negative]},
        "will_purchase": {"type": "boolean", "description": "Whether the probability is at least the threshold."},
        "probability": _PROBABILITY,
        "threshold": _PROBABILITY,
        "warnings": array_of(ref("Warning"), description="What the model has not seen of such a customer."),
    }


def _explanation_properties() -> dict[str, Schema]:
    together = (
        "Shapley values in units of probability, exact unless `approximate`; with `base_value` they add up to "
        "`probability`."
    )
    return {
        "base_value": _PROBABILITY | {"description": "The mean probability over the model's background."},
        "contributions": array_of(ref("Contribution"), description=together),
    }


def _contribution_schema(contract: Contract) -> Schema:
    return object_of(
        {
            "feature": {"type": "string", "enum": [feature.name for feature in contract.features]},
            "value": {"type": ["number", "string", "null"]},
            "contribution": {"type": "number", "minimum": -1, "maximum": 1},
            "words": _TEXT,
            "approximate": {
                "const": True,
                "description": "Where it is there, the contribution is a share of what the weaker inputs add together.",
            },
        },
        optional=("approximate",),
    )


def _batch_answer_schema(contract: Contract) -> Schema:
    count: dict[str, Any] = {"type": "integer", "minimum": 0}
    sides = object_of({"for": array_of(ref("Contribution")), "against": array_of(ref("Contribution"))})
    scored = object_of(
        _score_properties(contract) | _explanation_properties() | {"reasons": sides},
        optional=("base_value", "contributions", "reasons"),
        title="A customer who could be scored",
    )
    refused = object_of({"errors": array_of(ref("Fault"), minItems=1)}, title="A customer who could not")
    return object_of(
        {
            "results": array_of({"oneOf": [scored, refused]}, description="In the order of the customers."),
            "counts": object_of({"rows": count, "scored": count, "failed": count}),
            "model": ref("Identity"),
            "request_id": _TEXT,
        }
    )
