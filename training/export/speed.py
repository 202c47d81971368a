"""Speed: how large a pipeline is as an ONNX graph, and how long that takes for a row."""

import time

import onnxruntime
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.model.metadata import Metadata
from predict.model.session import Model

from .onnx_file import to_graph
from .parity import to_feed

__all__ = ["measure_speed"]

_ROWS = 5_000
_REPEATS = 5


def measure_speed(pipeline: Pipeline, metadata: Metadata, X: pd.DataFrame) -> tuple[int, float]:
    """Return the graph's size in bytes and the microseconds it takes for a row of many, on one thread.

    The best of a few runs: what slows the others is not the model's.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted; takes the features of the metadata's contract.
    metadata : Metadata
        Of any model of these features; it is not part of the size.
    X : DataFrame of shape (n_rows, n_features)
    """
    graph = to_graph(pipeline, metadata.contract.features).SerializeToString()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = Model(metadata, "", onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"]))
    rows = X.head(_ROWS)
    feed = to_feed(metadata.contract.features, rows)
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        model.run(feed)
        times.append(time.perf_counter() - start)
    return len(graph), 1e6 * min(times) / len(rows)
