"""Speed: how large a pipeline is as an ONNX graph, and how long that takes for a row."""

import time
from collections.abc import Sequence

import onnxruntime
import pandas as pd
from sklearn.pipeline import Pipeline

from predict.contract import Feature
from predict.model import OUTPUT

from .export import to_graph
from .parity import to_feed

__all__ = ["measure_speed"]

_ROWS = 5_000
_REPEATS = 5


def measure_speed(pipeline: Pipeline, features: Sequence[Feature], X: pd.DataFrame) -> tuple[int, float]:
    """Return the graph's size in bytes and the microseconds it takes for a row of many, on one thread.

    The best of a few runs: what slows the others is not the model's.
    """
    graph = to_graph(pipeline, features).SerializeToString()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    rows = X.head(_ROWS)
    feed = to_feed(features, rows)
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        session.run([OUTPUT], feed)
        times.append(time.perf_counter() - start)
    return len(graph), 1e6 * min(times) / len(rows)
