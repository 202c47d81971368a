import onnx
import pytest
from onnx import TensorProto, helper

from predict.model.metadata_entry import take_entry

ENTRIES = {"first": "1", "tables": "é" * 70_000, "table": "short", "last": ""}


def model_of(entries: dict[str, str]) -> bytes:
    x, y = (helper.make_tensor_value_info(name, TensorProto.DOUBLE, [None]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "tables", [x], [y])
    model = helper.make_model(graph, producer_name="tables")
    helper.set_model_props(model, entries)
    return model.SerializeToString()


@pytest.mark.parametrize("key", ENTRIES)
def test_what_is_left_is_the_model_without_the_entry(key: str) -> None:
    left, value = take_entry(model_of(ENTRIES), key)
    assert value == ENTRIES[key]
    others = {name: text for name, text in ENTRIES.items() if name != key}
    assert onnx.load_from_string(left) == onnx.load_from_string(model_of(others))


def test_a_model_without_the_entry_stays_as_it_is() -> None:
    assert take_entry(model_of(ENTRIES), "dividends") == (model_of(ENTRIES), "")


def test_a_file_that_ends_within_a_field_is_refused() -> None:
    with pytest.raises(IndexError):
        take_entry(model_of(ENTRIES) + b"\x72", "dividends")
