"""The shelf: models kept by their hash, and a pointer that says which of them serves.

    models/{sha256}.onnx    a model, never changed
    models/serving.json     the pointer, written only over the version that was read

A person with a role on the container puts a model there and moves the pointer; the app only reads. It asks for the
pointer at its start and once a minute after that, beside the requests. Whatever goes wrong, the model that serves goes
on serving, and `Shelf.trouble` says why.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from predict.contract import Contract
from predict.errors import ArtifactError
from predict.model.explain import Explainer
from predict.model.session import Model

from .errors import NotThere, ShelfError, StoreError
from .pointer import POINTER, Pointer, move_pointer, parse_pointer, read_pointer
from .store import Container

__all__ = ["Shelf", "back", "form", "publish", "published", "read_model", "serve", "shadow", "share"]

_log = logging.getLogger("purchase.watch")


def publish(container: Container, file: bytes) -> str:
    """Put a model on the shelf, once it has passed its own checks; return its hash. It does not serve yet.

    Raises
    ------
    ArtifactError
        If the file is no model, or a damaged one.
    StoreError
    """
    model = Model.from_bytes(file)
    if model.hash not in published(container):
        container.create(_blob_name(model.hash), file)
    return model.hash


def published(container: Container) -> list[str]:
    """Return the hashes of the models on the shelf.

    Raises
    ------
    StoreError
    """
    return sorted(name.removesuffix(".onnx") for name in container.names() if name.endswith(".onnx"))


def read_model(container: Container, model_hash: str) -> Model:
    """Return a model of the shelf, once it has passed its own checks.

    Raises
    ------
    ShelfError
        If it is not there, damaged, or another one than its name says.
    StoreError
    """
    try:
        model = Model.from_bytes(container.read(_blob_name(model_hash)).body)
    except NotThere:
        raise ShelfError(f"There is no model {model_hash[:12]} on the shelf. Publish it first.") from None
    except ArtifactError as error:
        raise ShelfError(f"The model {model_hash[:12]} on the shelf is refused: {error}") from None
    if model.hash != model_hash:
        raise ShelfError(f"The model on the shelf under {model_hash[:12]} is another one.")
    return model


def serve(container: Container, model_hash: str, *, by: str, at: str) -> Pointer:
    """Let a model of the shelf serve, or with "" the one in the package; return the new pointer.

    Whatever was on trial ends.

    Raises
    ------
    ShelfError
        If the model is not on the shelf, is refused, or serves already.
    Conflict
        If somebody else moved the pointer meanwhile.
    StoreError
    """
    if model_hash:
        read_model(container, model_hash)

    def change(pointer: Pointer) -> Pointer:
        if pointer.serving == model_hash:
            raise ShelfError("This model serves already.")
        return Pointer(serving=model_hash, previous=pointer.serving, by=by, at=at)

    return move_pointer(container, change)


def back(container: Container, *, by: str, at: str) -> Pointer:
    """Let the model serve that served before; return the new pointer.

    Raises
    ------
    ShelfError
        If none served before.
    Conflict, StoreError
    """
    pointer, tag = read_pointer(container)
    if not tag:
        raise ShelfError("No other model served before.")
    return serve(container, pointer.previous, by=by, at=at)


def share(container: Container, model_hash: str, part: float, *, by: str, at: str) -> Pointer:
    """Let a model of the shelf answer a share of the customers, or with 0 none; return the new pointer.

    Raises
    ------
    ShelfError
        If the model is not on the shelf or is refused.
    Conflict, StoreError
    """
    if part:
        read_model(container, model_hash)
    canary = model_hash if part else ""
    return move_pointer(container, lambda pointer: replace(pointer, canary=canary, share=part, by=by, at=at))


def shadow(container: Container, model_hash: str, *, by: str, at: str) -> Pointer:
    """Let a model of the shelf, or with "" none, score every customer beside the one that answers; return the pointer.

    Raises
    ------
    ShelfError
        If the model is not on the shelf or is refused.
    Conflict, StoreError
    """
    if model_hash:
        read_model(container, model_hash)
    return move_pointer(container, lambda pointer: replace(pointer, shadow=model_hash, by=by, at=at))


class Shelf:
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
            self._report(None)
        except NotThere as error:
            # Until somebody moves it for the first time there is no pointer.
            self._report(error if self._tag else None)
        except (ShelfError, StoreError) as error:
            self._report(error)

    def watch(self, seconds: float, wait: Callable[[float], bool] | None = None) -> None:
        """Look again every so often, in a thread that ends with the process; `wait` returns True to end it sooner."""
        pause = wait or threading.Event().wait

        def run() -> None:
            while not pause(seconds):
                self.look()

        threading.Thread(target=run, name="shelf", daemon=True).start()

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

    def _report(self, error: Exception | None) -> None:
        trouble = str(error) if error else ""
        if trouble and trouble != self.trouble:
            _log.error("the pointer is not followed: %s", trouble)
        self.trouble = trouble


def form(contract: Contract) -> tuple[object, ...]:
    """Return what pages and callers are made for: two models with the same form can stand in for one another."""
    features = tuple((f.name, f.kind, f.optional, f.minimum, f.maximum, tuple(f.values)) for f in contract.features)
    return (features, contract.target)


def _blob_name(model_hash: str) -> str:
    return f"{model_hash}.onnx"


def _place(key: str) -> float:
    """Return where a key stands between 0 and 1, evenly spread."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64
