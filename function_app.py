"""The HTTP triggers, and the only place that knows status codes.

POST /api/predict         one customer: JSON answered by JSON, a plain form answered by a page
POST /api/predict/batch   many customers; a bad row does not spoil the others
POST /api/score           a CSV of customers, answered by the same CSV with scores
GET  /api/model           what the model takes, how well it does, where it comes from
GET  /api/health          200 when the model is loaded and still gives the numbers it was stored with
GET  /api/openapi.json    all of this for machines
GET  /api/docs            and for people

Nothing that a customer sent is logged, and no error repeats it.
"""

import functools
import hashlib
import logging
import os
import re
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import azure.functions as func
import orjson

from predict.answers import answer_batch, answer_row, describe
from predict.batch import Batch, read_columns, read_rows
from predict.body import read_json, read_urlencoded
from predict.docs import docs_headers, render_docs
from predict.errors import ArtifactError, Fault, InvalidInput, MalformedInput, TooLarge
from predict.examples import make_examples
from predict.explain import Explainer
from predict.model import Model
from predict.openapi import openapi_document
from predict.page import answer_headers, render_answer, render_failure
from predict.result import Scored
from predict.table import score_table
from predict.validation import read_form, read_row

MODEL_PATH = os.environ.get("MODEL_PATH") or str(Path(__file__).with_name("predict") / "model.onnx")
SITE_URL = os.environ.get("SITE_URL") or "/"
MAX_BATCH_ROWS = int(os.environ.get("MAX_BATCH_ROWS") or 1000)
MAX_CSV_ROWS = int(os.environ.get("MAX_CSV_ROWS") or 100_000)
# Whoever may send a thousand customers at once needs a key, unless the deployment says otherwise.
BULK_AUTH = func.AuthLevel((os.environ.get("BULK_AUTH_LEVEL") or "function").lower())

MAX_BODY_BYTES = 64 * 1024
MAX_BATCH_BYTES = 64 * 1024 + 1024 * MAX_BATCH_ROWS
# What FUNCTIONS_REQUEST_BODY_SIZE_LIMIT is set to where the app is deployed: the host refuses more without a word.
MAX_CSV_BYTES = 16 * 1024 * 1024
# About a millisecond a row, a few on a busy core: well within the 45 s that a site with the API behind it waits.
MAX_REASON_ROWS = min(5_000, MAX_CSV_ROWS)
LIMITS = {
    "body_bytes": MAX_BODY_BYTES,
    "batch_rows": MAX_BATCH_ROWS,
    "batch_bytes": MAX_BATCH_BYTES,
    "csv_rows": MAX_CSV_ROWS,
    "csv_bytes": MAX_CSV_BYTES,
    "csv_rows_with_reasons": MAX_REASON_ROWS,
}
RETRY_SECONDS = 30

JSON = "application/json"
PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
CSV = ("text/csv", "application/csv")
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
    """One request on its way to its answer: its id, where the time goes, what the log may know of it."""

    def __init__(self, name: str, request: func.HttpRequest) -> None:
        self.request = request
        self.media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        given = request.headers.get("x-request-id", "")
        self.id = given if given and SANE_ID.fullmatch(given) else os.urandom(16).hex()
        self._name = name
        self._facts: tuple[Model | None, dict[str, int]] = None, {}
        self._started = self._marked = time.perf_counter()
        self._timing = ""

    def mark(self, name: str) -> None:
        """Note that a part of the work is done, and how long it took."""
        now = time.perf_counter()
        self._timing += f"{name};dur={(now - self._marked) * 1e3:.3f}, "
        self._marked = now

    def note(self, loaded: Model, **counts: int) -> None:
        """Tell the log counts and the model, and nothing of a customer."""
        self._facts = loaded, counts

    def body(self, limit: int) -> bytes:
        """Return the body, if it is not too large."""
        body: bytes = self.request.get_body()
        if len(body) > limit:
            raise too_large(f"The body is larger than the {limit} bytes allowed here. Send less at once.", limit)
        return body

    def include(self, allowed: tuple[str, ...], default: tuple[str, ...] = ()) -> frozenset[str]:
        """Return what the caller asks for: the default and what `include` adds to it; "none" takes the default away."""
        return _included(self.request.params.get("include", ""), allowed, default)

    def json(self, document: Mapping[str, Any]) -> func.HttpResponse:
        """Answer 200 with a document."""
        return self.respond(orjson.dumps(document), HTTPStatus.OK, JSON)

    def problem(self, refusal: Refusal) -> func.HttpResponse:
        """Answer with an RFC 9457 problem document."""
        document = {
            "type": "about:blank",
            "title": refusal.status.phrase,
            "status": refusal.status.value,
            "detail": refusal.detail,
            "errors": [fault.to_dict() for fault in refusal.faults],
            "request_id": self.id,
        }
        return self.respond(orjson.dumps(document), refusal.status, PROBLEM, refusal.headers)

    def page(self, html: str, status: HTTPStatus = HTTPStatus.OK) -> func.HttpResponse:
        """Answer with a page."""
        return self.respond(html.encode(), status, "text/html", answer_headers(SITE_URL))

    def respond(
        self, body: bytes, status: HTTPStatus, media_type: str, headers: dict[str, str] | None = None
    ) -> func.HttpResponse:
        """Answer, and write the one line of the log."""
        total = (time.perf_counter() - self._started) * 1e3
        timing = f"{self._timing}total;dur={total:.3f}"
        own = {"X-Request-Id": self.id, "Server-Timing": timing}
        if log.isEnabledFor(logging.INFO):
            log.info("%s", self._line(status, total))
        all_headers = own | headers if headers else own
        return func.HttpResponse(body, status_code=int(status), headers=all_headers, mimetype=media_type)

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


