"""The HTTP triggers. Status codes are known here and in `handlers`, which holds what the triggers do.

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
import traceback
from collections.abc import Callable
from http import HTTPStatus

import azure.functions as func

# What lists, documents, pages and changes need is imported when they are first asked for: a cold start takes 12 of
# 71 ms of CPU less.
from handlers import one, self_check
from handlers.exchange import RETRY_SECONDS, Exchange, Refusal, log
from handlers.serving import SETTINGS, ledger, load
from predict.errors import ArtifactError, InvalidInput, MalformedInput, TooLarge, count_faults
from predict.requests.turns import NoTurn, Turns

BULK_AUTH = func.AuthLevel(SETTINGS.bulk_auth_level)
# Waiting and work together end before the 45 s of a site with the API behind it, and far before functionTimeout.
BULK_SECONDS = 40
BULK_WAIT_SECONDS = 15
BUSY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Other lists are being scored, and this one has waited as long as it may. Send it again in a moment.",
    headers={"Retry-After": "10"},
)

type Answer = Callable[[Exchange], func.HttpResponse]

_turns = Turns(BULK_WAIT_SECONDS)

# While the worker starts, so that no request waits for it. A broken file must not keep the functions from being
# indexed: the first request tries again and logs the reason, for the platform drops a line that belongs to no request.
with contextlib.suppress(ArtifactError):
    load()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def answer(request: func.HttpRequest, handler: Answer) -> func.HttpResponse:
    """Answer a request at once, on the worker's loop: for what takes a millisecond or two."""
    exchange = Exchange(handler.__name__, request, SETTINGS.site_url)
    response = _handle(exchange, handler)
    exchange.log()
    return response


async def answer_in_turn(request: func.HttpRequest, handler: Answer) -> func.HttpResponse:
    """Answer a request when it is its turn, beside the worker's loop."""
    exchange = Exchange(handler.__name__, request, SETTINGS.site_url, BULK_SECONDS)
    try:
        response = await _turns.take(functools.partial(_handle, exchange, handler))
    except NoTurn:
        response = exchange.refuse(BUSY)
    exchange.log()
    return response


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
    return answer(req, one.predict)


@app.route(route="predict/batch", methods=["POST"], auth_level=BULK_AUTH)
async def predict_batch(req: func.HttpRequest) -> func.HttpResponse:
    """Score many customers."""
    from handlers import many

    return await answer_in_turn(req, many.predict_batch)


@app.route(route="score", methods=["POST"], auth_level=BULK_AUTH)
async def score(req: func.HttpRequest) -> func.HttpResponse:
    """Score a CSV of customers."""
    from handlers import many

    return await answer_in_turn(req, many.score)


@app.route(route="model", methods=["GET"])
async def model(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the model."""
    from handlers import about

    return answer(req, about.model)


@app.route(route="health", methods=["GET"])
async def health(req: func.HttpRequest) -> func.HttpResponse:
    """Say whether predictions can be trusted right now."""
    return answer(req, self_check.health)


@app.route(route="openapi.json", methods=["GET"])
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the interface to machines."""
    from handlers import about

    return answer(req, about.openapi)


@app.route(route="docs", methods=["GET"])
async def docs(req: func.HttpRequest) -> func.HttpResponse:
    """Describe the interface to people."""
    from handlers import about

    return answer(req, about.docs)


if SETTINGS.watch_url:
    from handlers import watched

    @app.route(route="doing", methods=["GET"], auth_level=BULK_AUTH)
    async def doing(req: func.HttpRequest) -> func.HttpResponse:
        """Say how the model does on the customers that came."""
        return await answer_in_turn(req, watched.doing)

    @app.route(route="outcomes", methods=["POST"], auth_level=BULK_AUTH)
    async def outcomes(req: func.HttpRequest) -> func.HttpResponse:
        """Take a CSV of outcomes."""
        return await answer_in_turn(req, watched.outcomes)

    @app.timer_trigger(schedule="0 11 * * * *", arg_name="timer")
    async def look(timer: func.TimerRequest) -> None:  # noqa: ARG001  # the worker hands it over by this name
        """Add up what was counted, every hour; the alert in infra/ waits for this warning."""
        document = await asyncio.to_thread(ledger().refresh)
        for model in document["models"]:
            if model["role"] == "serves" and model["state"] == "look":
                log.warning("the model needs a look: %s %s", model["hash"], model["sentence"])
