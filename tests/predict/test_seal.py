import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.errors import ArtifactError
from predict.model.seal import check_seal, seal
from tests.fitted import model_file


@given(st.binary(max_size=500))
def test_sealed_bytes_give_their_digest(body):
    assert len(check_seal(seal(body))) == 64


@given(st.binary(min_size=1, max_size=300), st.data())
def test_any_changed_byte_is_noticed(body, data):
    file = bytearray(seal(body))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ArtifactError):
        check_seal(bytes(file))


@given(st.binary(max_size=300), st.integers(0, 400))
def test_a_cut_file_is_noticed(body, length):
    file = seal(body)
    if length < len(file):
        with pytest.raises(ArtifactError):
            check_seal(file[:length])


def test_the_sealed_file_is_an_onnx_file_for_other_tools():
    graph = onnx.load_model_from_string(model_file())
    assert {entry.key: entry.value for entry in graph.metadata_props}["sha256"] == check_seal(model_file())
