"""One prediction through the worker library, without HTTP."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import process_time

from threadpoolctl import threadpool_limits

from predict.contract import Row
from predict.model.explain import Explainer
from training.export.background import to_rows

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
    """Compare an explained prediction with an unexplained one, and with a one-row predict_proba of scikit-learn."""
    calls, bodies = bench.effort.calls, bench.customer_files
    rows = [bench.table.X.iloc[[number]] for number in range(min(calls, len(bodies)))]

    def predict_proba() -> float:
        # Two threads for one row only wait for each other, for seconds when the machine is busy.
        with threadpool_limits(1):
            return _median_seconds(bench.pipeline.predict_proba, rows)

    with bench.function_process() as ours:
        for _ in range(2):  # the first turn warms up
            explained, plain, bare = alternate(
                bench.effort.rounds,
                lambda: ours.call("predict", bodies, calls).seconds,
                lambda: ours.call("predict", bodies, calls, query=UNEXPLAINED).seconds,
                predict_proba,
            )
    what = f"one prediction with exact explanation, {len(bench.model.metadata.background)} background rows"
    one_row = "scikit-learn predict_proba, one-row DataFrame"
    yield Figure(what, explained * 1e3, "ms", one_row, bare * 1e3, at_most=1.5, ratio_at_most=1)
    yield Figure(what, explained * 1e3, "ms", "the same, unexplained", plain * 1e3, ratio_at_most=1.25)
    yield from _explainer_alone(bench, one_row, predict_proba)


def _explainer_alone(bench: Workbench, one_row: str, predict_proba: Callable[[], float]) -> Iterator[Figure]:
    """Measure the explainer without the function around it."""
    explainer = Explainer(bench.model)
    customers = to_rows(bench.table.X.head(bench.effort.batch_rows))
    singles = customers[: bench.effort.calls]

    def what_if(row: Row) -> None:
        explainer.what_if.curves(row)
        explainer.what_if.smallest_changes(row, bench.model.score(row))

    for _ in range(2):  # the first turn warms up
        one, many, changes, bare = alternate(
            bench.effort.rounds,
            lambda: _median_seconds(lambda row: explainer.explain([row]), singles),
            lambda: _median_seconds(explainer.explain, [customers]),
            lambda: _median_seconds(what_if, singles),
            predict_proba,
        )
    yield Figure("one explanation", one * 1e6, "us", one_row, bare * 1e6, at_most=40, ratio_at_most=0.03)
    yield Figure(f"{len(customers):,} explanations", many * 1e3, "ms", at_most=12)
    yield Figure("curves and changes of one customer", changes * 1e6, "us", at_most=100)


def _median_seconds[T](work: Callable[[T], object], items: Sequence[T]) -> float:
    """Return the CPU time of the median call."""
    seconds = []
    for item in items:
        start = process_time()
        work(item)
        seconds.append(process_time() - start)
    return median(seconds)
