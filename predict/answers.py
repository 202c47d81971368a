"""Answers: what the model says, as the JSON documents that go out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache, partial
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from .contract import Contract, Feature, Row, Value
from .errors import Fault
from .model.explain import Explainer, Explanation
from .model.session import Feed, Model, rows_of
from .words import value_text

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
    "reason_texts",
    "top_reasons",
]

_TOP = 2
_VALUES_KEPT = 10_000
_NOTABLE = 0.0005  # less reads as 0.0 points

type Document = dict[str, Any]


class Lap(Protocol):
    """Is told what has just been done, and for how many rows; raises what ends the work when the time is up."""

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
        "contract": asdict(metadata.contract),
        "evaluation": asdict(metadata.evaluation),
        "provenance": asdict(metadata.provenance),
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
        document |= _explanation(model.contract, row, explainer.explain([row])[0])
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
                results[number] |= _explanation(model.contract, row, explanation)
            if "reasons" in include:
                results[number]["reasons"] = top_reasons(model.contract, row, explanation)
    return results


def explain_feed(explainer: Explainer, feed: Feed, lap: Lap) -> Iterator[tuple[Row, Explanation]]:
    """Yield each row of a feed and its explanation, told of in pieces: it is the work that takes longest."""
    for piece in batched(rows_of(feed), explainer.rows_at_once, strict=False):
        yield from zip(piece, explainer.explain(piece), strict=True)
        lap("explanation", len(piece))


def top_reasons(contract: Contract, row: Row, explanation: Explanation) -> Document:
    """Return the largest contributions on each side, largest first; none that hardly moves the chance."""
    contributions = _contributions(contract, row, explanation)
    return {
        side: [contributions[place] for place in places]
        for side, places in zip(("for", "against"), _top(explanation.contributions), strict=True)
    }


def reason_texts(contract: Contract, explained: Iterable[tuple[Row, Explanation]]) -> Iterator[str]:
    """Yield what `top_reasons` says of each row, as one text."""
    # The customers of a list share most of their values, and many have the same contributions: putting each into words
    # once takes half of the time.
    subjects = [lru_cache(_VALUES_KEPT)(partial(_subject, feature)) for feature in contract.features]
    effects = lru_cache(_VALUES_KEPT)(_top_effects)
    for row, explanation in explained:
        yield "; ".join([f"{subjects[place](row[place])} {effect}" for place, effect in effects(explanation)])


def _top_effects(explanation: Explanation) -> list[tuple[int, str]]:
    """Return the places of the largest contributions, and what they do."""
    _, contributions, approximate = explanation
    places = chain.from_iterable(_top(contributions))
    return [(place, _effect(contributions[place], place in approximate)) for place in places]


def _top(contributions: Sequence[float]) -> tuple[list[int], list[int]]:
    """Return the places of the largest contributions for and against, largest first."""
    ranked = sorted(range(len(contributions)), key=contributions.__getitem__)
    against = [place for place in ranked[:_TOP] if contributions[place] <= -_NOTABLE]
    return [place for place in ranked[: -_TOP - 1 : -1] if contributions[place] >= _NOTABLE], against


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


def _explanation(contract: Contract, row: Row, explanation: Explanation) -> Document:
    return {"base_value": explanation.base_value, "contributions": _contributions(contract, row, explanation)}


def _contributions(contract: Contract, row: Row, explanation: Explanation) -> list[Document]:
    """Return what each input adds, in the order of the features."""
    documents: list[Document] = [
        {
            "feature": feature.name,
            # A whole number as one: 21, not 21.0.
            "value": int(value) if isinstance(value, float) and feature.kind == "integer" else value,
            "contribution": contribution,
            "words": f"{_subject(feature, value)} {_effect(contribution, place in explanation.approximate)}",
        }
        for place, (feature, value, contribution) in enumerate(
            zip(contract.features, row, explanation.contributions, strict=True)
        )
    ]
    for place in explanation.approximate:
        documents[place]["approximate"] = True
    return documents


def _subject(feature: Feature, value: Value) -> str:
    return f"{feature.label} ({value_text(feature, value)})"


def _effect(contribution: float, is_approximate: bool) -> str:
    """Say what a value does: "raises the chance by 36.0 points"."""
    points = f"{abs(contribution) * 100:.1f}"
    if points == "0.0":
        return "hardly moves the chance"
    verb = "raises" if contribution > 0 else "lowers"
    about = "about " if is_approximate else ""
    return f"{verb} the chance by {about}{points} {'point' if points == '1.0' else 'points'}"
