"""How is it doing? What each model answered lately, held against its training: one document for page and command.

The document says nothing of a group of fewer than ten customers: neither of those with an answer, a warning or a
refusal, nor of those with a value or a score. A share that would tell how many they are is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from predict.model.metadata import Metadata
from predict.model.session import Model
from predict.words import percent_text

from .counts import Counts
from .errors import ShelfError
from .journal import MODEL_DIGITS
from .matching import Judged
from .performance import Performance, measure
from .pointer import read_pointer
from .rollup import read_days
from .shelf import published, read_model
from .store import Container
from .verdict import ENOUGH, SMALL_GROUP, count_text, sentence, shifts

__all__ = ["DAYS", "DOING", "ROLES", "Document", "contacted_share", "describe", "lines"]

DAYS = 30
"""So many days count as lately."""

DOING = "doing.json"
"""Name of the blob that holds the document."""

ROLES = ("serves", "canary", "shadow", "before")
"""What a model does, in the order in which they are shown."""

_ROLE_WORDS = {"serves": "serves", "canary": "on trial", "shadow": "scores beside", "before": "served before"}

type Document = dict[str, Any]


def describe(
    counts: Container, models: Container, packaged: Model, now: datetime, judged: Mapping[str, Judged] | None = None
) -> Document:
    """Return how each model does that answered in the last days: the one that serves, those on trial, and those before.

    Parameters
    ----------
    counts, models : Container
    packaged : Model
        Which is not on the shelf.
    now : datetime
        In UTC.
    judged : mapping of str to Judged, optional
        The answers whose outcomes are known, by the model; None where answers are not kept.

    Raises
    ------
    StoreError
    """
    since = (now - timedelta(days=DAYS)).date().isoformat()
    days: dict[str, list[tuple[str, Counts]]] = {}
    for date, model, day in read_days(counts, since):
        days.setdefault(model, []).append((date, day))
    known = {model_hash[:MODEL_DIGITS]: model_hash for model_hash in published(models)}
    pointer = read_pointer(models)[0]
    roles = {
        "": "before",
        pointer.shadow: "shadow",
        pointer.canary: "canary",
        pointer.serving or packaged.hash: "serves",
    }
    answered = []
    for model, its_days in sorted(days.items(), key=lambda item: item[1][-1][0], reverse=True):
        model_hash = known.get(model, packaged.hash if packaged.hash.startswith(model) else "")
        role = roles.get(model_hash, "before") if model_hash else "before"
        total = Counts()
        for _, day in its_days:
            total += day
        facts = {"hash": model, "role": role, "from": its_days[0][0], "to": its_days[-1][0], **_shares(total)}
        its_judged = None if judged is None else judged.get(model, Judged())
        answered.append(facts | _verdict(_find(models, packaged, model_hash), total, its_judged))
    answered.sort(key=lambda facts: ROLES.index(facts["role"]))
    return {
        "at": now.isoformat(timespec="seconds"),
        "since": since,
        "keeps_answers": judged is not None,
        "share": pointer.share,
        "models": answered,
    }


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
        yield f"{model['hash']} {model['name']}, {_ROLE_WORDS[model['role']]}: {model['sentence']}"
        tested = f" ({percent_text(model['tested_positive'])} in tests)" if "tested_positive" in model else ""
        yield (
            f"    {_few(model['rows'])} customers scored from {model['from']} to {model['to']}: "
            f"{_text(model['positive'])} {model['positive_words']}{tested}, "
            f"{_text(model['warned'])} with a warning; {_text(model['failed'])} of all refused"
        )
        if outcomes := model["outcomes"]:
            yield f"    Outcomes: {outcomes['sentence']}"
        for shift in model["inputs"]:
            yield f"  {'*' if shift['is_shifted'] else ' '} {shift['label']}: {shift['words']}"


def _few(rows: int | None) -> str:
    return count_text(1 if rows is None else rows)


def _text(share: float | None) -> str:
    return "few" if share is None else percent_text(share)


def _shares(counts: Counts) -> Document:
    return {
        "rows": counts.rows if not 0 < counts.rows < SMALL_GROUP else None,
        "positive": _share(counts.positive, counts.rows),
        "warned": _share(counts.warned, counts.rows),
        "failed": _share(counts.failed, counts.rows + counts.failed),
    }


def _share(part: int, whole: int) -> float | None:
    """Return a share, or None where it would tell of a small group: those in it, or those who are not."""
    if 0 < part < SMALL_GROUP or 0 < whole - part < SMALL_GROUP:
        return None
    return part / whole if whole else 0.0


def _find(models: Container, packaged: Model, model_hash: str) -> Model | None:
    if model_hash == packaged.hash:
        return packaged
    try:
        return read_model(models, model_hash) if model_hash else None
    except ShelfError:
        return None


def _verdict(model: Model | None, counts: Counts, judged: Judged | None) -> Document:
    if model is None:
        said = "Its model is not on the shelf, so that nothing can be held against its training."
        return {
            "name": "unknown model",
            "state": "early",
            "sentence": said,
            "positive_words": "positive",
            "outcomes": None,
            "inputs": [],
        }
    contract, metadata = model.contract, model.metadata
    labels = {feature.name: feature.label for feature in contract.features}
    inputs = shifts(metadata, counts)
    performance = measure(metadata, judged) if judged else None
    is_off = bool(performance and performance.is_off)
    needs_look = is_off or any(shift.is_shifted for shift in inputs)
    return {
        "name": f"{contract.name} {contract.version}",
        "state": "look" if needs_look else "early" if counts.rows < ENOUGH else "ok",
        "sentence": performance.sentence if performance and is_off else sentence(metadata, counts),
        "positive_words": contract.words(True),  # the one answer of two
        "tested_positive": contacted_share(metadata),
        "outcomes": _outcomes(metadata, performance) if performance and judged else None,
        "inputs": [asdict(s) | {"label": labels[s.feature]} for s in inputs],
    }


def _outcomes(metadata: Metadata, performance: Performance) -> Document:
    evaluation = metadata.evaluation
    tested = {
        name: [evaluation.metrics[name], *evaluation.intervals.get(name, ())]
        for name in ("precision", "recall")
        if name in evaluation.metrics
    }
    return asdict(performance) | {"tested": tested}
