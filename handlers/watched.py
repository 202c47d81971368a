"""How the model does on the customers that came, and what became of them; only where WATCH_URL is set."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import azure.functions as func

from watch.errors import NotKept, WatchError

from .exchange import CSV, RETRY_SECONDS, Exchange, Refusal
from .serving import LIMITS, ledger

__all__ = ["doing", "outcomes"]


def doing(exchange: Exchange) -> func.HttpResponse:
    """Say how the model does on the customers that came."""
    return _watched(exchange, ledger().doing)


def outcomes(exchange: Exchange) -> func.HttpResponse:
    """Take a CSV of outcomes."""
    exchange.require(*CSV)
    data, complete_through = exchange.body(LIMITS["csv_bytes"]), exchange.request.params.get("complete_through", "")
    return _watched(exchange, functools.partial(ledger().receive, data, complete_through))


def _watched(exchange: Exchange, work: Callable[[], dict[str, Any]]) -> func.HttpResponse:
    """Answer with what the ledger says; it may not be at hand, or not kept."""
    try:
        return exchange.json(work(), {"Cache-Control": "no-store"})
    except NotKept as error:
        raise Refusal(HTTPStatus.CONFLICT, str(error)) from None
    except WatchError as error:
        exchange.trouble(str(error))
        headers = {"Retry-After": str(RETRY_SECONDS)}
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=headers) from None
