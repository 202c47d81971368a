"""The model that serves, kept in step with the pointer.

The app asks for the pointer at its start and once a minute after that, beside the requests. Whatever goes wrong, the
model that serves goes on serving, and `Serving.trouble` says why.
"""

import hashlib
import logging
import threading
from collections.abc import Callable

from predict.contract import Contract
from predict.errors import ArtifactError
from predict.model.explain import Explainer
from predict.model.session import Model

from .errors import NotThere, ShelfError, WatchError
from .pointer import POINTER, Pointer, parse_pointer
from .shelf import read_model
from .store import Container

__all__ = ["Serving", "form"]

_log = logging.getLogger("purchase.watch")


class Serving:
    """The model that serves, kept in step with the pointer.

    Parameters
    ----------
    packaged : Model
        Serves until the pointer names another, and wherever that one cannot be had.
    container : Container
        With the models and the pointer.

    Attributes
    ----------
    model : Model
        The one that serves. It is swapped as a whole: who has taken it answers with it to the end.
    shadow : Model or None
        One that scores beside it and decides nothing.
    trouble : str
        Why the pointer is not followed, or "".
    """

    def __init__(self, packaged: Model, container: Container) -> None:
        self.model = packaged
        self.shadow: Model | None = None
        self.trouble = ""
        self._canary: tuple[Model, float] | None = None
        self._packaged = packaged
        self._container = container
        self._tag = ""

    def choose(self, key: str) -> Model:
        """Return the model that answers a customer: for the same key the same one, as long as the share stays."""
        canary = self._canary
        return canary[0] if canary and _place(key) < canary[1] else self.model

    def look(self) -> None:
        """Ask for the pointer, and follow it if it has moved."""
        try:
            blob = self._container.read_if_new(POINTER, self._tag)
            if blob is not None:
                self._follow(parse_pointer(blob.body))
                self._tag = blob.tag
            self._report("")
        except NotThere as error:
            # Until somebody moves it for the first time there is no pointer.
            self._report(str(error) if self._tag else "")
        except WatchError as error:
            self._report(str(error))
        except Exception as error:
            # The app starts all the same, and the thread that looks again must not end.
            self._report(f"It cannot be read ({type(error).__name__}).")

    def watch(self, seconds: float, wait: Callable[[float], bool] | None = None) -> None:
        """Look again every so often, in a thread that ends with the process; `wait` returns True to end it sooner."""
        pause = wait or threading.Event().wait

        def run() -> None:
            while not pause(seconds):
                self.look()

        threading.Thread(target=run, name="serving", daemon=True).start()

    def _follow(self, pointer: Pointer) -> None:
        model = self._find(pointer.serving)
        if model is not self.model:
            _log.info("model %s serves now", model.hash[:12])
        # Nothing is tried out until its model is at hand; a model that is refused ends an earlier trial.
        self.model, self._canary, self.shadow = model, None, None
        if pointer.shadow:
            self.shadow = self._find(pointer.shadow)
        if pointer.canary:
            self._canary = (self._find(pointer.canary), pointer.share)

    def _find(self, model_hash: str) -> Model:
        if model_hash in {"", self._packaged.hash}:
            return self._packaged
        at_hand = (self.model, self.shadow, self._canary and self._canary[0])
        return next((model for model in at_hand if model and model.hash == model_hash), None) or self._load(model_hash)

    def _load(self, model_hash: str) -> Model:
        model = read_model(self._container, model_hash)
        try:
            Explainer(model)
        except ArtifactError as error:
            raise ShelfError(f"The model {model_hash[:12]} on the shelf is refused: {error}") from None
        if form(model.contract) != form(self._packaged.contract):
            raise ShelfError(
                f"The model {model_hash[:12]} takes other inputs than the packaged one, which the pages are made for. "
                "Deploy it instead."
            )
        return model

    def _report(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            _log.error("the pointer is not followed: %s", trouble)
        self.trouble = trouble


def form(contract: Contract) -> tuple[object, ...]:
    """Return what pages and callers are made for: two models with the same form can stand in for one another."""
    features = tuple((f.name, f.kind, f.optional, f.minimum, f.maximum, tuple(f.values)) for f in contract.features)
    return (features, contract.target)


def _place(key: str) -> float:
    """Return where a key stands between 0 and 1, evenly spread."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64
