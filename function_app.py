"""The HTTP triggers, and the only place that knows status codes.

POST /api/predict         one customer: JSON answered by JSON, a plain form answered by a page
POST /api/predict/batch   many customers; a bad row does not spoil the others
POST /api/score           a CSV of customers, answered by the same CSV with scores
GET  /api/model           what the model takes, how well it does, where it comes from
GET  /api/health          200 when the model is loaded and still gives the numbers it was stored with
GET  /api/openapi.json    all of this for machines
GET  /api/docs            and for people

No value that a customer sent is logged, and no error repeats one.
"""

import functools
import hashlib
import logging
import os
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

import azure.functions as func
import orjson

from predict.answers import Scored, answer_batch, answer_row, describe
from predict.csv_file.score_csv import score_table
from predict.errors import ArtifactError, Fault, InvalidInput, MalformedInput, TooLarge, count_faults
from predict.interface.components import PROBLEM
from predict.interface.docs import docs_headers, render_docs
from predict.interface.examples import make_examples
from predict.interface.openapi import openapi_document
from predict.model.explain import Explainer
from predict.model.session import Model
from predict.pages.page import answer_headers, render_answer, render_failure
from predict.requests.body import looks_like_json, read_json, read_urlencoded
from predict.requests.many_customers import Batch, read_columns, read_rows
from predict.requests.one_customer import read_form, read_row
from predict.settings import Settings

SETTINGS = Settings.of(os.environ)
LIMITS = SETTINGS.limits
BULK_AUTH = func.AuthLevel(SETTINGS.bulk_auth_level)
RETRY_SECONDS = 30

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CSV = ("text/csv", "application/csv")
CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^";\s]*)""", re.IGNORECASE)
SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = logging.getLogger("purchase")


