"""The vectors: what every reader reads in a customer's file or field, and a model that takes their inputs."""

import base64
import csv
import functools
import io
import json
from copy import replace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from predict.contract import Contract, Example, Feature, Row, Target
from predict.model.metadata import SelfTest
from tests.factories import metadata_for
from training.export.background import to_rows
from training.export.metadata import see
from training.export.onnx_file import serialize
from training.search.pipeline import DEFAULTS, build_pipeline

FOLDER = Path(__file__).parent
CONTRACT_FILE = json.loads((FOLDER / "contract.json").read_text(encoding="utf-8"))
FEATURES = tuple(
    Feature(
        **part
        | {
            "aliases": tuple(part["aliases"]),
            "missing": tuple(part.get("missing", ())),
            "names": {value: tuple(names) for value, names in part["names"].items()},
        }
    )
    for part in CONTRACT_FILE["features"]
)
ESTIMATOR = "LogisticRegression"


@dataclass(frozen=True)
class Vector:
    """One file, and what it holds."""

    id: str
    data: bytes
    expect: dict[str, Any]
    lines: list[int]
    line: int | None

    def rows(self) -> list[Row | dict[str, str]]:
        """Return each customer's values, or the fault of each input that has one."""
        return [row.get("problem") or _row(row) for row in self.expect["rows"]]


@functools.cache
def files() -> tuple[Vector, ...]:
    """Return all vectors that are files."""
    names = sorted(path for path in FOLDER.glob("*.json") if path.stem not in ("contract", "typed"))
    return tuple(map(_vector, (entry for path in names for entry in json.loads(path.read_text(encoding="utf-8")))))


def typed() -> list[dict[str, Any]]:
    """Return all vectors that are one field's text."""
    return json.loads((FOLDER / "typed.json").read_text(encoding="utf-8"))


@functools.cache
def model_file() -> bytes:
    """Return a model that takes the inputs of the vectors, and answers differently to each value of each."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            f.name: rng.choice([*f.values], 400) if f.is_category else np.floor(10 ** rng.uniform(0, 5, 400))
            for f in FEATURES
        }
    ).astype({f.name: object if f.is_category else float for f in FEATURES})
    X.loc[::10, "orders"] = np.nan
    y = (rng.random(400) < 0.3 + 0.4 * (X["spend"] > 300)).to_numpy(np.int8)
    pipeline = build_pipeline(FEATURES, ESTIMATOR, DEFAULTS[ESTIMATOR], seed=0).fit(X, y)
    example = to_rows(X.tail(1))[0]
    contract = Contract(
        name="vectors",
        version="1",
        estimator=ESTIMATOR,
        features=tuple(see(feature, X[feature.name]) for feature in FEATURES),
        target=Target("bought", "Yes", "No"),
        threshold=0.5,
        threshold_rule="Half.",
        base_rate=float(y.mean()),
        examples=(Example("One", example),),
    )
    score = float(pipeline.predict_proba(X.tail(1))[0, 1])
    metadata = replace(
        metadata_for(contract), background=tuple(to_rows(X.head(8))), self_test=(SelfTest(example, score),)
    )
    return serialize(pipeline, metadata)


def _row(values: dict[str, Any]) -> Row:
    return tuple(f.unknown if values[f.name] == "" else values[f.name] for f in FEATURES)


def _vector(entry: dict[str, Any]) -> Vector:
    if "spend" in entry:
        return _column(entry)
    text = entry.get("text", "")
    for piece, times in entry.get("repeat", {}).items():
        text = text.replace(piece, piece * times)
    data = base64.b64decode(entry["base64"]) if "base64" in entry else text.encode()
    return Vector(entry["id"], data, entry["expect"], entry.get("lines", []), entry.get("line"))


def _column(entry: dict[str, Any]) -> Vector:
    """Return a file of the texts in `spend`, each a number, or None where it is refused."""
    spend = next(feature for feature in FEATURES if feature.name == "spend")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=entry["delimiter"], lineterminator="\n")
    writer.writerows([["orders", "spend", "country", "plan"], *(["7", text, "SE", "1"] for text in entry["spend"])])
    rows: list[dict[str, Any]] = []
    for number in entry["spend"].values():
        fault = "wrong_type" if number is None else "too_small" if number < spend.minimum else "too_large"
        fits = number is not None and spend.minimum <= number <= spend.maximum
        row = {"orders": 7, "spend": number, "country": "SE", "plan": "1"}
        rows.append(row if fits else {"problem": {"spend": fault}})
    return Vector(entry["id"], stream.getvalue().encode(), {"rows": rows}, list(range(2, len(rows) + 2)), None)
