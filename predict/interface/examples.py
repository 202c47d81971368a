"""Examples of the interface: the contract's customers as they are sent, and what the model answers to them.

They are made by the code that serves, so that no example can be out of date.
"""

import csv
import io
from dataclasses import dataclass
from http import HTTPStatus

from ..answers import Document, answer_batch, answer_row
from ..contract import Contract, Row
from ..csv_file.score_csv import score_table
from ..errors import InvalidInput, count_faults, problem_document
from ..model.explain import Explainer
from ..model.session import Model
from ..requests.many_customers import read_rows
from ..requests.one_customer import read_row

__all__ = ["Examples", "make_examples"]

_REQUEST_ID = "b5b26b03f2a64e0f8a3c"


@dataclass(frozen=True)
class Examples:
    """Requests and their answers.

    Attributes
    ----------
    customers : dict of str to dict
        By the example's name.
    prediction : dict
        The answer to the first of them, with its explanation.
    form : dict of str to str
        The first of them as a form's texts.
    rows, columns : dict
        All of them as a batch, in both shapes.
    batch : dict
        The answer to `rows`.
    csv, scored_csv : str
        All of them as a file, and the answer.
    problem : dict
        The answer to the first of them with a number below its limit.
    """

    customers: dict[str, Document]
    prediction: Document
    form: dict[str, str]
    rows: Document
    columns: Document
    batch: Document
    csv: str
    scored_csv: str
    problem: Document


def make_examples(model: Model, explainer: Explainer) -> Examples:
    """Make every example; a contract without customers lends one from the model's background."""
    contract = model.contract
    rows = {example.name: example.values for example in contract.examples} or {"One": model.metadata.background[0]}
    customers = {name: _customer(contract, row) for name, row in rows.items()}
    payloads = list(customers.values())
    first, row = payloads[0], next(iter(rows.values()))
    warnings = read_row(contract, first)[1]
    prediction = answer_row(model, explainer, row, warnings, frozenset({"explanation"}))
    batch = read_rows(contract, payloads, most_rows=len(payloads))
    results = answer_batch(model, explainer, batch, frozenset())
    table = _csv(contract, payloads)
    scored = score_table(model, explainer, table.encode(), most_rows=len(payloads), reasons=False)
    return Examples(
        customers=customers,
        prediction=prediction | {"request_id": _REQUEST_ID},
        form={name: str(value) for name, value in first.items() if value is not None},
        rows={"rows": payloads},
        columns={"columns": {name: [payload[name] for payload in payloads] for name in first}},
        batch={
            "results": results,
            "counts": {"rows": len(payloads), "scored": len(payloads), "failed": 0},
            "model": model.identity,
            "request_id": _REQUEST_ID,
        },
        csv=table,
        scored_csv=scored.body.decode(),
        problem=_problem(contract, first),
    )


def _customer(contract: Contract, row: Row) -> Document:
    return {
        feature.name: int(value) if feature.kind == "integer" and isinstance(value, int | float) else value
        for feature, value in zip(contract.features, row, strict=True)
    }


def _csv(contract: Contract, payloads: list[Document]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [feature.name for feature in contract.features], lineterminator="\n")
    writer.writeheader()
    writer.writerows(payloads)
    return out.getvalue()


def _problem(contract: Contract, customer: Document) -> Document:
    """Return the problem document of a customer whose first number is below its limit, or whose fields are missing."""
    low = {f.name: f.minimum - 1 for f in contract.features if not f.is_category and f.minimum is not None}
    payload = customer | dict(list(low.items())[:1]) if low else {}
    try:
        read_row(contract, payload)
    except InvalidInput as error:
        faults = error.faults
    return problem_document(HTTPStatus.UNPROCESSABLE_ENTITY, count_faults(faults), faults, _REQUEST_ID)
