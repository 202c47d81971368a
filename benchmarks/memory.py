"""Memory of the function's process once it is warm."""

from collections.abc import Iterator

from .figures import Figure
from .functions import UNEXPLAINED
from .workbench import Workbench

__all__ = ["memory"]

_TURNS = 10


def memory(bench: Workbench) -> Iterator[Figure]:
    """Measure the resident memory of worker library and function in the clean environment, after every kind of call."""
    with bench.function_process() as ours:
        ours.call("health", method="GET", headers={})
        ours.call("model", method="GET", headers={})
        for _ in range(_TURNS):
            ours.call("predict", bench.customer_files, bench.effort.calls)
            ours.call("predict", bench.customer_files, bench.effort.calls, query=UNEXPLAINED)
        resident = ours.memory
    yield Figure("resident memory of the warm function and worker library", resident / 1e6, "MB", at_most=85)
