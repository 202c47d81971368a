"""Whether predictions can be trusted right now."""

import azure.functions as func

from .exchange import Exchange
from .serving import SETTINGS, follower, load

__all__ = ["health"]


def health(exchange: Exchange) -> func.HttpResponse:
    """Answer 200 when the model is loaded and still gives the numbers it was stored with."""
    model, explainer = load()
    model.self_test()
    explainer.self_test()
    document = {"status": "ok", "model": model.identity, "request_id": exchange.id}
    if SETTINGS.watch_url:
        # Why the pointer is not followed, if it is not: the model before it serves on.
        document["shelf"] = follower().trouble or "ok"
    return exchange.json(document, {"Cache-Control": "no-store"})
