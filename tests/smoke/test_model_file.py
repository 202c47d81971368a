"""The model file is read without onnxruntime, and says the same."""

from pathlib import Path

import pytest

from predict.model.session import Model
from smoke.model_file import ModelFileError, read_model_file
from tests import deployment
from tests.deployment import RIGHT, WRONG

models = deployment.models


@pytest.mark.parametrize("estimator", [RIGHT, WRONG])
def test_facts_of_a_model_file_are_those_onnxruntime_reads(models, estimator):
    facts, model = read_model_file(models[estimator]), Model.load(models[estimator])
    test = model.metadata.self_test[0]
    assert (facts.name, facts.version, facts.hash) == (model.contract.name, model.contract.version, model.hash)
    assert list(facts.customer) == [feature.name for feature in model.contract.features]
    assert tuple(facts.customer.values()) == test.values
    assert facts.probability == test.probability


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x72\xff", Path(__file__).read_bytes()])
def test_other_files_are_no_model_files(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="is not a model file"):
        read_model_file(path)
