"""The settings of a run, and its result."""

from dataclasses import dataclass
from pathlib import Path

from sklearn.pipeline import Pipeline

from predict.model.metadata import Evaluation
from predict.model.session import Model

from ..command.cluster import Cluster
from ..command.stopwatch import Stopwatch
from ..customers.table import Table
from ..evaluation.leakage import ColumnPower
from ..evaluation.out_of_fold import OutOfFold
from ..evaluation.slices import Slice
from ..evaluation.threshold import Objective
from ..export.parity import Parity
from ..schema.load import Schema
from ..search.tune import Searched

__all__ = ["Entry", "Result", "Settings"]


@dataclass(frozen=True)
class Settings:
    """The settings of a run.

    Attributes
    ----------
    data, schema : Path
    out : Path
        Folder for model.onnx.
    seed : int
    objective : Objective
    drop : tuple of str
        Inputs to leave out.
    trials : int or None
        None for as many as suit the number of rows.
    minutes : float or None
        Limit of the search; with one, two runs may differ.
    n_jobs : int
    cluster : Cluster, optional
        As of `Budget`.
    """

    data: Path
    schema: Path
    out: Path
    seed: int = 0
    objective: Objective = Objective()  # noqa: RUF009  # frozen
    drop: tuple[str, ...] = ()
    trials: int | None = None
    minutes: float | None = None
    n_jobs: int = 2
    cluster: Cluster | None = None


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of the comparison: a family at its best, on unseen rows."""

    name: str
    words: str
    evaluation: Evaluation
    fit_seconds: float
    size: int
    microseconds: float


@dataclass(frozen=True, eq=False)
class Result:
    """What a run found and made.

    Attributes
    ----------
    settings : Settings
    stopwatch : Stopwatch
    table : Table
    schema : Schema
    notes : tuple of str
        What a person should know of the data and the figures, in the order it came up.
    alarms : tuple of str
        Those of the notes that speak against using the scores as they are.
    powers : tuple of ColumnPower
    searched : Searched
    entries : tuple of Entry
    scored : OutOfFold
        What the model's own evaluation is measured on.
    parts : tuple of Slice
        How the model does on groups of customers.
    fitted : Pipeline
    model : Model
    file : bytes
        The model file that was checked and installed.
    parity : Parity
    path : Path
    """

    settings: Settings
    stopwatch: Stopwatch
    table: Table
    schema: Schema
    notes: tuple[str, ...]
    alarms: tuple[str, ...]
    powers: tuple[ColumnPower, ...]
    searched: Searched
    entries: tuple[Entry, ...]
    scored: OutOfFold
    parts: tuple[Slice, ...]
    fitted: Pipeline
    model: Model
    file: bytes
    parity: Parity
    path: Path

    @property
    def measured_on(self) -> str:
        """What the comparison is measured on, in words; a search of a sample has other rows than the model itself."""
        families, own = self.entries[0].evaluation.method, self.model.metadata.evaluation.method
        return f"On unseen rows: {families}" + (f"; rule and base rate on {own}" if own != families else "")
