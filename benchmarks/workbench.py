"""The workbench: what the benchmarks share, made when it is first asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sklearn.pipeline import Pipeline

from predict.model.session import Model
from training.customers.table import Table, read_table
from training.schema.load import Schema, load_schema

from .environments import Environment, make_environment
from .functions import FunctionProcess
from .peers.pipeline import fit_pipeline, write_pipeline

__all__ = ["QUICK", "ROOT", "THOROUGH", "Effort", "Workbench"]

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes
    ----------
    rounds : int
        Turns of everything that is compared; figures are medians over them.
    calls : int
        Of a function in one turn.
    seconds : float
        Of load in one turn.
    endurance : float
        Seconds under 200 connections.
    batch_rows, csv_rows : int
    """

    rounds: int
    calls: int
    seconds: float
    endurance: float
    batch_rows: int = 1000
    csv_rows: int = 100_000


THOROUGH = Effort(rounds=9, calls=200, seconds=1.5, endurance=20)
QUICK = Effort(rounds=1, calls=5, seconds=0.2, endurance=0.5, batch_rows=20, csv_rows=200)
"""Enough to see that everything runs; its figures mean nothing."""


class Workbench:
    """Model, customers, environments and peers.

    Parameters
    ----------
    folder : Path
        For what is made; the caller removes it.
    effort : Effort
    model_path : Path
    """

    def __init__(self, folder: Path, effort: Effort, model_path: Path) -> None:
        self.folder = folder
        self.effort = effort
        self.model_path = model_path

    @cached_property
    def model(self) -> Model:
        """The model that everything serves."""
        return Model.load(self.model_path)

    @cached_property
    def schema(self) -> Schema:
        """What the columns of the committed sample mean."""
        return load_schema(ROOT / "training" / "schema" / "customers.toml")

    @cached_property
    def table(self) -> Table:
        """The committed sample: customers to score."""
        return read_table(ROOT / "data" / "customers.csv", self.schema)

    def customers(self, count: int) -> list[dict[str, object]]:
        """Return customers as the API takes them."""
        features = self.model.contract.features
        return [
            {f.name: int(value) if f.kind == "integer" else value for f, value in zip(features, row, strict=True)}
            for row in self.table.X.head(count).itertuples(index=False, name=None)
        ]

    def files(self, name: str, documents: Sequence[object]) -> list[Path]:
        """Write JSON bodies; return their paths."""
        paths = [self.folder / f"{name}-{number}.json" for number in range(len(documents))]
        for path, document in zip(paths, documents, strict=True):
            path.write_text(json.dumps(document))
        return paths

    @cached_property
    def customer_files(self) -> list[Path]:
        """A body for each of 200 customers: how long an explanation takes depends on the customer."""
        return self.files("customer", self.customers(200))

    @cached_property
    def runtime(self) -> Environment:
        """Holds requirements.txt alone."""
        return make_environment(self.folder / "runtime", "-r", str(ROOT / "requirements.txt"))

    @cached_property
    def fastapi(self) -> Environment:
        """What the FastAPI peer needs."""
        packages = ("fastapi", "uvicorn", "uvloop", "httptools", "onnxruntime", "numpy")
        return make_environment(self.folder / "fastapi", *packages)

    @cached_property
    def flask(self) -> Environment:
        """What the Flask peer needs."""
        return make_environment(self.folder / "flask", "flask", "waitress", "pandas", "scikit-learn")

    @cached_property
    def pipeline(self) -> Pipeline:
        """The scikit-learn pipeline that the Flask peer serves, fitted as the model was."""
        return fit_pipeline(self.model, self.table)

    @cached_property
    def pipeline_path(self) -> Path:
        """The pipeline, pickled."""
        path = self.folder / "pipeline.pickle"
        write_pipeline(self.pipeline, self.model.contract, path)
        return path

    def function_process(self, app: Path = ROOT) -> FunctionProcess:
        """Start a function app in the clean environment: the project's unless told."""
        return FunctionProcess(self.runtime.python, app, self.model_path)
