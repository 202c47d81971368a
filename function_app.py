"""The HTTP triggers, and the only place that knows status codes.

POST /api/predict         one customer: JSON answered by JSON, a plain form answered by a page
POST /api/predict/batch   many customers; a bad row does not spoil the others
POST /api/score           a CSV of customers, answered by the same CSV with scores
GET  /api/model           what the model takes, how well it does, where it comes from
GET  /api/health          200 when the model is loaded and still gives the numbers it was stored with
GET  /api/openapi.json    all of this for machines
GET  /api/docs            and for people

Where the model is watched (WATCH_URL):

GET  /api/doing           how it does on the customers that came
POST /api/outcomes        a CSV of outcomes
every hour                a look at it, with a line of log where a person should look, too

No value that a customer sent is logged, and no error repeats one.
"""

import asyncio
import contextlib
import functools
import os
import threading
import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import azure.functions as func
import numpy as np

from exchange import FORM, JSON, Document, Exchange, Refusal, log, unsupported
from predict.answers import Scored, answer_batch, answer_row, describe
from predict.csv_file.score_csv import score_table
from predict.errors import ArtifactError, Fault, InvalidInput, MalformedInput, TooLarge, count_faults
from predict.interface.docs import docs_headers, render_docs
from predict.interface.examples import make_examples
from predict.interface.openapi import openapi_document
from predict.model.explain import Explainer
from predict.model.session import Model
from predict.pages.page import render_answer
from predict.requests.body import looks_like_json, read_json, read_urlencoded
from predict.requests.many_customers import Batch, read_columns, read_rows
from predict.requests.one_customer import read_form, read_row
from predict.requests.turns import NoTurn, Turns
from predict.settings import Settings

SETTINGS = Settings.of(os.environ)
LIMITS = SETTINGS.limits
BULK_AUTH = func.AuthLevel(SETTINGS.bulk_auth_level)
CSV = ("text/csv", "application/csv")
RETRY_SECONDS = 30
# Waiting and work together end before the 45 s of a site with the API behind it, and far before functionTimeout.
BULK_SECONDS = 40
BULK_WAIT_SECONDS = 15
BUSY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Other lists are being scored, and this one has waited as long as it may. Send it again in a moment.",
    headers={"Retry-After": "10"},
)

if TYPE_CHECKING:
    from watch.ledger import Ledger
    from watch.serving import Serving
    from watch.witness import Witness

type Answer = Callable[[Exchange], func.HttpResponse]

# The pointer to the model that serves is asked for this long at the start, and looked at again after this pause.
POINTER_SECONDS = 2.0
PAUSE_SECONDS = 60.0
# One that serves, one before it, one that is tried out, and one to spare.
_MODELS_KEPT = 4

_turns = Turns(BULK_WAIT_SECONDS)
_loading = threading.Lock()


def load(key: str = "") -> tuple[Model, Explainer]:
    """Return the model that serves and what explains it; a model that does not load is tried again next time.

    With a key, whatever names a customer, it may be the model that is tried out on a share of them.
    """
    with _loading:  # two threads would each keep a model of their own
        serving = _serving() if SETTINGS.watch_url else None
        model = _packaged() if not serving else serving.choose(key) if key else serving.model
        return model, _explainer(model)


@functools.cache
def _packaged() -> Model:
    return Model.load(SETTINGS.model_path)


@functools.lru_cache(maxsize=_MODELS_KEPT)
def _explainer(model: Model) -> Explainer:
    return Explainer(model)


# Imported only where the setting is there: without it nothing of watch/ costs anything.
@functools.cache
def _serving() -> "Serving":
    from watch.serving import Serving
    from watch.store import open_container

    serving = Serving(_packaged(), open_container(SETTINGS.watch_url, "models", seconds=POINTER_SECONDS))
    serving.look()
    serving.watch(PAUSE_SECONDS)
    return serving


@functools.cache
def _journal() -> "Witness | None":
    if not SETTINGS.watch_url:
        return None
    from watch.answers import AnswerBook
    from watch.journal import Journal
    from watch.store import open_container
    from watch.witness import Witness

    answers = None
    if SETTINGS.keep_answers_days:
        answers = AnswerBook(*(open_container(SETTINGS.watch_url, name) for name in ("answers", "salt")))
    journal = Journal(open_container(SETTINGS.watch_url, "counts"), answers=answers)
    journal.start()
    return Witness(journal, _serving())


