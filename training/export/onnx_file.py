"""The ONNX file: a fitted pipeline and what is known about it, sealed."""

from collections.abc import Sequence

import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, StringTensorType
from skl2onnx.helpers.onnx_helper import select_model_inputs_outputs
from sklearn.pipeline import Pipeline

from predict.contract import Feature
from predict.errors import ArtifactError
from predict.model.metadata import Metadata
from predict.model.metadata_texts import to_metadata
from predict.model.seal import seal
from predict.model.session import NUMBERS, OUTPUT, Model

from ..errors import TrainingError
from .converters import register
from .graph_builder import DECLARED_OPSET, OPSET
from .parity import ParityError
from .trees import MISSING

__all__ = ["open_draft", "serialize", "to_graph"]


def serialize(pipeline: Pipeline, metadata: Metadata) -> bytes:
    """Return the model file's bytes: same pipeline and metadata, same bytes.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted; takes a table with the features' columns.
    metadata : Metadata

    Raises
    ------
    TrainingError
        If a feature has the name of the model's output.
    ValueError
        If the metadata has a number that is not finite.
    """
    graph = to_graph(pipeline, metadata.contract.features)
    onnx.helper.set_model_props(graph, to_metadata(metadata))
    return seal(graph.SerializeToString(deterministic=True))


def open_draft(pipeline: Pipeline, metadata: Metadata) -> Model:
    """Return the model such a file would be, through the very code that serves.

    Raises
    ------
    ParityError
        If it does not load, or does not give its self-test's probabilities.
    """
    try:
        return Model.from_bytes(serialize(pipeline, metadata))
    except ArtifactError as error:
        raise ParityError(f"The model cannot be exported, the old file is left as it was: {error}") from error


def to_graph(pipeline: Pipeline, features: Sequence[Feature]) -> onnx.ModelProto:
    """Return the pipeline as an ONNX graph.

    Its inputs are `NUMBERS`, all numbers side by side, and one for each category; its output is the probability.
    """
    if any(feature.name == OUTPUT for feature in features):
        raise TrainingError(f'A feature is called "{OUTPUT}", which is the name of the model\'s output: rename it.')
    register()
    inputs = [(f.name, StringTensorType([None, 1]) if f.is_category else DoubleTensorType([None, 1])) for f in features]
    options = {id(pipeline.steps[-1][1]): {"zipmap": False}}
    full = convert_sklearn(pipeline, "model", inputs, target_opset=DECLARED_OPSET, options=options)
    graph: onnx.ModelProto = select_model_inputs_outputs(full, outputs=[OUTPUT])
    # skl2onnx leaves the type of an intermediate tensor open.
    graph.graph.output[0].CopyFrom(onnx.helper.make_tensor_value_info(OUTPUT, onnx.TensorProto.DOUBLE, [None, 1]))
    if not any(feature.optional and not feature.is_category for feature in features):
        _drop_missing(graph.graph)
    _write_opsets(graph)
    _join_numbers(graph.graph, [feature.name for feature in features if not feature.is_category])
    _drop_unused_constants(graph.graph)
    return graph


def _drop_missing(graph: onnx.GraphProto) -> None:
    """Drop where trees send NaN."""
    for node in graph.node:
        kept = [attribute for attribute in node.attribute if attribute.name != MISSING]
        del node.attribute[:]
        node.attribute.extend(kept)


def _write_opsets(graph: onnx.ModelProto) -> None:
    """Write the versions that the operators have, in one order: skl2onnx's differs from process to process."""
    domains = {opset.domain for opset in graph.opset_import}
    del graph.opset_import[:]
    opsets = (onnx.helper.make_opsetid(domain, version) for domain, version in OPSET.items())
    graph.opset_import.extend(opset for opset in opsets if opset.domain in domains)


def _join_numbers(graph: onnx.GraphProto, names: Sequence[str]) -> None:
    """Replace the inputs of the numbers by one, and remove the Concat node that joined them."""
    if not names:
        return
    kept = [node for node in graph.input if node.name not in names]
    del graph.input[:]
    joined = onnx.helper.make_tensor_value_info(NUMBERS, onnx.TensorProto.DOUBLE, [None, len(names)])
    graph.input.extend([joined, *kept])
    apart = False
    for node in list(graph.node):
        if node.op_type == "Concat" and list(node.input) == list(names):
            graph.node.remove(node)
            _rename_input(graph, node.output[0], NUMBERS)
        else:
            apart |= any(name in names for name in node.input)
    if len(names) == 1:
        _rename_input(graph, names[0], NUMBERS)
    elif apart:
        split = onnx.helper.make_node("Split", [NUMBERS], list(names), axis=1, num_outputs=len(names))
        graph.node.insert(0, split)


def _rename_input(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == old:
                node.input[place] = new


def _drop_unused_constants(graph: onnx.GraphProto) -> None:
    """Drop what only the outputs that are gone needed; onnxruntime would warn of each."""
    used = {name for node in graph.node for name in node.input}
    kept = [constant for constant in graph.initializer if constant.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
