"""What serves: the settings, the model and what explains it; where it is watched, also pointer, journal and ledger.

Each is made once. What belongs to `watch` is imported only where WATCH_URL is set: without it nothing of it costs.
"""

import functools
import os
import threading
from typing import TYPE_CHECKING

from predict.interface.settings import Settings
from predict.model.explain import Explainer
from predict.model.session import Model

from .exchange import Exchange

if TYPE_CHECKING:
    from watch.ledger import Ledger
    from watch.serving import Serving
    from watch.witness import Witness

__all__ = ["LIMITS", "MODELS_KEPT", "SETTINGS", "explainer_of", "follower", "journal", "ledger", "limits_of", "load"]

SETTINGS = Settings.of(os.environ)
LIMITS = SETTINGS.limits

MODELS_KEPT = 4
"""The model that serves, the one before it, one that is tried out, and one to spare."""

# The pointer to the model that serves is asked for this long at the start, and looked at again after this pause.
_POINTER_SECONDS = 2.0
_PAUSE_SECONDS = 60.0

_loading = threading.Lock()


def load(one: Exchange | None = None) -> tuple[Model, Explainer]:
    """Return the model that serves and what explains it; a model that does not load is tried again next time.

    For one customer it may be the model that is tried out on a share of them.
    """
    with _loading:  # two threads would each keep a model of their own
        models = follower() if SETTINGS.watch_url else None
        model = _packaged() if not models else models.choose(one.key) if one else models.model
        return model, explainer_of(model)


@functools.cache
def _packaged() -> Model:
    return Model.load(SETTINGS.model_path)


@functools.lru_cache(maxsize=MODELS_KEPT)
def explainer_of(model: Model) -> Explainer:
    """Return what explains a model."""
    return Explainer(model)


def limits_of(model: Model) -> dict[str, int]:
    """Return the limits of requests: reasons that are looked up in tables need none of their own."""
    return LIMITS | ({"csv_rows_with_reasons": LIMITS["csv_rows"]} if model.metadata.explains_quickly else {})


@functools.cache
def follower() -> "Serving":
    """Return what keeps in step with the pointer which model serves; only where WATCH_URL is set."""
    from watch.serving import Serving
    from watch.store import open_container

    made = Serving(_packaged(), open_container(SETTINGS.watch_url, "models", seconds=_POINTER_SECONDS))
    made.look()
    made.watch(_PAUSE_SECONDS)
    return made


@functools.cache
def journal() -> "Witness | None":
    """Return what counts the answers, where the model is watched."""
    if not SETTINGS.watch_url:
        return None
    from watch.answers import AnswerBook
    from watch.journal import Journal
    from watch.store import open_container
    from watch.witness import Witness

    answers = None
    if SETTINGS.keep_answers_days:
        answers = AnswerBook(*(open_container(SETTINGS.watch_url, name) for name in ("answers", "salt")))
    made = Journal(open_container(SETTINGS.watch_url, "counts"), answers=answers)
    made.start()
    return Witness(made, follower())


@functools.cache
def ledger() -> "Ledger":
    """Return what adds up the counts; only where WATCH_URL is set."""
    from watch.ledger import Ledger

    return Ledger(SETTINGS, _packaged())
