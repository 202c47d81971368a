"""Answers: what the model says, as the JSON documents that go out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from .contract import Contract, Row
from .errors import Fault
from .model.explain import Explainer, Explanation
from .model.record import as_document
from .model.session import Feed, Model, rows_of

if TYPE_CHECKING:
    from .requests.many_customers import Batch

__all__ = [
    "Document",
    "Lap",
    "Scored",
    "answer_batch",
    "answer_row",
    "describe",
    "explain_feed",
    "no_lap",
]

type Document = dict[str, Any]


class Lap(Protocol):
    """Called when a part of the work is done, with the number of rows; raises an error when the time is up."""

    def __call__(self, name: str, rows: int = 0) -> None:
        """Note that a part of the work is done."""


class Scored(NamedTuple):
    """A customer and what the model says of them; the explanation as in `predict.model.explain.Explanation`."""

    row: Row
    probability: float
    base_value: float
    contributions: tuple[float, ...]
    warnings: Sequence[Fault] = ()
    approximate: frozenset[int] = frozenset()

    @classmethod
    def of(cls, row: Row, warnings: Sequence[Fault], document: Document) -> Self:
        """Return what `answer_row` says of a row, explained."""
        contributions = document["contributions"]
        return cls(
            row,
            document["probability"],
            document["base_value"],
            tuple(contribution["contribution"] for contribution in contributions),
            warnings,
            frozenset(place for place, contribution in enumerate(contributions) if "approximate" in contribution),
        )


def no_lap(name: str, rows: int = 0) -> None:
    """No-op timer."""


def describe(model: Model) -> Document:
    """Return all a client may want to know of the model: contract, evaluation, provenance, card."""
    from .model.card import render_card

    metadata = model.metadata
    return {
        "model": model.identity | {"estimator": model.contract.estimator},
        "contract": as_document(metadata.contract),
        "evaluation": as_document(metadata.evaluation),
        "provenance": as_document(metadata.provenance),
        "card": render_card(model),
    }


def answer_row(
    model: Model,
    explainer: Explainer,
    row: Row,
    warnings: Iterable[Fault],
    include: frozenset[str],
    lap: Lap = no_lap,
) -> Document:
    """Score one row.

    Parameters
    ----------
    model : Model
    explainer : Explainer
        Of that model.
    row : Row
    warnings : iterable of Fault
    include : frozenset of str
        Any of "explanation", "curves" and "changes".
    lap : Lap
        Told of "score", and of each thing included.
    """
    probability = model.score(row)
    document = _score(model, probability, warnings)
    lap("score")
    if "explanation" in include:
        document |= _explanation(explainer, row, explainer.explain([row])[0])
        lap("explanation")
    if "curves" in include:
        document["curves"] = [vars(curve) for curve in explainer.what_if.curves(row)]
        lap("curves")
    if "changes" in include:
        changes = explainer.what_if.smallest_changes(row, probability)
        # One change says more than two.
        pair = None if changes else explainer.what_if.smallest_pair(row, probability)
        document["changes"] = [vars(change) for change in changes]
        document["pairs"] = [vars(pair)] if pair else []
        if not changes:
            document["changes_note"] = _no_changes(model.contract)
        lap("changes")
    document["model"] = model.identity
    return document


def answer_batch(
    model: Model, explainer: Explainer, batch: "Batch", include: frozenset[str], lap: Lap = no_lap
) -> list[Document]:
    """Score the good rows of a batch, and list the faults of the others, in order.

    Parameters
    ----------
    include : frozenset of str
        "reasons", the largest contributions for and against, or "explanation", all of them.
    lap : Lap
        Told of "score" and "explanation".
    """
    results: list[Document] = [{}] * batch.size
    for number, faults in batch.faults.items():
        results[number] = {"errors": [fault.to_dict() for fault in faults]}
    for number, probability in zip(batch.good.tolist(), model.run(batch.feed).tolist(), strict=True):
        results[number] = _score(model, probability, batch.warnings.get(number, ()))
    lap("score", batch.size)
    if include & {"reasons", "explanation"}:
        for number, (row, explanation) in zip(
            batch.good.tolist(), explain_feed(explainer, batch.feed, lap), strict=True
        ):
            if "explanation" in include:
                results[number] |= _explanation(explainer, row, explanation)
            if "reasons" in include:
                results[number]["reasons"] = explainer.reasons.largest(row, explanation)
    return results


def explain_feed(explainer: Explainer, feed: Feed, lap: Lap) -> Iterator[tuple[Row, Explanation]]:
    """Yield each row of a feed and its explanation, told of in pieces: it is the work that takes longest."""
    for piece in batched(rows_of(feed), explainer.rows_at_once, strict=False):
        yield from zip(piece, explainer.explain(piece), strict=True)
        lap("explanation", len(piece))


def _score(model: Model, probability: float, warnings: Iterable[Fault]) -> Document:
    will_purchase = model.decide(probability)
    return {
        "prediction": model.contract.words(will_purchase),
        "will_purchase": will_purchase,
        "probability": probability,
        "threshold": model.contract.threshold,
        "warnings": [warning.to_dict() for warning in warnings],
    }


def _no_changes(contract: Contract) -> str:
    if any(feature.actionable and not feature.is_category for feature in contract.features):
        return "No change of a single input crosses the threshold."
    return "The model's schema marks no number as one that a person could act on (`actionable`)."


def _explanation(explainer: Explainer, row: Row, explanation: Explanation) -> Document:
    contributions = explainer.reasons.contributions(row, explanation)
    return {"base_value": explanation.base_value, "contributions": contributions}
