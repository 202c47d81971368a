import hashlib
import os
import subprocess
import sys
from copy import replace
from pathlib import Path

import onnx
import pytest
from sklearn.base import clone

from predict.model.metadata import Metadata, SelfTest
from tests.fitted import ESTIMATORS, customers, fitted, metadata_of, model_file
from training.errors import TrainingError
from training.export.onnx_file import open_draft, serialize
from training.export.parity import ParityError


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_same_pipeline_and_metadata_give_the_same_bytes(estimator):
    assert serialize(fitted(estimator), metadata_of(estimator)) == model_file(estimator)


def test_processes_with_other_hashes_give_the_same_bytes():
    """Python orders sets of texts anew in each process, and skl2onnx keeps its domains in one."""
    code = (
        "import hashlib; from tests.fitted import ESTIMATORS, model_file\n"
        "print(*(hashlib.sha256(model_file(name)).hexdigest() for name in ESTIMATORS))"
    )
    # Another order than here, whatever this process was started with.
    seed = next(seed for seed in ("0", "2") if seed != os.environ.get("PYTHONHASHSEED"))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [hashlib.sha256(model_file(name)).hexdigest() for name in ESTIMATORS]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_graph_is_valid_onnx_with_one_output_and_no_leftovers(estimator):
    graph = onnx.load_model_from_string(model_file(estimator))
    onnx.checker.check_model(graph, full_check=True)
    assert [output.name for output in graph.graph.output] == ["probability"]
    used = {name for node in graph.graph.node for name in node.input}
    assert {constant.name for constant in graph.graph.initializer} <= used


def test_feature_with_the_outputs_name_is_refused():
    metadata = metadata_of(ESTIMATORS[0])
    first, *rest = metadata.contract.features
    contract = replace(metadata.contract, features=(replace(first, name="probability"), *rest))
    with pytest.raises(TrainingError, match="rename"):
        serialize(fitted(ESTIMATORS[0]), replace(metadata, contract=contract))


def test_metadata_in_the_file_is_all_there_is():
    graph = onnx.load_model_from_string(model_file())
    keys = [entry.key for entry in graph.metadata_props]
    assert sorted(keys) == sorted([*Metadata._fields, "contract_version", "dividends_sha256", "sha256"])


def test_forest_of_single_leaves_is_exported():
    """Trees that could not split, as with very few rows, are leaves; the operator has no such tree."""
    X, y = customers(30)
    pipeline = clone(fitted("RandomForestClassifier")).set_params(estimator__min_samples_leaf=30).fit(X, y)
    graph = onnx.load_model_from_string(serialize(pipeline, metadata_of("RandomForestClassifier")))
    onnx.checker.check_model(graph, full_check=True)


def test_a_draft_that_does_not_give_its_own_numbers_is_no_parity():
    name = ESTIMATORS[0]
    metadata = metadata_of(name)
    wrong = SelfTest(metadata.self_test[0].values, metadata.self_test[0].probability + 1e-3)
    with pytest.raises(ParityError, match="cannot be exported"):
        open_draft(fitted(name), replace(metadata, self_test=(wrong,)))
