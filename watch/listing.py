"""The listing: what a person reads of the models on the shelf, and by what they name one."""

from predict.model.metadata import METRIC_NAMES

from .errors import WatchError
from .pointer import Pointer
from .shelf import published, read_model
from .store import Container
from .verdict import contacted_share

__all__ = ["PACKAGED", "described", "find", "mark"]

PACKAGED = "packaged"
"""By what the model in the package is named: it is not on the shelf."""


def mark(model_hash: str, pointer: Pointer) -> str:
    """Return what a model does, as a column of the listing."""
    if model_hash == pointer.serving:
        marks = ["serves"]
    else:
        # The packaged model has no name, and neither has a trial that there is not.
        trials = {"shadow": pointer.shadow, f"{pointer.share:.0%}": pointer.canary} if model_hash else {}
        marks = [word for word, named in {"previous": pointer.previous, **trials}.items() if named == model_hash]
    return f"{' '.join(marks):8}"


def find(container: Container, beginning: str) -> str:
    """Return the one hash that begins so, or "" for the packaged model."""
    if beginning == PACKAGED:
        return ""
    found = [name for name in published(container) if name.startswith(beginning.lower())]
    if len(found) != 1:
        count = "No model" if not found else f"{len(found)} models"
        raise WatchError(
            f"{count} on the shelf begin{'s' if not found else ''} with that. List them: python -m watch models."
        )
    return found[0]


def described(container: Container, model_hash: str) -> str:
    """Say what a person decides by: whom the model would contact, and how well it did on rows it had not seen."""
    if not model_hash:
        return "the model in the package"
    model = read_model(container, model_hash)
    contract, evaluation, provenance = model.contract, model.metadata.evaluation, model.metadata.provenance
    metrics = [
        f"{METRIC_NAMES[name].lower()} {evaluation.metrics[name]:.3f}"
        for name in ("average_precision", "precision", "recall")
        if name in evaluation.metrics
    ]
    return (
        f"{model_hash[:12]} {contract.name} {contract.version}, {contract.estimator}, trained on {provenance.n_rows:,} "
        f"rows of {provenance.data}; on rows it had not seen: {', '.join(metrics)}, contacts "
        f"{contacted_share(model.metadata):.1%}"
    )
