"""Exact ONNX converters for the few scikit-learn operators that drift in skl2onnx.

skl2onnx computes the scaler in float32 with a multiplication by 1/sigma, emits category codes as float32 and rounds
tree thresholds to float32. Where data lies on a lattice, thresholds lie on it too, and the last bit decides left or
right. These converters do in double exactly what scikit-learn does, in its order. Registering them through skl2onnx's
own door keeps its parsing of pipelines and column transformers.

The classifiers emit an intermediate tensor, `predict.model.session.OUTPUT`, of shape (n_rows, 1); the export makes it
the only output.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from predict.model.session import OUTPUT

from ..search.calibrate import SMALLEST, Calibrated, Calibration, calibration_of
from ..search.isotonic import pieces
from ..search.pipeline import Logarithm
from .graph_builder import Graph
from .trees import ensemble_attributes, start_of, step_tree, trees_of

__all__ = ["register"]


def register() -> None:
    """Make skl2onnx use these converters, in this process."""
    _register(OrdinalEncoder, _transformer_shape, _ordinal_encoder)
    _register(OneHotEncoder, _transformer_shape, _one_hot_encoder, options={})
    _register(TargetEncoder, _transformer_shape, _target_encoder)
    _register(SimpleImputer, _transformer_shape, _simple_imputer)
    _register(StandardScaler, _transformer_shape, _standard_scaler)
    _register(Logarithm, _transformer_shape, _logarithm)
    for classifier in (*_LOGITS, RandomForestClassifier, Calibrated):
        _register(classifier, _classifier_shape, _classifier, options={"zipmap": [False], "nocl": [True, False]})


def _register(cls: type, shape: Callable[..., None], convert: Callable[..., None], **more: Any) -> None:
    update_registered_converter(cls, f"Exact{cls.__name__}", shape, convert, overwrite=True, **more)


def _transformer_shape(operator: Any) -> None:
    match operator.raw_operator:
        case OneHotEncoder(categories_=categories):
            width = sum(map(len, categories))
        case SimpleImputer(statistics_=statistics, indicator_=indicator):
            width = len(statistics) + (0 if indicator is None else len(indicator.features_))
        case _:
            width = sum(variable.type.shape[1] for variable in operator.inputs)
    operator.outputs[0].type = DoubleTensorType([None, width])


def _classifier_shape(operator: Any) -> None:
    operator.outputs[0].type = Int64TensorType([None])
    operator.outputs[1].type = DoubleTensorType([None, 2])


def _ordinal_encoder(scope: Any, operator: Any, container: Any) -> None:
    encoder = operator.raw_operator
    codes = [np.arange(len(categories), dtype=np.float64) for categories in encoder.categories_]
    graph = Graph(scope, container)
    graph.look_up(operator, encoder.categories_, codes, float(encoder.unknown_value))


def _target_encoder(scope: Any, operator: Any, container: Any) -> None:
    encoder = operator.raw_operator
    graph = Graph(scope, container)
    graph.look_up(operator, encoder.categories_, encoder.encodings_, float(encoder.target_mean_))


def _one_hot_encoder(scope: Any, operator: Any, container: Any) -> None:
    graph, encoder = Graph(scope, container), operator.raw_operator
    columns = []
    for variable, categories in zip(operator.inputs, encoder.categories_, strict=True):
        codes = np.arange(len(categories), dtype=np.float64)
        code = graph.label_encoder(variable.full_name, categories, codes, -1.0)
        # A category that the fit did not see has the code -1, which equals none.
        columns.append(graph.node("Equal", code, graph.constant([codes])))
    both = columns[0] if len(columns) == 1 else graph.node("Concat", *columns, axis=1)
    graph.node("Cast", both, output=operator.outputs[0].full_name, to=TensorProto.DOUBLE)


def _standard_scaler(scope: Any, operator: Any, container: Any) -> None:
    graph, scaler = Graph(scope, container), operator.raw_operator
    centred = graph.node("Sub", graph.concat(operator.inputs), graph.constant([scaler.mean_]))
    graph.node("Div", centred, graph.constant([scaler.scale_]), output=operator.outputs[0].full_name)


def _simple_imputer(scope: Any, operator: Any, container: Any) -> None:
    graph, imputer = Graph(scope, container), operator.raw_operator
    numbers, output = graph.concat(operator.inputs), operator.outputs[0].full_name
    is_missing = graph.node("IsNaN", numbers)
    filled = [is_missing, graph.constant([imputer.statistics_]), numbers]
    if imputer.indicator_ is None or not len(imputer.indicator_.features_):
        graph.node("Where", *filled, output=output)
        return
    places = graph.constant(imputer.indicator_.features_, TensorProto.INT64)
    where = graph.node("Gather", graph.node("Cast", is_missing, to=TensorProto.DOUBLE), places, axis=1)
    graph.node("Concat", graph.node("Where", *filled), where, output=output, axis=1)


def _logarithm(scope: Any, operator: Any, container: Any) -> None:
    graph = Graph(scope, container)
    more = graph.node("Add", graph.concat(operator.inputs), graph.constant([[1.0]]))
    graph.by_lanes("Log", more, operator.raw_operator.n_features_in_, output=operator.outputs[0].full_name)


def _classifier(scope: Any, operator: Any, container: Any) -> None:
    graph, estimator = Graph(scope, container), operator.raw_operator
    features = graph.concat(operator.inputs)
    output: str = scope.get_unique_variable_name(OUTPUT)
    *_, knots = calibration_of(estimator)
    if knots:
        probability = _on_line(graph, _probability(graph, features, estimator.estimator), knots, output)
    else:
        probability = _probability(graph, features, estimator, output)
    graph.finish(operator, probability)


def _probability(graph: Graph, features: str, estimator: Any, output: str | None = None) -> str:
    if isinstance(estimator, RandomForestClassifier):
        return _forest_share(graph, features, estimator, output)
    return graph.by_lanes("Sigmoid", _logit(graph, features, estimator), 1, output=output)


def _on_line(graph: Graph, probability: str, knots: Calibration, output: str) -> str:
    ends, slopes, intercepts = pieces(knots)
    slope, intercept = (
        graph.node("TreeEnsemble", probability, **ensemble_attributes([step_tree(ends, values)]))
        for values in (slopes, intercepts)
    )
    return graph.node("Add", graph.node("Mul", slope, probability), intercept, output=output)


def _logit(graph: Graph, features: str, estimator: Any) -> str:
    if not isinstance(estimator, Calibrated):
        return _LOGITS[type(estimator)](graph, features, estimator)
    if isinstance(estimator.estimator, RandomForestClassifier):
        share = _forest_share(graph, features, estimator.estimator)
        clipped = graph.node("Clip", share, graph.scalar(SMALLEST), graph.scalar(1 - SMALLEST))
        odds = graph.node("Div", clipped, graph.node("Sub", graph.constant([[1.0]]), clipped))
        logit = graph.by_lanes("Log", odds, 1)
    else:
        logit = _LOGITS[type(estimator.estimator)](graph, features, estimator.estimator)
    slope, intercept, _ = calibration_of(estimator)
    return graph.node("Add", graph.node("Mul", graph.constant([[slope]]), logit), graph.constant([[intercept]]))


def _logistic_regression(graph: Graph, features: str, classifier: LogisticRegression) -> str:
    # Not MatMul: a sum along each row is the same number whether the row comes alone or in a batch, if all rows begin
    # where a vector register may.
    terms = graph.padded(graph.node("Mul", features, graph.constant(classifier.coef_)), classifier.coef_.shape[1], 0.0)
    total = graph.node("ReduceSum", terms, graph.constant([1], TensorProto.INT64), keepdims=1)
    return graph.node("Add", total, graph.constant([classifier.intercept_]))


def _boosting(
    graph: Graph, features: str, boosting: GradientBoostingClassifier | HistGradientBoostingClassifier
) -> str:
    if isinstance(boosting, GradientBoostingClassifier):
        features = _as_float32(graph, features)
    total = graph.node("TreeEnsemble", features, **ensemble_attributes(trees_of(boosting)))
    return graph.node("Add", total, graph.constant([[start_of(boosting)]]))


def _forest_share(graph: Graph, features: str, forest: RandomForestClassifier, output: str | None = None) -> str:
    trees = trees_of(forest)
    total = graph.node("TreeEnsemble", _as_float32(graph, features), **ensemble_attributes(trees))
    return graph.node("Div", total, graph.constant([[float(len(trees))]]), output=output)


def _as_float32(graph: Graph, features: str) -> str:
    """Round as scikit-learn's own trees do: they compare float32(x) with a float64 threshold."""
    return graph.node("Cast", graph.node("Cast", features, to=TensorProto.FLOAT), to=TensorProto.DOUBLE)


_LOGITS: dict[type, Callable[[Graph, str, Any], str]] = {
    LogisticRegression: _logistic_regression,
    GradientBoostingClassifier: _boosting,
    HistGradientBoostingClassifier: _boosting,
}
