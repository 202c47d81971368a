"""The shelf: models kept by their hash, and what a person with a role on it does.

    models/{sha256}.onnx    a model, never changed

The app only reads (watch/serving.py).
"""

from typing import Any

from predict.errors import ArtifactError
from predict.model.session import Model

from .errors import NotThere, ShelfError
from .pointer import Pointer, move_pointer, read_pointer
from .store import Container

__all__ = ["back", "publish", "published", "read_model", "serve", "shadow", "share"]


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
    return _try_out(container, canary=model_hash if part else "", share=part, by=by, at=at)


def shadow(container: Container, model_hash: str, *, by: str, at: str) -> Pointer:
    """Let a model of the shelf, or with "" none, score every customer beside the one that answers.

    It returns and raises what `share` does.
    """
    return _try_out(container, shadow=model_hash, by=by, at=at)


def _try_out(container: Container, **changes: Any) -> Pointer:
    if model_hash := changes.get("canary") or changes.get("shadow"):
        read_model(container, model_hash)
    return move_pointer(container, lambda pointer: pointer._replace(**changes))


def _blob_name(model_hash: str) -> str:
    return f"{model_hash}.onnx"
