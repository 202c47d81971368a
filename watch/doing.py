"""How is it doing? What each model answered lately, held against its training: one document for page and command.

The document says nothing of a group of fewer than ten customers: neither of those with an answer, a warning or a
refusal, nor of those with a value or a score. A share that would tell how many they are is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
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
from .performance import Performance
from .pointer import Pointer, read_pointer
from .rollup import read_days
from .shelf import published, read_model
from .small_groups import count_text, shares
from .store import Container
from .trial import Answered, compare
from .verdict import ENOUGH, contacted_share, is_like_training, sentence, shifts

__all__ = ["DAYS", "DOING", "ROLES", "TRIED", "Document", "describe", "lines"]

DAYS = 30
"""So many days count as lately."""

DOING = "doing.json"
"""Name of the blob that holds the document."""

ROLES = ("serves", "canary", "shadow", "before")
"""What a model does, in the order in which they are shown."""

TRIED = ("canary", "shadow")
"""Those that are tried out beside the one that serves."""

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
    pointer = read_pointer(models)[0]
    answered = sorted(
        _answered(read_days(counts, since), models, packaged, pointer, judged),
        key=lambda one: (-ROLES.index(one.role), one.days[-1][0]),
        reverse=True,
    )
    candidates = [one for one in answered if one.role in TRIED]
    return {
        "at": now.isoformat(timespec="seconds"),
        "since": since,
        "keeps_answers": judged is not None,
        "share": pointer.share,
        "models": [_document(one) for one in answered],
        "trial": compare(answered[0], candidates) if candidates and answered[0].role == ROLES[0] else None,
    }


def lines(document: Document) -> Iterator[str]:
    """Yield the document as lines for a person."""
    if document.get("is_rehearsed"):
        yield "A rehearsal: these customers are made up."
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
        if model["mean_score"] is not None:
            yield f"    Expected, not measured: the mean score is {percent_text(model['mean_score'])}."
        if outcomes := model["outcomes"]:
            yield f"    Outcomes: {outcomes['sentence']}"
        for shift in model["inputs"]:
            yield f"  {'*' if shift['is_shifted'] else ' '} {shift['label']}: {shift['words']}"
    if trial := document["trial"]:
        for model in trial["models"][1:]:
            yield f"{model['hash']} beside the model that serves, since {trial['since']}: {model['sentence']}"


def _few(rows: int | None) -> str:
    return count_text(1 if rows is None else rows)


def _text(share: float | None) -> str:
    return "few" if share is None else percent_text(share)


def _answered(
    days: Iterable[tuple[str, str, Counts]],
    models: Container,
    packaged: Model,
    pointer: Pointer,
    judged: Mapping[str, Judged] | None,
) -> Iterator[Answered]:
    by_model: dict[str, list[tuple[str, Counts]]] = {}
    for date, name, day in days:
        by_model.setdefault(name, []).append((date, day))
    known = {model_hash[:MODEL_DIGITS]: model_hash for model_hash in (*published(models), packaged.hash)}
    roles = {pointer.shadow: "shadow", pointer.canary: "canary", pointer.serving or packaged.hash: "serves"}
    for name, its_days in by_model.items():
        model_hash = known.get(name, "")
        role = roles.get(model_hash, "before") if model_hash else "before"
        its_judged = None if judged is None else judged.get(name, Judged())
        yield Answered(name, role, _find(models, packaged, model_hash), its_days, its_judged)


def _find(models: Container, packaged: Model, model_hash: str) -> Model | None:
    if model_hash == packaged.hash:
        return packaged
    try:
        return read_model(models, model_hash) if model_hash else None
    except ShelfError:
        return None


def _document(answered: Answered) -> Document:
    total = answered.total()
    facts = {
        "hash": answered.name,
        "role": answered.role,
        "from": answered.days[0][0],
        "to": answered.days[-1][0],
        **shares(total),
    }
    if answered.model is None:
        said = "Its model is not on the shelf, so that nothing can be held against its training."
        unknown = {"name": "unknown model", "state": "early", "sentence": said, "positive_words": "positive"}
        return facts | unknown | {"outcomes": None, "inputs": []}
    contract, metadata = answered.model.contract, answered.model.metadata
    labels = {feature.name: feature.label for feature in contract.features}
    inputs, performance = shifts(metadata, total), answered.performance()
    is_off = bool(performance and performance.is_off)
    needs_look = is_off or not is_like_training(metadata, total)
    return facts | {
        "name": f"{contract.name} {contract.version}",
        "state": "look" if needs_look else "early" if total.rows < ENOUGH else "ok",
        "sentence": performance.sentence if performance and is_off else sentence(metadata, total),
        "positive_words": contract.words(True),  # the one answer of two
        "tested_positive": contacted_share(metadata),
        "outcomes": _outcomes(metadata, performance) if performance else None,
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
