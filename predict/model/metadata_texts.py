"""Metadata as the model file keeps it, and back: JSON texts by key.

Nowhere else does metadata become records and back; a file that is not understood is refused, never guessed at.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from ..contract import Agreement, Contract, Example, Feature, Row, Seen, Target
from ..errors import ArtifactError
from .dividend_document import from_document, to_document
from .metadata import Bins, CalibrationBin, CurvePoint, Evaluation, Metadata, Provenance, SelfTest, WorsePart
from .record import as_document, names_of

__all__ = ["CONTRACT_VERSION", "from_metadata", "to_metadata"]

CONTRACT_VERSION = 1


def to_metadata(metadata: Metadata) -> dict[str, str]:
    """Return the metadata as the ONNX file keeps it: JSON texts by key.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    parts: dict[str, Any] = {"contract_version": CONTRACT_VERSION}
    parts |= {name: as_document(getattr(metadata, name)) for name in names_of(metadata)}
    parts["dividends"] = to_document(metadata.dividends)
    texts = {key: json.dumps(part, allow_nan=False, separators=(",", ":")) for key, part in parts.items()}
    # Beside the dividends: whoever swaps them must swap it, too, and then the self-test does not hold.
    return texts | {"dividends_sha256": hashlib.sha256(texts["dividends"].encode()).hexdigest()}


def from_metadata(texts: Mapping[str, str]) -> Metadata:
    """Read the metadata back.

    Raises
    ------
    ArtifactError
        If a part is missing, damaged, contradicts itself, or is of another version.
    """
    try:
        version = json.loads(texts["contract_version"])
        if version != CONTRACT_VERSION:
            raise ArtifactError(
                f"The model file has contract version {version}, this code reads {CONTRACT_VERSION}: train it again."
            )
        part = {key: json.loads(texts[key]) for key in names_of(Metadata)}
        if hashlib.sha256(texts["dividends"].encode()).hexdigest() != texts["dividends_sha256"]:
            raise ArtifactError("The model file's explanations are not those that it was tested with.")
        background = tuple(tuple(row) for row in part["background"])
        metadata = Metadata(
            contract=_contract(part["contract"]),
            evaluation=_evaluation(part["evaluation"]),
            provenance=_provenance(part["provenance"]),
            background=background,
            self_test=tuple(
                SelfTest(tuple(test["values"]), float(test["probability"]), tuple(map(float, test["contributions"])))
                for test in part["self_test"]
            ),
            breaks={name: tuple(values) for name, values in part["breaks"].items()},
            dividends=from_document(part["dividends"], background),
            reference={name: _bins(bins) for name, bins in part["reference"].items()},
            scores=None if part["scores"] is None else _bins(part["scores"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise ArtifactError(f"The model file's metadata is damaged or incomplete ({type(error).__name__}).") from error
    _check(metadata)
    return metadata


def _bins(part: dict[str, Any]) -> Bins:
    edges, counts = tuple(part["edges"]), tuple(part["counts"])
    if len(counts) != len(edges) + 1 or list(edges) != sorted(edges):
        raise ValueError("bins do not fit their edges")
    return Bins(edges, counts)


def _contract(part: dict[str, Any]) -> Contract:
    return Contract(
        **part
        | {
            "features": tuple(_feature(feature) for feature in part["features"]),
            "target": Target(**part["target"]),
            "examples": tuple(Example(example["name"], tuple(example["values"])) for example in part["examples"]),
            "good_for": tuple(part.get("good_for", ())),
            "not_good_for": tuple(part.get("not_good_for", ())),
            "ranking": tuple(part.get("ranking", ())),
            "agreement": Agreement(**part["agreement"]) if part.get("agreement") else None,
        }
    )


def _feature(part: dict[str, Any]) -> Feature:
    names = {value: tuple(names) for value, names in part.get("names", {}).items()}
    missing = tuple(part.get("missing", ()))
    return Feature(
        **part | {"aliases": tuple(part["aliases"]), "names": names, "missing": missing, "seen": Seen(**part["seen"])}
    )


def _evaluation(part: dict[str, Any]) -> Evaluation:
    return Evaluation(
        **part
        | {
            "intervals": {name: (low, high) for name, (low, high) in part["intervals"].items()},
            "curve": tuple(CurvePoint(**point) for point in part["curve"]),
            "calibration": tuple(CalibrationBin(**bin_) for bin_ in part["calibration"]),
            "worse": tuple(WorsePart(**one | {"warnings": tuple(one["warnings"])}) for one in part.get("worse", ())),
        }
    )


def _provenance(part: dict[str, Any]) -> Provenance:
    return Provenance(**part | {name: tuple(part.get(name, ())) for name in ("leaks", "calibration")})


def _check(metadata: Metadata) -> None:
    """Refuse a contract that contradicts itself, whoever wrote it."""
    contract = metadata.contract
    features = contract.features
    names = [feature.name for feature in features]
    rows = [*metadata.background, *(t.values for t in metadata.self_test), *(e.values for e in contract.examples)]
    rules: list[tuple[str, Callable[[], bool]]] = [
        ("has no features", lambda: bool(features)),
        ("names a feature twice", lambda: len(set(names)) == len(names)),
        ("has a feature of an unknown kind", lambda: {f.kind for f in features} <= {"integer", "number", "category"}),
        ("has a threshold outside 0 to 1", lambda: 0 < contract.threshold < 1),
        ("has a number without bounds", lambda: all(f.is_category or _is_bounded(f) for f in features)),
        ("has a category without values", lambda: all(bool(f.values) == f.is_category for f in features)),
        ("has a row that does not fit its features", lambda: all(_fits(row, features) for row in rows)),
        ("has no self-test", lambda: bool(metadata.self_test)),
        (
            "has an explanation that does not fit its features",
            lambda: all(len(test.contributions) in (0, len(features)) for test in metadata.self_test),
        ),
        ("has no background", lambda: bool(metadata.background)),
    ]
    for problem, holds in rules:
        try:
            kept = holds()
        except (TypeError, AttributeError):
            kept = False
        if not kept:
            raise ArtifactError(f"The model file's contract {problem}.")


def _is_bounded(feature: Feature) -> bool:
    low, high = feature.minimum, feature.maximum
    return low is not None and high is not None and math.isfinite(low) and math.isfinite(high) and low < high


def _fits(row: Row, features: tuple[Feature, ...]) -> bool:
    return len(row) == len(features) and all(
        isinstance(value, str)
        if feature.is_category
        else isinstance(value, int | float) or (feature.optional and value is None)
        for value, feature in zip(row, features, strict=True)
    )
