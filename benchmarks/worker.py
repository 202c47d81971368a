"""One prediction through the worker library, without HTTP."""

from collections.abc import Iterator
from statistics import median
from time import process_time

from threadpoolctl import threadpool_limits

from .figures import Figure
from .functions import UNEXPLAINED
from .rounds import alternate
from .workbench import ROOT, Workbench

__all__ = ["explanation", "prediction"]

_EMPTY_APP = ROOT / "benchmarks" / "empty"


def prediction(bench: Workbench) -> Iterator[Figure]:
    """Compare a prediction without explanation with a function that does nothing."""
    calls, bodies = bench.effort.calls, bench.customer_files
    with bench.function_process() as ours, bench.function_process(_EMPTY_APP) as empty:
        for _ in range(2):  # the first turn warms both up
            score, nothing = alternate(
                bench.effort.rounds * 3,
                lambda: ours.call("predict", bodies, calls, query=UNEXPLAINED).seconds,
                lambda: empty.call("empty", bodies, calls, query=UNEXPLAINED).seconds,
            )
    yield Figure(
        "one prediction, no explanation, through the worker library",
        score * 1e3, "ms", "an empty function", nothing * 1e3, ratio_at_most=2.5,
    )  # fmt: skip


def explanation(bench: Workbench) -> Iterator[Figure]:
    """Compare an explained prediction with a bare one-row predict_proba of scikit-learn."""
    calls, bodies = bench.effort.calls, bench.customer_files
    rows = [bench.table.X.iloc[[number]] for number in range(min(calls, len(bodies)))]

    def predict_proba() -> float:
        seconds = []
        # Two threads for one row only wait for each other, for seconds when the machine is busy.
        with threadpool_limits(1):
            for row in rows:
                start = process_time()
                bench.pipeline.predict_proba(row)
                seconds.append(process_time() - start)
        return median(seconds)

    with bench.function_process() as ours:
        ours.call("predict", bodies, calls)
        predict_proba()
        explained, bare = alternate(
            bench.effort.rounds, lambda: ours.call("predict", bodies, calls).seconds, predict_proba
        )
    yield Figure(
        f"one prediction with exact explanation, {len(bench.model.metadata.background)} background rows",
        explained * 1e3, "ms", "scikit-learn predict_proba, one-row DataFrame", bare * 1e3,
        at_most=1.5, ratio_at_most=1,
    )  # fmt: skip
