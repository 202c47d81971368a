"""The HTTP triggers, and the only place that knows status codes.

POST /api/predict   one customer: JSON answered by JSON, a plain form answered by a page
GET  /api/model     what the model takes, how well it does, where it comes from
GET  /api/health    200 when the model is loaded and still gives the numbers it was stored with

Nothing that a customer sent is logged, and no error repeats it.
"""

import functools
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path

import azure.functions as func
import orjson

from predict.body import read_json, read_urlencoded
from predict.errors import ArtifactError, Fault, InvalidInput, MalformedInput
from predict.model import Model
from predict.page import answer_headers, render_answer, render_failure
from predict.validation import read_form, read_row

MODEL_PATH = os.environ.get("MODEL_PATH") or str(Path(__file__).with_name("predict") / "model.onnx")
SITE_URL = os.environ.get("SITE_URL") or "/"
MAX_BODY_BYTES = 64 * 1024
RETRY_SECONDS = 30

log = logging.getLogger("purchase")

type Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


class Refusal(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.detail, self.faults, self.headers = status, detail, tuple(faults), headers
        super().__init__(detail)


@functools.cache
def load_model() -> Model:
    """Return the model, loaded once; a model that does not load is tried again at the next request."""
    return Model.load(MODEL_PATH)


def _warm_up() -> None:
    """Load the model while the worker starts; a broken file must not keep the functions from being indexed."""
    try:
        load_model()
    except ArtifactError as error:
        log.error("model not loaded: %s", error)


_warm_up()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answering_problems(handler: Handler) -> Handler:
    """Turn what a handler raises into RFC 9457 problem documents."""

    @functools.wraps(handler)
    async def answer(req: func.HttpRequest) -> func.HttpResponse:
        try:
            return await handler(req)
        except Refusal as refusal:
            return _problem(refusal)
        except MalformedInput as error:
            return _problem(Refusal(HTTPStatus.BAD_REQUEST, str(error), error.faults))
        except InvalidInput as error:
            count = len(error.faults)
            detail = f"{count} {'thing' if count == 1 else 'things'} to mend, listed in errors."
            return _problem(Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail, error.faults))
        except ArtifactError as error:
            return _problem(_unavailable(error))

    return answer


@app.route(route="predict", methods=["POST"])
@answering_problems
async def predict(req: func.HttpRequest) -> func.HttpResponse:
    """Score one customer."""
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        return _predict_form(_body(req))
    if media_type != "application/json":
        detail = "Send the customer as application/json, or as application/x-www-form-urlencoded from a form."
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept": "application/json"})
    model = load_model()
    row, warnings = read_row(model.contract, read_json(_body(req)))
    probability = float(model.probabilities([row])[0])
    will_purchase = model.decide(probability)
    return _json(
        {
            "prediction": model.contract.words(will_purchase),
            "will_purchase": will_purchase,
            "probability": probability,
            "threshold": model.contract.threshold,
            "warnings": [warning.to_dict() for warning in warnings],
            "model": _identity(model),
        }
    )


@app.route(route="model", methods=["GET"])
@answering_problems
async def model(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001
    """Describe the model."""
    loaded = load_model()
    facts = asdict(loaded.metadata)
    return _json(
        {"model": _identity(loaded) | {"estimator": loaded.contract.estimator}}
        | {part: facts[part] for part in ("contract", "evaluation", "provenance")}
    )


@app.route(route="health", methods=["GET"])
@answering_problems
async def health(req: func.HttpRequest) -> func.HttpResponse:  # noqa: ARG001
    """Say whether predictions can be trusted right now."""
    loaded = load_model()
    loaded.self_test()
    return _json({"status": "ok", "model": _identity(loaded)})


def _predict_form(body: bytes) -> func.HttpResponse:
    """Answer a form that was posted without script: always with a page."""
    headers = answer_headers(SITE_URL)
    try:
        contract = load_model().contract
        fields = read_urlencoded(body)
    except (ArtifactError, MalformedInput) as error:
        unavailable = isinstance(error, ArtifactError)
        status = HTTPStatus.SERVICE_UNAVAILABLE if unavailable else HTTPStatus.BAD_REQUEST
        detail = "Please try again in a minute." if unavailable else str(error)
        page = render_failure("The form could not be answered", detail, SITE_URL)
        return func.HttpResponse(page, status_code=status, headers=headers, mimetype="text/html")
    try:
        row, warnings = read_row(contract, read_form(contract, fields))
    except InvalidInput as error:
        page = render_answer(contract, fields, SITE_URL, faults=error.faults)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return func.HttpResponse(page, status_code=status, headers=headers, mimetype="text/html")
    probability = float(load_model().probabilities([row])[0])
    page = render_answer(contract, fields, SITE_URL, probability=probability, warnings=warnings)
    return func.HttpResponse(page, headers=headers, mimetype="text/html")


def _body(req: func.HttpRequest) -> bytes:
    body: bytes = req.get_body()
    if len(body) > MAX_BODY_BYTES:
        detail = f"The body is larger than the {MAX_BODY_BYTES} bytes allowed here. Send one customer."
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, [Fault("", "too_large", detail, MAX_BODY_BYTES)])
    return body


def _identity(loaded: Model) -> dict[str, str]:
    return {"name": loaded.contract.name, "version": loaded.contract.version, "hash": loaded.hash}


def _unavailable(error: ArtifactError) -> Refusal:
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers={"Retry-After": str(RETRY_SECONDS)})


def _json(document: object) -> func.HttpResponse:
    return func.HttpResponse(orjson.dumps(document), mimetype="application/json")


def _problem(refusal: Refusal) -> func.HttpResponse:
    document = {
        "type": "about:blank",
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": refusal.detail,
        "errors": [fault.to_dict() for fault in refusal.faults],
    }
    return func.HttpResponse(
        orjson.dumps(document),
        status_code=refusal.status.value,
        headers=refusal.headers,
        mimetype="application/problem+json",
    )
