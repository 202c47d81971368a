"""How is it doing? What each model answered lately, held against its training: one document for page and command.

The document has shares and sentences, and no count of a group of fewer than ten customers.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from predict.model.metadata import Metadata
from predict.model.session import Model
from predict.words import percent_text

from .counts import Counts
from .errors import ShelfError
from .journal import MODEL_DIGITS
from .rollup import read_days
from .shelf import published, read_model
from .store import Container
from .verdict import sentence, shifts

__all__ = ["DAYS", "DOING", "Document", "contacted_share", "describe", "lines"]

DAYS = 30
"""So many days count as lately."""

DOING = "doing.json"
"""Name of the blob that holds the document."""

type Document = dict[str, Any]


def describe(counts: Container, models: Container, packaged: Model, now: datetime) -> Document:
    """Return how each model does that answered in the last days, the latest first.

    Parameters
    ----------
    counts, models : Container
    packaged : Model
        Which is not on the shelf.
    now : datetime
        In UTC.

    Raises
    ------
    StoreError
    """
    since = (now - timedelta(days=DAYS)).date().isoformat()
    days: dict[str, list[tuple[str, Counts]]] = {}
    for date, model, day in read_days(counts, since):
        days.setdefault(model, []).append((date, day))
    known = {model_hash[:MODEL_DIGITS]: model_hash for model_hash in published(models)}
    answered = []
    for model, its_days in sorted(days.items(), key=lambda item: item[1][-1][0], reverse=True):
        total = Counts()
        for _, day in its_days:
            total += day
        facts = {"hash": model, "from": its_days[0][0], "to": its_days[-1][0], **_shares(total)}
        answered.append(facts | _verdict(_find(models, packaged, model, known.get(model, "")), total))
    return {"at": now.isoformat(timespec="seconds"), "since": since, "models": answered}


def contacted_share(metadata: Metadata) -> float:
    """Return the share of the evaluated rows that had the positive answer."""
    evaluation, threshold = metadata.evaluation, metadata.contract.threshold
    point = min(evaluation.curve, key=lambda point: abs(point.threshold - threshold))
    return (point.tp + point.fp) / evaluation.n_rows


def lines(document: Document) -> Iterator[str]:
    """Yield the document as lines for a person."""
    if not document["models"]:
        yield f"No answer has been counted since {document['since']}."
    for model in document["models"]:
        yield f"{model['hash']} {model['name']}: {model['sentence']}"
        tested = f" ({percent_text(model['tested_positive'])} in tests)" if "tested_positive" in model else ""
        yield (
            f"    {model['rows']:,} customers scored from {model['from']} to {model['to']}: "
            f"{percent_text(model['positive'])} {model['positive_words']}{tested}, "
            f"{percent_text(model['warned'])} with a warning; {percent_text(model['failed'])} of all refused"
        )
        for shift in model["inputs"]:
            yield f"  {'*' if shift['is_shifted'] else ' '} {shift['label']}: {shift['words']}"


def _shares(counts: Counts) -> Document:
    scored, sent = max(1, counts.rows), max(1, counts.rows + counts.failed)
    return {
        "rows": counts.rows,
        "positive": counts.positive / scored,
        "warned": counts.warned / scored,
        "failed": counts.failed / sent,
    }


def _find(models: Container, packaged: Model, model: str, model_hash: str) -> Model | None:
    if packaged.hash.startswith(model):
        return packaged
    try:
        return read_model(models, model_hash) if model_hash else None
    except ShelfError:
        return None


def _verdict(model: Model | None, counts: Counts) -> Document:
    if model is None:
        said = "Its model is not on the shelf, so that nothing can be held against its training."
        return {"name": "unknown model", "sentence": said, "positive_words": "positive", "inputs": []}
    contract = model.contract
    labels = {feature.name: feature.label for feature in contract.features}
    return {
        "name": f"{contract.name} {contract.version}",
        "sentence": sentence(model.metadata, counts),
        "positive_words": contract.words(True),  # the one answer of two
        "tested_positive": contacted_share(model.metadata),
        "inputs": [asdict(s) | {"label": labels[s.feature]} for s in shifts(model.metadata, counts)],
    }
