"""An ONNX graph under construction, for the converters: nodes and constants get their names here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

__all__ = ["DECLARED_OPSET", "OPSET", "Graph"]

_ML_DOMAIN = "ai.onnx.ml"

# What the graphs need. skl2onnx 1.20 refuses a model that declares more than version 3 of ai.onnx.ml, so nodes are
# declared as of 3 and the export writes 5, the version of TreeEnsemble, into the finished model.
OPSET = {_ML_DOMAIN: 5, "": 21}
DECLARED_OPSET = {_ML_DOMAIN: 3, "": 21}

_LANES = 8  # doubles in the widest vector register (AVX-512)


class Graph:
    """skl2onnx's container with names made up on the way."""

    def __init__(self, scope: Any, container: Any) -> None:
        self._scope, self._container = scope, container

    def constant(self, value: Any, dtype: int = TensorProto.DOUBLE) -> str:
        """Add a constant of at least one dimension; return its name."""
        name: str = self._scope.get_unique_variable_name("constant")
        array = np.atleast_1d(np.asarray(value))
        self._container.add_initializer(name, dtype, array.shape, array.ravel())
        return name

    def scalar(self, value: float) -> str:
        """Add a constant without dimensions; return its name."""
        name: str = self._scope.get_unique_variable_name("constant")
        self._container.add_initializer(name, TensorProto.DOUBLE, [], [value])
        return name

    def node(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        """Add a node; return the name of its output."""
        output = output or self._scope.get_unique_variable_name(kind.lower())
        name = self._scope.get_unique_operator_name(kind)
        domain = _ML_DOMAIN if kind in {"LabelEncoder", "TreeEnsemble"} else ""
        version = DECLARED_OPSET[domain]
        self._container.add_node(
            kind, list(inputs), [output], name=name, op_domain=domain, op_version=version, **attributes
        )
        return output

    def concat(self, variables: Sequence[Any]) -> str:
        """Put variables side by side; return the name of the result."""
        names = [variable.full_name for variable in variables]
        return names[0] if len(names) == 1 else self.node("Concat", *names, axis=1)

    def label_encoder(
        self, text: str, keys: Sequence[str], values: npt.ArrayLike, default: float, output: str | None = None
    ) -> str:
        """Replace texts by numbers; return the name of the result."""
        return self.node(
            "LabelEncoder",
            text,
            output=output,
            keys_tensor=helper.make_tensor("keys", TensorProto.STRING, [len(keys)], list[Any](keys)),
            values_tensor=numpy_helper.from_array(np.asarray(values, dtype=np.float64), "values"),
            default_tensor=numpy_helper.from_array(np.array([default]), "default"),
        )

    def look_up(
        self, operator: Any, keys: Sequence[Sequence[str]], values: Sequence[npt.ArrayLike], default: float
    ) -> None:
        """Replace the texts of each column by numbers of its own."""
        if len(operator.inputs) != len(keys):
            raise ValueError("An encoder takes one input tensor for each of its columns here.")
        output = operator.outputs[0].full_name
        if len(keys) == 1:
            self.label_encoder(operator.inputs[0].full_name, keys[0], values[0], default, output)
            return
        columns = [
            self.label_encoder(variable.full_name, texts, numbers, default)
            for variable, texts, numbers in zip(operator.inputs, keys, values, strict=True)
        ]
        self.node("Concat", *columns, output=output, axis=1)

    def by_lanes(self, kind: str, tensor: str, width: int, *, output: str | None = None) -> str:
        """Apply a function to a tensor of shape (n_rows, width) so that no row's result depends on its neighbours.

        onnxruntime's exp and log handle full vector registers and the rest of an array by different code, which
        differ in the last bit; with a multiple of eight doubles a row there is never a rest.
        """
        padded = self.padded(tensor, width, 1.0)
        ends = (self.constant([place], TensorProto.INT64) for place in (0, width, 1))
        return self.node("Slice", self.node(kind, padded), *ends, output=output)

    def padded(self, tensor: str, width: int, filler: float) -> str:
        """Fill up a tensor of shape (n_rows, width) to a multiple of eight columns."""
        pads = self.constant([0, 0, 0, -width % _LANES], TensorProto.INT64)
        return self.node("Pad", tensor, pads, self.scalar(filler))

    def finish(self, operator: Any, probability: str) -> None:
        """Give skl2onnx the two outputs it asks of a classifier; the export drops them."""
        other = self.node("Sub", self.constant(1.0), probability)
        both = self.node("Concat", other, probability, output=operator.outputs[1].full_name, axis=1)
        self.node("ArgMax", both, output=operator.outputs[0].full_name, axis=1, keepdims=0)