class Refusal(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        faults: Iterable[Fault] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status, self.detail, self.faults, self.headers = status, detail, tuple(faults), headers
        super().__init__(detail)


class Exchange:
    """One request on its way to its answer: its id, where the time goes, what the log may know of it.

    Attributes
    ----------
    id : str
        The caller's if it is a sane one.
    media_type : str
        Of the body.
    for_page : bool
        Whether a refusal is a page, as whoever posted a form without script expects.
    """

    def __init__(self, name: str, request: func.HttpRequest) -> None:
        self.request = request
        self.media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        given = request.headers.get("x-request-id", "")
        self.id = given if given and SANE_ID.fullmatch(given) else os.urandom(16).hex()
        self._name = name
        self._facts: tuple[Model | None, dict[str, int]] = None, {}
        self.for_page = False
        self._started = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Note that a part of the work is done, and how long it took; a part may be done bit by bit."""
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + now - self._last
        self._last = now

    def note(self, loaded: Model, **counts: int) -> None:
        """Tell the log counts and the model, and nothing of a customer."""
        self._facts = loaded, counts

    def body(self, limit: int) -> bytes:
        """Return the body, if it is not too large."""
        body: bytes = self.request.get_body()
        if len(body) > limit:
            raise TooLarge(f"The body is larger than the {limit} bytes allowed here. Send less at once.", limit)
        return body

    def include(self, allowed: tuple[str, ...], default: tuple[str, ...] = ()) -> frozenset[str]:
        """Return what the caller asks for: the default and what `include` adds to it; "none" takes the default away."""
        return _included(self.request.params.get("include", ""), allowed, default)

    def json(self, document: Mapping[str, Any]) -> func.HttpResponse:
        """Answer 200 with a document."""
        return self.respond(orjson.dumps(document), HTTPStatus.OK, JSON)

    def refuse(self, refusal: Refusal) -> func.HttpResponse:
        """Answer with an RFC 9457 problem document, or with a page that says the same."""
        if self.for_page:
            page = render_failure("The form could not be answered", refusal.detail, SETTINGS.site_url)
            return self.page(page, refusal.status, refusal.headers)
        document = {
            "type": "about:blank",
            "title": refusal.status.phrase,
            "status": refusal.status.value,
            "detail": refusal.detail,
            "errors": [fault.to_dict() for fault in refusal.faults],
            "request_id": self.id,
        }
        return self.respond(orjson.dumps(document), refusal.status, PROBLEM, refusal.headers)

    def page(
        self, html: str, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
    ) -> func.HttpResponse:
        """Answer with a page."""
        all_headers = answer_headers(SETTINGS.site_url) | (headers or {})
        return self.respond(html.encode(), status, "text/html", all_headers)

    def respond(
        self, body: bytes, status: HTTPStatus, media_type: str, headers: dict[str, str] | None = None
    ) -> func.HttpResponse:
        """Answer, and write the one line of the log."""
        total = (time.perf_counter() - self._started) * 1e3
        timing = ", ".join(
            [f"{name};dur={lap * 1e3:.3f}" for name, lap in self._laps.items()] + [f"total;dur={total:.3f}"]
        )
        # The type first and by itself: from `mimetype` the library adds it at the price of a whole header lookup.
        own = {"Content-Type": media_type, "X-Request-Id": self.id, "Server-Timing": timing}
        if log.isEnabledFor(logging.INFO):
            log.info("%s", self._line(status, total))
        all_headers = own | headers if headers else own
        return func.HttpResponse(body, status_code=int(status), headers=all_headers)

    def _line(self, status: HTTPStatus, milliseconds: float) -> str:
        loaded, counts = self._facts
        model = {"model": loaded.contract.version, "hash": loaded.hash[:12]} if loaded else {}
        facts = {"function": self._name, "request_id": self.id, **counts, **model, "status": int(status)}
        return orjson.dumps(facts | {"ms": round(milliseconds, 3)}).decode()


@functools.lru_cache(maxsize=64)
def _included(text: str, allowed: tuple[str, ...], default: tuple[str, ...]) -> frozenset[str]:
    """Read an `include`; few are ever asked for, each of them often."""
    asked = {part.strip() for part in text.split(",")} - {""}
    if not asked <= {*allowed, "none"}:
        detail = f"include takes {', '.join(allowed)} and none, separated by commas."
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [Fault("include", "unknown_value", detail)])
    return frozenset((asked | ({*default} if "none" not in asked else set())) - {"none"})


type Answer = Callable[[Exchange], func.HttpResponse]


_loading = threading.Lock()


def load() -> tuple[Model, Explainer]:
    """Return the model and what explains it, loaded once; a model that does not load is tried again next time."""
    with _loading:  # two threads would each keep a model of their own
        return _load()


@functools.cache
def _load() -> tuple[Model, Explainer]:
    model = Model.load(SETTINGS.model_path)
    return model, Explainer(model)


def _warm_up() -> None:
    """Load the model while the worker starts; a broken file must not keep the functions from being indexed."""
    try:
        load()
    except ArtifactError as error:
        log.error("model not loaded: %s", error)


_warm_up()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answer(request: func.HttpRequest, handler: Answer) -> func.HttpResponse:
    """Answer a request; what the handler raises becomes a refusal."""
    exchange = Exchange(handler.__name__.lstrip("_"), request)
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
        log.error("request %s: %s", exchange.id, error)
        detail = "The model cannot be used now. Please try again in a minute." if exchange.for_page else str(error)
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return exchange.refuse(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers))
    except Exception as error:
        # The place, not the message: that may hold what was sent.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("request %s failed: %s\n%s", exchange.id, type(error).__name__, places)
        detail = f"The service had a problem. Nothing is wrong with the request; give us the request_id, {exchange.id}."
        return exchange.refuse(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


# The functions that answer within a millisecond or two run on the worker's loop, without a thread between.


@app.route(route="predict", methods=["POST"])
async def predict(req: func.HttpRequest) -> func.HttpResponse:
    """Score one customer."""
    return answer(req, _predict)


@app.route(route="predict/batch", methods=["POST"], auth_level=BULK_AUTH)
def predict_batch(req: func.HttpRequest) -> func.HttpResponse:
    """Score many customers."""
    return answer(req, _predict_batch)


@app.route(route="score", methods=["POST"], auth_level=BULK_AUTH)
def score(req: func.HttpRequest) -> func.HttpResponse:
    """Score a CSV of customers."""
    return answer(req, _score)


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


def _predict(exchange: Exchange) -> func.HttpResponse:
    exchange.for_page = exchange.media_type == FORM
    include = exchange.include(("explanation", "curves", "changes"), default=("explanation",))
    if exchange.for_page:
        return _predict_form(exchange)
    _require_media_type(exchange, JSON, FORM)
    model, explainer = load()
    row, warnings = read_row(model.contract, read_json(exchange.body(LIMITS["body_bytes"])))
    exchange.lap("validate")
    document = answer_row(model, explainer, row, warnings, include, exchange.lap)
    exchange.note(model, rows=1, positive=int(document["will_purchase"]))
    document["request_id"] = exchange.id
    return exchange.json(document)


def _predict_form(exchange: Exchange) -> func.HttpResponse:
    """Answer a form that was posted without script: always with a page."""
    body = exchange.body(LIMITS["body_bytes"])
    if looks_like_json(body):  # curl calls a body a form where nothing else is said
        exchange.for_page = False
        raise _unsupported(JSON)
    fields = read_urlencoded(body)
    model, explainer = load()
    try:
        row, warnings = read_row(model.contract, read_form(model.contract, fields))
    except InvalidInput as error:
        page = render_answer(model.contract, fields, SETTINGS.site_url, faults=error.faults)
        return exchange.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    exchange.lap("validate")
    probability = model.score(row)
    exchange.lap("score")
    explanation = explainer.explain([row])[0]
    exchange.lap("explanation")
    scored = Scored(row, probability, explanation.base_value, explanation.contributions, warnings)
    exchange.note(model, rows=1, positive=int(model.decide(probability)))
    return exchange.page(render_answer(model.contract, fields, SETTINGS.site_url, scored=scored))


def _predict_batch(exchange: Exchange) -> func.HttpResponse:
    _require_media_type(exchange, JSON)
    include = exchange.include(("reasons", "explanation"))
    model, explainer = load()
    batch = _read_batch(model, read_json(exchange.body(LIMITS["batch_bytes"])))
    exchange.lap("validate")
    results = answer_batch(model, explainer, batch, include, exchange.lap)
    scored = len(batch.good)
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
    _require_media_type(exchange, *CSV)
    reasons = "reasons" in exchange.include(("reasons",))
    model, explainer = load()
    data = exchange.body(LIMITS["csv_bytes"])
    most_rows = LIMITS["csv_rows_with_reasons" if reasons else "csv_rows"]
    table = score_table(model, explainer, data, most_rows=most_rows, reasons=reasons, lap=exchange.lap)
    failed = table.n_rows - table.n_scored
    exchange.note(model, rows=table.n_rows, failed=failed, positive=table.n_positive)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'attachment; filename="scored.csv"',
        "Content-Type": "text/csv; charset=utf-8",
    }
    return exchange.respond(table.body, HTTPStatus.OK, "text/csv", headers)


def _model(exchange: Exchange) -> func.HttpResponse:
    return _tagged(exchange, *_description())


@functools.cache
def _description() -> tuple[bytes, str]:
    """Return the model's description and its entity tag."""
    model, _ = load()
    return _with_tag(describe(model) | {"limits": LIMITS})


def _openapi(exchange: Exchange) -> func.HttpResponse:
    return _tagged(exchange, *_interface())


@functools.cache
def _interface() -> tuple[bytes, str]:
    """Return the OpenAPI document and its entity tag."""
    return _with_tag(_interface_document())


@functools.cache
def _interface_document() -> dict[str, Any]:
    model, explainer = load()
    examples = make_examples(model, explainer)
    return openapi_document(model, examples, LIMITS, bulk_auth=SETTINGS.bulk_auth_level)


def _docs(exchange: Exchange) -> func.HttpResponse:
    # The address as the caller wrote it, so that the commands on the page reach the same place.
    base = exchange.request.url.partition("?")[0].rstrip("/").rpartition("/")[0]
    model, _ = load()
    page = render_docs(_interface_document(), model.contract, base)
    return exchange.respond(page.encode(), HTTPStatus.OK, "text/html", docs_headers())


def _with_tag(document: Mapping[str, Any]) -> tuple[bytes, str]:
    body = orjson.dumps(document)
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _tagged(exchange: Exchange, body: bytes, tag: str) -> func.HttpResponse:
    """Answer with a document, or 304 to whoever has it."""
    headers = {"ETag": tag, "Cache-Control": "public, max-age=60, stale-while-revalidate=600"}
    known = exchange.request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in (entry.strip().removeprefix("W/") for entry in known.split(",")):
        return exchange.respond(b"", HTTPStatus.NOT_MODIFIED, JSON, headers)
    return exchange.respond(body, HTTPStatus.OK, JSON, headers)


def _health(exchange: Exchange) -> func.HttpResponse:
    model, _ = load()
    model.self_test()
    document = {"status": "ok", "model": model.identity, "request_id": exchange.id}
    return exchange.respond(orjson.dumps(document), HTTPStatus.OK, JSON, {"Cache-Control": "no-store"})


def _require_media_type(exchange: Exchange, *accepted: str) -> None:
    if exchange.media_type not in accepted:
        raise _unsupported(*accepted)
    charset = CHARSET.search(exchange.request.headers.get("content-type", ""))
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The charset must be utf-8. Send the body in UTF-8.")


def _unsupported(*accepted: str) -> Refusal:
    detail = f"Send the body with Content-Type: {' or '.join(accepted)}."
    return Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept": ", ".join(accepted)})