@functools.cache
def load_model() -> Model:
    """Return the model, loaded once; a model that does not load is tried again at the next request."""
    return Model.load(MODEL_PATH)


@functools.cache
def load_explainer() -> Explainer:
    """Return what explains the model's scores."""
    return Explainer(load_model())


def _warm_up() -> None:
    """Load the model while the worker starts; a broken file must not keep the functions from being indexed."""
    try:
        load_explainer()
    except ArtifactError as error:
        log.error("model not loaded: %s", error)


_warm_up()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answer(request: func.HttpRequest, handler: Answer) -> func.HttpResponse:
    """Answer a request; what the handler raises becomes a problem document."""
    exchange = Exchange(handler.__name__.lstrip("_"), request)
    try:
        return handler(exchange)
    except Refusal as refusal:
        return exchange.problem(refusal)
    except MalformedInput as error:
        return exchange.problem(Refusal(HTTPStatus.BAD_REQUEST, str(error), error.faults))
    except TooLarge as error:
        return exchange.problem(Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error), error.faults))
    except InvalidInput as error:
        count = len(error.faults)
        detail = f"{count} {'thing' if count == 1 else 'things'} to mend, listed in errors."
        return exchange.problem(Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail, error.faults))
    except ArtifactError as error:
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return exchange.problem(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers))
    except Exception as error:
        # The place, not the message: that may hold what was sent.
        places = "".join(traceback.format_tb(error.__traceback__))
        log.error("request %s failed: %s\n%s", exchange.id, type(error).__name__, places)
        detail = "The service had a problem. Nothing is wrong with the request; give us the request_id."
        return exchange.problem(Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, detail))


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
    if exchange.media_type != JSON:
        # curl calls a body a form where nothing else is said.
        if exchange.media_type == FORM and not exchange.body(MAX_BODY_BYTES).lstrip().startswith((b"{", b"[")):
            return _predict_form(exchange)
        if exchange.media_type == FORM:
            _require_media_type(exchange, JSON)
        _require_media_type(exchange, JSON, FORM)
    include = exchange.include(("explanation", "curves", "changes"), default=("explanation",))
    loaded = load_model()
    row, warnings = read_row(loaded.contract, read_json(exchange.body(MAX_BODY_BYTES)))
    exchange.mark("validate")
    document = answer_row(loaded, load_explainer(), row, warnings, include)
    exchange.mark("model")
    exchange.note(loaded, rows=1, positive=int(document["will_purchase"]))
    return exchange.json(document | {"request_id": exchange.id})


def _predict_form(exchange: Exchange) -> func.HttpResponse:
    """Answer a form that was posted without script: always with a page."""
    try:
        loaded = load_model()
        fields = read_urlencoded(exchange.body(MAX_BODY_BYTES))
    except ArtifactError:
        page = render_failure("The form could not be answered", "Please try again in a minute.", SITE_URL)
        return exchange.page(page, HTTPStatus.SERVICE_UNAVAILABLE)
    except MalformedInput as error:
        page = render_failure("The form could not be answered", str(error), SITE_URL)
        return exchange.page(page, HTTPStatus.BAD_REQUEST)
    try:
        row, warnings = read_row(loaded.contract, read_form(loaded.contract, fields))
    except InvalidInput as error:
        page = render_answer(loaded.contract, fields, SITE_URL, faults=error.faults)
        return exchange.page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    probability = float(loaded.probabilities([row])[0])
    explanation = load_explainer().explain([row])[0]
    scored = Scored(row, probability, explanation.base_value, explanation.contributions, warnings)
    exchange.note(loaded, rows=1, positive=int(loaded.decide(probability)))
    return exchange.page(render_answer(loaded.contract, fields, SITE_URL, scored=scored))


