"""Many customers at once: JSON by rows and by columns, and a CSV file."""

from collections.abc import Iterator, Mapping
from statistics import median

from training.customers.synthetic import generate

from .figures import Figure
from .functions import JSON
from .rounds import alternate
from .workbench import Workbench

__all__ = ["csv_file", "json_batch"]

_CSV = {"content-type": "text/csv"}
_REASONS = {"include": "reasons"}


def json_batch(bench: Workbench) -> Iterator[Figure]:
    """Score 1,000 customers through the worker library."""
    customers = bench.customers(bench.effort.batch_rows)
    columns = {name: [customer[name] for customer in customers] for name in customers[0]}
    by_rows = bench.files("rows", [{"rows": customers}])
    by_columns = bench.files("columns", [{"columns": columns}])
    calls = max(1, bench.effort.calls // 10)
    with bench.function_process() as ours:
        for _ in range(2):  # the first turn warms up
            rows, columnar = alternate(
                bench.effort.rounds,
                lambda: ours.call("predict/batch", by_rows, calls, headers=JSON).seconds,
                lambda: ours.call("predict/batch", by_columns, calls, headers=JSON).seconds,
            )
    what = f"{len(customers):,} customers as JSON"
    yield Figure(f"{what}, row by row", rows * 1e3, "ms", at_most=5)
    yield Figure(f"{what}, by columns", columnar * 1e3, "ms", at_most=3)


def csv_file(bench: Workbench) -> Iterator[Figure]:
    """Score a CSV of 100,000 customers, with and without reasons, the first of a process that has only scored one."""
    count = bench.effort.csv_rows
    one, many = bench.folder / "one.csv", bench.folder / "many.csv"
    customers, _ = generate(count, seed=1)
    customers.head(1).to_csv(one, index=False)
    customers.to_csv(many, index=False)

    def score(query: Mapping[str, str]) -> tuple[float, float]:
        with bench.function_process() as ours:
            ours.call("score", [one], headers=_CSV, query=query)
            idle = ours.memory
            reply = ours.call("score", [many], headers=_CSV, query=query)
        return reply.seconds, reply.peak_bytes - idle

    for query, suffix, most_seconds, most_megabytes in (({}, "", 0.6, 150), (_REASONS, " with reasons", 2, 200)):
        seconds, growth = zip(*(score(query) for _ in range(bench.effort.rounds)), strict=True)
        what = f"CSV of {count:,} customers{suffix}"
        yield Figure(what, median(seconds), "s", at_most=most_seconds)
        yield Figure(f"{what}: memory above idle", max(growth) / 1e6, "MB", at_most=most_megabytes)
