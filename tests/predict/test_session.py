import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.errors import ArtifactError
from predict.model.metadata_texts import to_metadata
from predict.model.seal import check_seal, seal
from predict.model.session import Model
from tests.factories import contract_365, metadata_for, sample_metadata
from tests.fitted import ESTIMATORS, customers, fitted, metadata_of, model_file
from training.export.background import to_rows


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.onnx"


def load(path, file):
    path.write_bytes(file)
    return Model.load(path)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_probabilities_are_scikit_learns(path, estimator):
    X, _ = customers(500, seed=1)
    expected = fitted(estimator).predict_proba(X)[:, 1]
    np.testing.assert_allclose(load(path, model_file(estimator)).probabilities(to_rows(X)), expected, atol=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_row_scores_the_same_alone_and_in_any_batch(path, estimator):
    model = load(path, model_file(estimator))
    rows = to_rows(customers(203, seed=2)[0])
    alone = [model.probabilities([row])[0] for row in rows]
    assert model.probabilities(rows).tolist() == alone
    assert model.probabilities(rows[::-1]).tolist() == alone[::-1]


def test_hash_is_the_seal(path):
    assert load(path, model_file()).hash == check_seal(model_file())


def test_no_rows_give_no_probabilities(path):
    assert load(path, model_file()).probabilities([]).shape == (0,)


def test_decision_starts_at_the_threshold(path):
    model = load(path, model_file())
    threshold = model.contract.threshold
    assert model.decide(threshold)
    assert not model.decide(np.nextafter(threshold, 0))


def test_missing_file_is_an_artifact_error(path):
    with pytest.raises(ArtifactError, match="cannot be read"):
        Model.load(path)


def test_folder_is_an_artifact_error(tmp_path):
    with pytest.raises(ArtifactError, match="cannot be read"):
        Model.load(tmp_path)


@settings(max_examples=30)
@given(st.integers(0, len(model_file()) - 1))
def test_cut_file_is_an_artifact_error(tmp_path_factory, length):
    with pytest.raises(ArtifactError):
        load(tmp_path_factory.mktemp("cut") / "model.onnx", model_file()[:length])


@pytest.mark.parametrize("body", [b"", b"not onnx", b"\x00" * 100])
def test_sealed_nonsense_is_an_artifact_error(path, body):
    with pytest.raises(ArtifactError, match=r"onnxruntime refuses|metadata"):
        load(path, seal(body))


def edited(change) -> bytes:
    """Return the model file with its graph changed and sealed again, as a careless tool would leave it."""
    graph = onnx.load_model_from_string(model_file())
    kept = {entry.key: entry.value for entry in graph.metadata_props if entry.key != "sha256"}
    onnx.helper.set_model_props(graph, kept)
    change(graph)
    return seal(graph.SerializeToString())


def test_graph_with_other_inputs_than_its_contract_is_refused(path):
    def change(graph):
        metadata = metadata_for(contract_365())
        onnx.helper.set_model_props(graph, to_metadata(metadata))

    with pytest.raises(ArtifactError, match="graph"):
        load(path, edited(change))


def test_graph_that_scores_otherwise_fails_its_self_test(path):
    def change(graph):
        trees = next(node for node in graph.graph.node if node.op_type == "TreeEnsemble")
        weights = next(a for a in trees.attribute if a.name == "leaf_weights")
        values = onnx.numpy_helper.to_array(weights.t) * 1.001
        weights.t.CopyFrom(onnx.numpy_helper.from_array(values, "weights"))

    with pytest.raises(ArtifactError, match="self-test"):
        load(path, edited(change))


def test_file_without_contract_is_refused(path):
    with pytest.raises(ArtifactError, match="metadata"):
        load(path, edited(lambda graph: onnx.helper.set_model_props(graph, {})))


def test_stored_metadata_comes_back(path):
    stored = to_metadata(load(path, model_file()).metadata)
    assert stored == to_metadata(metadata_of("HistGradientBoostingClassifier"))
    assert stored != to_metadata(sample_metadata())