def _predict_batch(exchange: Exchange) -> func.HttpResponse:
    _require_media_type(exchange, JSON)
    include = exchange.include(("reasons", "explanation"))
    loaded = load_model()
    batch = _read_batch(loaded, read_json(exchange.body(MAX_BATCH_BYTES)))
    exchange.mark("validate")
    results = answer_batch(loaded, load_explainer(), batch, include)
    exchange.mark("model")
    scored = len(batch.good)
    positive = sum(1 for result in results if result.get("will_purchase"))
    exchange.note(loaded, rows=batch.size, failed=batch.size - scored, positive=positive)
    counts = {"rows": batch.size, "scored": scored, "failed": batch.size - scored}
    document = {"results": results, "counts": counts, "model": loaded.identity, "request_id": exchange.id}
    return exchange.json(document)


def _read_batch(loaded: Model, payload: object) -> Batch:
    if not isinstance(payload, dict) or payload.keys() not in ({"rows"}, {"columns"}):
        message = 'Send {"rows": [...]} or {"columns": {...}}, one of the two and nothing else.'
        raise InvalidInput([Fault("", "wrong_type", message)])
    rows, columns = payload.get("rows"), payload.get("columns")
    if "rows" in payload and not isinstance(rows, list):
        raise InvalidInput([Fault("rows", "wrong_type", "rows must be a list of objects, one for each customer.")])
    if "columns" in payload and not isinstance(columns, dict):
        raise InvalidInput([Fault("columns", "wrong_type", "columns must be an object of lists, one for each field.")])
    batch = read_columns(loaded.contract, columns) if isinstance(columns, dict) else None
    size = batch.size if batch else len(rows or [])
    if size > MAX_BATCH_ROWS:
        raise too_large(f"At most {MAX_BATCH_ROWS} rows are scored at once. Send them in parts.", MAX_BATCH_ROWS)
    return batch or read_rows(loaded.contract, rows or [])


def _score(exchange: Exchange) -> func.HttpResponse:
    _require_media_type(exchange, *CSV)
    reasons = "reasons" in exchange.include(("reasons",))
    loaded = load_model()
    data = exchange.body(MAX_CSV_BYTES)
    most_rows = MAX_REASON_ROWS if reasons else MAX_CSV_ROWS
    table = score_table(loaded, load_explainer(), data, most_rows=most_rows, reasons=reasons)
    exchange.mark("model")
    failed = table.n_rows - table.n_scored
    exchange.note(loaded, rows=table.n_rows, failed=failed, positive=table.n_positive)
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
    return _with_tag(describe(load_model(), LIMITS))


def _openapi(exchange: Exchange) -> func.HttpResponse:
    return _tagged(exchange, *_interface())


@functools.cache
def _interface() -> tuple[bytes, str]:
    """Return the OpenAPI document and its entity tag."""
    return _with_tag(_interface_document())


@functools.cache
def _interface_document() -> dict[str, Any]:
    loaded = load_model()
    examples = make_examples(loaded, load_explainer())
    return openapi_document(loaded, examples, LIMITS, bulk_needs_key=BULK_AUTH is not func.AuthLevel.ANONYMOUS)


def _docs(exchange: Exchange) -> func.HttpResponse:
    # The address as the caller wrote it, so that the commands on the page reach the same place.
    base = exchange.request.url.partition("?")[0].rstrip("/").removesuffix("/docs")
    page = render_docs(_interface_document(), load_model().contract, base)
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
    loaded = load_model()
    loaded.self_test()
    document = {"status": "ok", "model": loaded.identity, "request_id": exchange.id}
    return exchange.respond(orjson.dumps(document), HTTPStatus.OK, JSON, {"Cache-Control": "no-store"})


def _require_media_type(exchange: Exchange, *accepted: str) -> None:
    if exchange.media_type not in accepted:
        detail = f"Send the body with Content-Type: {' or '.join(accepted)}."
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept": ", ".join(accepted)})


def too_large(detail: str, limit: int) -> Refusal:
    """Return the refusal of a request that is larger than a limit."""
    return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, [Fault("", "too_large", detail, limit)])
