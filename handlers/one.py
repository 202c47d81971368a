"""One customer: JSON answered by JSON, a plain form by a page."""

from collections.abc import Callable
from http import HTTPStatus

import azure.functions as func

from predict.answers import Document, Scored, answer_row
from predict.contract import Row
from predict.errors import Fault, InvalidInput
from predict.model.explain import Explainer
from predict.model.session import Model
from predict.requests.body import looks_like_json, read_json, read_urlencoded
from predict.requests.one_customer import read_form, read_row

from .exchange import FORM, JSON, Exchange, unsupported
from .serving import LIMITS, SETTINGS, journal, load

__all__ = ["predict"]


def predict(exchange: Exchange) -> func.HttpResponse:
    """Score one customer."""
    exchange.for_page = exchange.media_type == FORM
    include = exchange.include(("explanation", "curves", "changes"), default=("explanation",))
    exchange.require(JSON, FORM)
    if exchange.for_page:
        return _predict_form(exchange)
    model, explainer = load(exchange)
    body = exchange.body(LIMITS["body_bytes"])
    row, warnings = _check(model, lambda: read_json(body))
    document = _answer(exchange, model, explainer, row, warnings, include)
    document["request_id"] = exchange.id
    return exchange.json(document)


def _predict_form(exchange: Exchange) -> func.HttpResponse:
    """Answer a form that was posted without script: always with a page."""
    from predict.pages.page import render_answer  # few customers come by a form: no JSON waits for it at a cold start

    body = exchange.body(LIMITS["body_bytes"])
    if looks_like_json(body):  # curl calls a body a form where nothing else is said
        exchange.for_page = False
        raise unsupported(JSON)
    fields = read_urlencoded(body)
    model, explainer = load(exchange)
    try:
        row, warnings = _check(model, lambda: read_form(model.contract, fields))
    except InvalidInput as error:
        page = render_answer(model.contract, fields, SETTINGS.site_url, faults=error.faults)
        return exchange.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    document = _answer(exchange, model, explainer, row, warnings, frozenset({"explanation"}))
    scored = Scored.of(row, warnings, document)
    return exchange.page(render_answer(model.contract, fields, SETTINGS.site_url, scored=scored))


def _check(model: Model, read: Callable[[], object]) -> tuple[Row, tuple[Fault, ...]]:
    """Return the row that was sent and its warnings; a refusal is counted."""
    try:
        return read_row(model.contract, read())
    except InvalidInput:
        if witness := journal():
            witness.refuse(model)
        raise


def _answer(
    exchange: Exchange,
    model: Model,
    explainer: Explainer,
    row: Row,
    warnings: tuple[Fault, ...],
    include: frozenset[str],
) -> Document:
    """Return the answer to a row, counted."""
    exchange.lap("validate")
    document = answer_row(model, explainer, row, warnings, include, exchange.lap)
    if witness := journal():
        witness.add(model, row, document["probability"], is_warned=bool(warnings), **exchange.names)
    exchange.note(model, rows=1, positive=int(document["will_purchase"]))
    return document
