"""The model: owns the onnxruntime session, and turns rows into probabilities.

A file is trusted only after its seal, its metadata, its graph and its self-test have been checked: a model that
loads gives the numbers it gave when it was trained.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
import onnxruntime

from ..contract import Contract, Feature, Row, Value
from ..errors import ArtifactError
from .metadata import Metadata
from .metadata_entry import take_entry
from .metadata_texts import from_metadata
from .seal import check_seal

__all__ = ["NUMBERS", "OUTPUT", "Feed", "Model", "rows_of"]

OUTPUT = "probability"
NUMBERS = "NUMBERS"
"""The graph's input that holds all numbers side by side, shape (n_rows, n_numbers): one tensor costs half of what one
for each column does. Categories keep an input each, by name. In capitals, as no feature is."""

# Two builds of onnxruntime may differ in the last bits of exp; a wrong tree or column differs in the first ones.
_SELF_TEST_TOLERANCE = 1e-9

type Feed = Mapping[str, np.ndarray]


def rows_of(feed: Feed) -> Iterator[Row]:
    """Yield the rows of a feed, as `Model.feed` took them."""
    return zip(*(_values(column.ravel()) for column in feed.values()), strict=True)


class Model:
    """A loaded model file.

    Attributes
    ----------
    metadata : Metadata
    contract : Contract
    hash : str
        sha256 of the model's bytes, in hexadecimal.
    identity : dict of str to str
        Name, version and hash, as every answer gives them.
    """

    def __init__(self, metadata: Metadata, file_hash: str, session: onnxruntime.InferenceSession) -> None:
        self.metadata = metadata
        self.contract: Contract = metadata.contract
        self.hash = file_hash
        self.identity = {"name": self.contract.name, "version": self.contract.version, "hash": file_hash}
        self._session = session
        features = self.contract.features
        self._columns = [(feature.name, _dtype(feature)) for feature in features]
        self._numbers = [feature.name for feature in features if not feature.is_category]
        self._categories = [feature.name for feature in features if feature.is_category]
        self._number_places = [place for place, feature in enumerate(features) if not feature.is_category]
        self._category_places = [(feature.name, place) for place, feature in enumerate(features) if feature.is_category]

    @classmethod
    def load(cls, path: "os.PathLike[str] | str") -> Self:
        """Load and check a model file.

        Raises
        ------
        ArtifactError
            If the file is missing, damaged, of another contract version, or fails its self-test.
        """
        try:
            # Not by pathlib: nothing else at a cold start imports it, and it takes 2 ms.
            with open(path, "rb") as stream:
                file = stream.read()
        except OSError as error:
            raise ArtifactError(f"The model file cannot be read ({type(error).__name__}).") from error
        return cls.from_bytes(file)

    @classmethod
    def from_bytes(cls, file: bytes) -> Self:
        """Check a model file's bytes, as `load` does."""
        file_hash = check_seal(file)
        try:
            graph, dividends = take_entry(file, "dividends")
            session = onnxruntime.InferenceSession(graph, _session_options(), providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions share no public base
            raise ArtifactError(f"onnxruntime refuses the model file ({type(error).__name__}).") from error
        metadata = from_metadata(session.get_modelmeta().custom_metadata_map | {"dividends": dividends})
        _check_graph(session, metadata.contract)
        model = cls(metadata, file_hash, session)
        model.self_test()
        return model

    def feed(self, rows: Sequence[Row]) -> dict[str, np.ndarray]:
        """Return what `run` takes: an array of shape (n_rows, 1) for each feature."""
        columns = zip(*rows, strict=True) if rows else ((),) * len(self._columns)
        return {
            name: np.array(column, dtype).reshape(-1, 1)
            for (name, dtype), column in zip(self._columns, columns, strict=True)
        }

    def run(self, feed: Feed) -> np.ndarray:
        """Return the probability of each row of a feed, an ndarray of shape (n_rows,)."""
        inputs = {name: feed[name] for name in self._categories}
        if self._numbers:
            inputs[NUMBERS] = np.concatenate([feed[name] for name in self._numbers], axis=1)
        return self._run(inputs)

    def probabilities(self, rows: Sequence[Row]) -> np.ndarray:
        """Return the probability of the positive answer for each row, an ndarray of shape (n_rows,)."""
        if not rows:
            return np.empty(0)
        inputs = {name: np.array([[row[place]] for row in rows], object) for name, place in self._category_places}
        if places := self._number_places:
            inputs[NUMBERS] = np.array([[row[place] for place in places] for row in rows], np.float64)
        return self._run(inputs)

    def score(self, row: Row) -> float:
        """Return the probability of one row, the same as in any batch."""
        return float(self.probabilities([row])[0])

    def decide(self, probability: float) -> bool:
        """Return whether the answer is the positive one."""
        return probability >= self.contract.threshold

    def self_test(self) -> None:
        """Score the stored rows again.

        Raises
        ------
        ArtifactError
            If a probability is not the stored one.
        """
        tests = self.metadata.self_test
        scored = self.probabilities([test.values for test in tests])
        stored = np.array([test.probability for test in tests])
        if not np.allclose(scored, stored, rtol=0, atol=_SELF_TEST_TOLERANCE):
            raise ArtifactError("The model fails its self-test: a stored row does not give the stored probability.")

    def _run(self, inputs: Feed) -> np.ndarray:
        (probability,) = self._session.run([OUTPUT], inputs)
        column: np.ndarray = probability.ravel()
        return column


def _values(column: np.ndarray) -> list[Value]:
    values: list[Value] = column.tolist()
    if column.dtype == np.float64 and np.isnan(column).any():
        return [None if value != value else value for value in values]
    return values


def _dtype(feature: Feature) -> Any:
    # object, not "U": numpy's fixed-width texts drop trailing NULs.
    return object if feature.is_category else np.float64


def _session_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    # One core an instance: threads would only wait for each other, and fail to set their affinity in a sandbox.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # No memory of its own: a call needs little, and finds it 3 us sooner without.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options


def _check_graph(session: onnxruntime.InferenceSession, contract: Contract) -> None:
    numbers = sum(not feature.is_category for feature in contract.features)
    wanted = {f.name: ("tensor(string)", 1) for f in contract.features if f.is_category}
    if numbers:
        wanted[NUMBERS] = ("tensor(double)", numbers)
    inputs = {node.name: (node.type, node.shape[-1]) for node in session.get_inputs()}
    outputs = {node.name: (node.type, node.shape[-1]) for node in session.get_outputs()}
    if inputs != wanted or outputs != {OUTPUT: ("tensor(double)", 1)}:
        raise ArtifactError("The model file's graph does not have the inputs and the output its contract names.")
