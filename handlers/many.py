"""Many customers: a batch in JSON, or a CSV file."""

import functools
from http import HTTPStatus

import azure.functions as func
import numpy as np

from predict.answers import answer_batch
from predict.csv_file.score_csv import score_table
from predict.errors import Fault, InvalidInput
from predict.model.session import Model
from predict.requests.body import read_json
from predict.requests.customer_refs import read_references
from predict.requests.many_customers import Batch, read_columns, read_rows

from .exchange import CSV, JSON, Exchange
from .serving import LIMITS, journal, limits_of, load

__all__ = ["predict_batch", "score"]


def predict_batch(exchange: Exchange) -> func.HttpResponse:
    """Score many customers."""
    exchange.require(JSON)
    include = exchange.include(("reasons", "explanation"))
    model, explainer = load()
    batch, refs = _read_batch(model, read_json(exchange.body(LIMITS["batch_bytes"])))
    exchange.lap("validate", batch.size)
    results = answer_batch(model, explainer, batch, include, exchange.lap)
    scored = len(batch.good)
    if witness := journal():
        probabilities = np.array([results[number]["probability"] for number in batch.good.tolist()])
        columns = [column.ravel() for column in batch.feed.values()]
        known = [refs[number] for number in batch.good.tolist()] if refs else []
        warned = len(batch.warnings)
        witness.add_many(model, columns, probabilities, failed=batch.size - scored, warned=warned, refs=known)
    positive = sum(1 for result in results if result.get("will_purchase"))
    exchange.note(model, rows=batch.size, failed=batch.size - scored, positive=positive)
    counts = {"rows": batch.size, "scored": scored, "failed": batch.size - scored}
    document = {"results": results, "counts": counts, "model": model.identity, "request_id": exchange.id}
    return exchange.json(document)


def _read_batch(model: Model, payload: object) -> tuple[Batch, list[str]]:
    """Return the customers of a batch, and the caller's references to them if any."""
    if not isinstance(payload, dict) or payload.keys() - {"refs"} not in ({"rows"}, {"columns"}):
        message = 'Send {"rows": [...]} or {"columns": {...}}, one of the two, and with it nothing but "refs".'
        raise InvalidInput([Fault("", "wrong_type", message)])
    if "rows" in payload:
        if not isinstance(payload["rows"], list):
            raise InvalidInput([Fault("rows", "wrong_type", "rows must be a list of objects, one for each customer.")])
        batch = read_rows(model.contract, payload["rows"], most_rows=LIMITS["batch_rows"])
    elif isinstance(payload["columns"], dict):
        batch = read_columns(model.contract, payload["columns"], most_rows=LIMITS["batch_rows"])
    else:
        raise InvalidInput([Fault("columns", "wrong_type", "columns must be an object of lists, one for each field.")])
    return batch, read_references(payload["refs"], batch.size) if "refs" in payload else []


def score(exchange: Exchange) -> func.HttpResponse:
    """Score a CSV of customers."""
    exchange.require(*CSV)
    reasons = "reasons" in exchange.include(("reasons",))
    model, explainer = load()
    data = exchange.body(LIMITS["csv_bytes"])
    most_rows = limits_of(model)["csv_rows_with_reasons" if reasons else "csv_rows"]
    witness = journal()
    count = functools.partial(witness.add_many, model) if witness else None
    table = score_table(model, explainer, data, most_rows=most_rows, reasons=reasons, lap=exchange.lap, count=count)
    failed = table.n_rows - table.n_scored
    exchange.note(model, rows=table.n_rows, failed=failed, positive=table.n_positive)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="scored.csv"',
        "Content-Type": "text/csv; charset=utf-8",
    }
    return exchange.respond(table.body, HTTPStatus.OK, "text/csv", headers)