@functools.cache
def _ledger() -> "Ledger":
    from watch.ledger import Ledger

    return Ledger(SETTINGS, _packaged())


# While the worker starts, so that no request waits for it. A broken file must not keep the functions from being
# indexed: the first request tries again and logs the reason, for the platform drops a line that belongs to no request.
with contextlib.suppress(ArtifactError):
    load()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answer(request: func.HttpRequest, handler: Answer) -> func.HttpResponse:
    """Answer a request at once, on the worker's loop: for what takes a millisecond or two."""
    exchange = Exchange(_name(handler), request, SETTINGS.site_url)
    response = _handle(exchange, handler)
    exchange.log()
    return response


async def answer_in_turn(request: func.HttpRequest, handler: Answer) -> func.HttpResponse:
    """Answer a request when it is its turn, beside the worker's loop."""
    exchange = Exchange(_name(handler), request, SETTINGS.site_url, BULK_SECONDS)
    try:
        response = await _turns.take(functools.partial(_handle, exchange, handler))
    except NoTurn:
        response = exchange.refuse(BUSY)
    exchange.log()
    return response


def _name(handler: Answer) -> str:
    return handler.__name__.lstrip("_")


def _handle(exchange: Exchange, handler: Answer) -> func.HttpResponse:
    """Call a handler; what it raises becomes a refusal."""
    try:
        return handler(exchange)
    except Refusal as refusal:
        return exchange.refuse(refusal)
    except MalformedInput as error:
        return exchange.refuse(Refusal(HTTPStatus.BAD_REQUEST, str(error), error.faults))
    except TooLarge as error:
        return exchange.refuse(Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error), error.faults))
    except InvalidInput as error:
        return exchange.refuse(Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, count_faults(error.faults), error.faults))
    except ArtifactError as error:
        exchange.trouble(str(error))
        detail = "The model cannot be used now. Please try again in a minute." if exchange.for_page else str(error)
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return exchange.refuse(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers))
    except Exception as error:
        # The place, not the message: that may hold what was sent.
        places = "".join(traceback.format_tb(error.__traceback__))
        exchange.trouble(f"{type(error).__name__}\n{places}")
        detail = f"The service had a problem. Nothing is wrong with the request; give us the request_id, {exchange.id}."
        return exchange.refuse(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


@app.route(route="predict", methods=["POST"])
async def predict(req: func.HttpRequest) -> func.HttpResponse:
    """Score one customer."""
    return answer(req, _predict)


@app.route(route="predict/batch", methods=["POST"], auth_level=BULK_AUTH)
async def predict_batch(req: func.HttpRequest) -> func.HttpResponse:
    """Score many customers."""
    return await answer_in_turn(req, _predict_batch)


@app.route(route="score", methods=["POST"], auth_level=BULK_AUTH)
async def score(req: func.HttpRequest) -> func.HttpResponse:
    """Score a CSV of customers."""
    return await answer_in_turn(req, _score)


@app.route(route="model", methods=["GET"])
async def model(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the model."""
    return answer(req, _model)


@app.route(route="health", methods=["GET"])
async def health(req: func.HttpRequest) -> func.HttpResponse:
    """Say whether predictions can be trusted right now."""
    return answer(req, _health)


@app.route(route="openapi.json", methods=["GET"])
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the interface to machines."""
    return answer(req, _openapi)


@app.route(route="docs", methods=["GET"])
async def docs(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the interface to people."""
    return answer(req, _docs)


if SETTINGS.watch_url:

    @app.route(route="doing", methods=["GET"], auth_level=BULK_AUTH)
    async def doing(req: func.HttpRequest) -> func.HttpResponse:
        """Say how the model does on the customers that came."""
        return await answer_in_turn(req, _doing)

    @app.route(route="outcomes", methods=["POST"], auth_level=BULK_AUTH)
    async def outcomes(req: func.HttpRequest) -> func.HttpResponse:
        """Take a CSV of outcomes."""
        return await answer_in_turn(req, _outcomes)

    @app.timer_trigger(schedule="0 11 * * * *", arg_name="timer")
    async def look(timer: func.TimerRequest) -> None:  # noqa: ARG001  # the worker hands it over by this name
        """Add up what was counted, every hour; the alert in infra/ waits for this warning."""
        document = await asyncio.to_thread(_ledger().refresh)
        for model in document["models"]:
            if model["role"] == "serves" and model["state"] == "look":
                log.warning("the model needs a look: %s %s", model["hash"], model["sentence"])


def _predict(exchange: Exchange) -> func.HttpResponse:
    exchange.for_page = exchange.media_type == FORM
    include = exchange.include(("explanation", "curves", "changes"), default=("explanation",))
    if exchange.for_page:
        return _predict_form(exchange)
    exchange.require(JSON, FORM)
    model, explainer = load(exchange.key)
    journal = _journal()
    try:
        row, warnings = read_row(model.contract, read_json(exchange.body(LIMITS["body_bytes"])))
    except InvalidInput:
        if journal:
            journal.refuse(model)
        raise
    exchange.lap("validate")
    document = answer_row(model, explainer, row, warnings, include, exchange.lap)
    if journal:
        journal.add(model, row, document["probability"], is_warned=bool(warnings), **exchange.names)
    exchange.note(model, rows=1, positive=int(document["will_purchase"]))
    document["request_id"] = exchange.id
    return exchange.json(document)


def _predict_form(exchange: Exchange) -> func.HttpResponse:
    """Answer a form that was posted without script: always with a page."""
    body = exchange.body(LIMITS["body_bytes"])
    if looks_like_json(body):  # curl calls a body a form where nothing else is said
        exchange.for_page = False
        raise unsupported(JSON)
    fields = read_urlencoded(body)
    model, explainer = load(exchange.key)
    try:
        row, warnings = read_row(model.contract, read_form(model.contract, fields))
    except InvalidInput as error:
        if journal := _journal():
            journal.refuse(model)
        page = render_answer(model.contract, fields, SETTINGS.site_url, faults=error.faults)
        return exchange.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    exchange.lap("validate")
    probability = model.score(row)
    exchange.lap("score")
    explanation = explainer.explain([row])[0]
    exchange.lap("explanation")
    scored = Scored(
        row, probability, explanation.base_value, explanation.contributions, warnings, explanation.approximate
    )
    if journal := _journal():
        journal.add(model, row, probability, is_warned=bool(warnings), **exchange.names)
    exchange.note(model, rows=1, positive=int(model.decide(probability)))
    return exchange.page(render_answer(model.contract, fields, SETTINGS.site_url, scored=scored))


def _predict_batch(exchange: Exchange) -> func.HttpResponse:
    exchange.require(JSON)
    include = exchange.include(("reasons", "explanation"))
    model, explainer = load()
    batch = _read_batch(model, read_json(exchange.body(LIMITS["batch_bytes"])))
    exchange.lap("validate", batch.size)
    results = answer_batch(model, explainer, batch, include, exchange.lap)
    scored = len(batch.good)
    if journal := _journal():
        probabilities = np.array([results[number]["probability"] for number in batch.good.tolist()])
        columns = [column.ravel() for column in batch.feed.values()]
        journal.add_many(model, columns, probabilities, failed=batch.size - scored, warned=len(batch.warnings))
    positive = sum(1 for result in results if result.get("will_purchase"))
    exchange.note(model, rows=batch.size, failed=batch.size - scored, positive=positive)
    counts = {"rows": batch.size, "scored": scored, "failed": batch.size - scored}
    document = {"results": results, "counts": counts, "model": model.identity, "request_id": exchange.id}
    return exchange.json(document)


def _read_batch(model: Model, payload: object) -> Batch:
    if not isinstance(payload, dict) or payload.keys() not in ({"rows"}, {"columns"}):
        message = 'Send {"rows": [...]} or {"columns": {...}}, one of the two and nothing else.'
        raise InvalidInput([Fault("", "wrong_type", message)])
    if "rows" in payload:
        if not isinstance(payload["rows"], list):
            raise InvalidInput([Fault("rows", "wrong_type", "rows must be a list of objects, one for each customer.")])
        return read_rows(model.contract, payload["rows"], most_rows=LIMITS["batch_rows"])
    if not isinstance(payload["columns"], dict):
        raise InvalidInput([Fault("columns", "wrong_type", "columns must be an object of lists, one for each field.")])
    return read_columns(model.contract, payload["columns"], most_rows=LIMITS["batch_rows"])


def _score(exchange: Exchange) -> func.HttpResponse:
    exchange.require(*CSV)
    reasons = "reasons" in exchange.include(("reasons",))
    model, explainer = load()
    data = exchange.body(LIMITS["csv_bytes"])
    most_rows = _limits(model)["csv_rows_with_reasons" if reasons else "csv_rows"]
    journal = _journal()
    count = functools.partial(journal.add_many, model) if journal else None
    table = score_table(model, explainer, data, most_rows=most_rows, reasons=reasons, lap=exchange.lap, count=count)
    failed = table.n_rows - table.n_scored
    exchange.note(model, rows=table.n_rows, failed=failed, positive=table.n_positive)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="scored.csv"',
        "Content-Type": "text/csv; charset=utf-8",
    }
    return exchange.respond(table.body, HTTPStatus.OK, "text/csv", headers)


def _limits(model: Model) -> dict[str, int]:
    """Return the limits of requests: reasons that are looked up in tables need none of their own."""
    return LIMITS | ({"csv_rows_with_reasons": LIMITS["csv_rows"]} if model.metadata.explains_quickly else {})


def _model(exchange: Exchange) -> func.HttpResponse:
    model, _ = load()
    return exchange.document(_description(model))


@functools.lru_cache(maxsize=_MODELS_KEPT)
def _description(model: Model) -> Document:
    return Document.of(describe(model) | {"limits": _limits(model)})


def _openapi(exchange: Exchange) -> func.HttpResponse:
    model, _ = load()
    return exchange.document(_interface(model))


@functools.lru_cache(maxsize=_MODELS_KEPT)
def _interface(model: Model) -> Document:
    return Document.of(_interface_document(model))


@functools.lru_cache(maxsize=_MODELS_KEPT)
def _interface_document(model: Model) -> dict[str, Any]:
    examples = make_examples(model, _explainer(model))
    auth, watched = SETTINGS.bulk_auth_level, bool(SETTINGS.watch_url)
    return openapi_document(model, examples, _limits(model), bulk_auth=auth, watched=watched)


def _docs(exchange: Exchange) -> func.HttpResponse:
    # The address as the caller wrote it, so that the commands on the page reach the same place.
    base = exchange.request.url.partition("?")[0].rstrip("/").rpartition("/")[0]
    model, _ = load()
    page = render_docs(_interface_document(model), model.contract, base)
    return exchange.respond(page.encode(), HTTPStatus.OK, "text/html", docs_headers())


def _health(exchange: Exchange) -> func.HttpResponse:
    model, explainer = load()
    model.self_test()
    explainer.self_test()
    document = {"status": "ok", "model": model.identity, "request_id": exchange.id}
    if SETTINGS.watch_url:
        # Why the pointer is not followed, if it is not: the model before it serves on.
        document["shelf"] = _serving().trouble or "ok"
    return exchange.json(document, {"Cache-Control": "no-store"})


def _doing(exchange: Exchange) -> func.HttpResponse:
    return _watched(exchange, _ledger().doing)


def _outcomes(exchange: Exchange) -> func.HttpResponse:
    exchange.require(*CSV)
    data, complete_through = exchange.body(LIMITS["csv_bytes"]), exchange.request.params.get("complete_through", "")
    return _watched(exchange, functools.partial(_ledger().receive, data, complete_through))


def _watched(exchange: Exchange, work: Callable[[], dict[str, Any]]) -> func.HttpResponse:
    """Answer with what the ledger says; it may not be at hand, or not kept."""
    from watch.errors import NotKept, WatchError

    try:
        return exchange.json(work(), {"Cache-Control": "no-store"})
    except NotKept as error:
        raise Refusal(HTTPStatus.CONFLICT, str(error)) from None
    except WatchError as error:
        exchange.trouble(str(error))
        headers = {"Retry-After": str(RETRY_SECONDS)}
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers) from None
