"""What the model is, and the interface: for machines and for people."""

import functools
from http import HTTPStatus
from typing import Any

import azure.functions as func

from predict.answers import describe
from predict.interface.docs import docs_headers, render_docs
from predict.interface.examples import make_examples
from predict.interface.openapi import openapi_document
from predict.model.session import Model

from .document import Document
from .exchange import Exchange
from .serving import MODELS_KEPT, SETTINGS, explainer_of, limits_of, load

__all__ = ["docs", "model", "openapi"]


def model(exchange: Exchange) -> func.HttpResponse:
    """Describe the model."""
    served, _ = load()
    return _description(served).answer(exchange)


@functools.lru_cache(maxsize=MODELS_KEPT)
def _description(model: Model) -> Document:
    return Document.of(describe(model) | {"limits": limits_of(model)})


def openapi(exchange: Exchange) -> func.HttpResponse:
    """Describe the interface to machines."""
    served, _ = load()
    return _interface(served).answer(exchange)


@functools.lru_cache(maxsize=MODELS_KEPT)
def _interface(model: Model) -> Document:
    return Document.of(_interface_document(model))


@functools.lru_cache(maxsize=MODELS_KEPT)
def _interface_document(model: Model) -> dict[str, Any]:
    examples = make_examples(model, explainer_of(model))
    auth, watched = SETTINGS.bulk_auth_level, bool(SETTINGS.watch_url)
    return openapi_document(model, examples, limits_of(model), bulk_auth=auth, watched=watched)


def docs(exchange: Exchange) -> func.HttpResponse:
    """Describe the interface to people."""
    # The address as the caller wrote it, so that the commands on the page reach the same place.
    base = exchange.request.url.partition("?")[0].rstrip("/").rpartition("/")[0]
    served, _ = load()
    page = render_docs(_interface_document(served), served.contract, base)
    return exchange.respond(page.encode(), HTTPStatus.OK, "text/html", docs_headers())
