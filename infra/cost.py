"""What a month costs: the table in docs/cost.md, worked out from list prices and the sizes in dev.env and prod.env.

`python -m infra.cost` writes the table, `--check` fails where it is stale. Prices change: correct `Prices` and run it.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .generated_part import write_region

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Bill", "Prices", "Sizes", "main", "monthly_bill", "read_sizes", "render"]

_INFRA = Path(__file__).resolve().parent
_MONTH_HOURS = 730
_MONTH_SECONDS = _MONTH_HOURS * 3600
_MONTH_DAYS = 30
_INSTANCE_GB = 2
# A stretch of activity is billed for a second at least.
_LEAST_SECONDS = 1
_BATCH_ROWS = 1000
# One request and one log line, with what the host adds.
_LOG_GB_PER_CALL = 3e-6
_TESTS_PER_HOUR = 4
_LOG_ALERTS = 2
_VOLUMES = ((0, "idle"), (10_000, "10 k"), (1_000_000, "1 M"), (100_000_000, "100 M"))


@dataclass(frozen=True)
class Prices:
    """List prices in US dollars, East US, pay as you go; docs/cost.md says where they were seen, and when.

    Attributes
    ----------
    gb_second, ready_gb_second, ready_baseline_gb_second : float
        Of memory while code runs on demand, while it runs on an always-ready instance, and of such an instance all day.
    million_calls : float
    free_gb_seconds, free_calls : int
        Each month, on demand only.
    log_gb : float
    free_log_gb : int
        Each month and billing account.
    log_alert : float
        Of one rule evaluated every 15 minutes.
    availability_test : float
        Of one call.
    """

    gb_second: float = 0.000026
    ready_gb_second: float = 0.000016
    ready_baseline_gb_second: float = 0.000004
    million_calls: float = 0.40
    free_gb_seconds: int = 100_000
    free_calls: int = 250_000
    log_gb: float = 2.30
    free_log_gb: int = 5
    log_alert: float = 0.50
    availability_test: float = 0.0006


@dataclass(frozen=True)
class Sizes:
    """What a stage is set to."""

    always_ready: int
    daily_log_cap_gb: int
    test_locations: int


@dataclass(frozen=True)
class Bill:
    """A month's cost in dollars, by what it is paid for."""

    compute: float
    calls: float
    logs: float
    watching: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.compute + self.calls + self.logs + self.watching


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.cost", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where the table is stale")
    parser.add_argument("--page", type=Path, default=_INFRA.parent / "docs" / "cost.md", metavar="FILE")
    options = parser.parse_args(arguments)
    return write_region(options.page, "cost", render(Prices()), writer="infra.cost", check=options.check)


def monthly_bill(calls: int, sizes: Sizes, prices: Prices) -> Bill:
    """Return the bill of evenly spread calls: the dearest way for them to come.

    Each call is billed a second of an instance, until they come so close that one instance is active all month. One
    instance is enough for the largest volume here (docs/scaling.md).
    """
    tests = sizes.test_locations * _TESTS_PER_HOUR * _MONTH_HOURS
    n_calls = calls + tests
    gb_seconds = min(n_calls * _LEAST_SECONDS, _MONTH_SECONDS) * _INSTANCE_GB
    if sizes.always_ready:
        # No free grants there; one of the instances does the work.
        baseline = sizes.always_ready * _MONTH_SECONDS * _INSTANCE_GB * prices.ready_baseline_gb_second
        compute = baseline + gb_seconds * prices.ready_gb_second
        charged_calls = n_calls
    else:
        compute = max(0, gb_seconds - prices.free_gb_seconds) * prices.gb_second
        charged_calls = max(0, n_calls - prices.free_calls)
    log_gb = min(n_calls * _LOG_GB_PER_CALL, sizes.daily_log_cap_gb * _MONTH_DAYS)
    return Bill(
        compute=compute,
        calls=charged_calls / 1e6 * prices.million_calls,
        logs=max(0, log_gb - prices.free_log_gb) * prices.log_gb,
        watching=_LOG_ALERTS * prices.log_alert + tests * prices.availability_test,
    )


def read_sizes(path: Path) -> Sizes:
    """Read what matters here from a stage's file."""
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    locations = values.get("HEALTH_TEST_LOCATIONS", "")
    return Sizes(
        always_ready=int(values["ALWAYS_READY_INSTANCES"]),
        daily_log_cap_gb=int(values["DAILY_LOG_CAP_GB"]),
        test_locations=len(locations.split(",")) if locations else 0,
    )


def render(prices: Prices) -> str:
    """Return the table in Markdown."""
    dev, prod = (read_sizes(_INFRA / f"{stage}.env") for stage in ("dev", "prod"))
    lines = [
        "| predictions a month | dev, one at a time | dev, in batches | prod, one at a time | its compute | its logs |",
        "|---|---|---|---|---|---|",
    ]
    for calls, name in _VOLUMES:
        alone = monthly_bill(calls, dev, prices)
        batched = monthly_bill(math.ceil(calls / _BATCH_ROWS), dev, prices)
        ready = monthly_bill(calls, prod, prices)
        amounts = (alone.total, batched.total, ready.total, ready.compute + ready.calls, ready.logs)
        lines.append(f"| {name} | " + " | ".join(f"${amount:,.2f}" for amount in amounts) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
