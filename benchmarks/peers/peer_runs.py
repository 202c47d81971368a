"""Runs of the peers: every deployment is started, sent faults, and loaded; docs/comparison.md has what came of it.

What cannot be installed or started is left out and said, and the others have their turn.
"""

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

from training.command.files import write
from training.pages.regions import fill_regions

from ..figures import Figure
from ..machine import OtherWork, describe_run
from ..rounds import alternate
from ..servers import Server, rate
from ..workbench import QUICK, ROOT, Workbench
from .behaviours import BATCH_ROWS, Behaviour, observe
from .comparison import Measured, as_figures, server_table
from .deployments import DEPLOYMENTS, Deployment
from .starts import measure_starts

__all__ = ["peers", "write_page"]

_PAGE = ROOT / "docs" / "comparison.md"
_MOST_STARTS = 5
_OURS = next(iter(DEPLOYMENTS))
_SCORE_ALONE = "?include=none"


def peers(bench: Workbench) -> Iterator[Figure]:
    """Compare this project with five servers; takes ten minutes and installs 2 GB."""
    deployments, left_out = _deploy(bench)
    other_work = OtherWork()
    starts = measure_starts(deployments, bench.customers(1)[0], min(_MOST_STARTS, bench.effort.rounds))
    with ExitStack() as stack:
        servers = {name: stack.enter_context(deployment.serve()) for name, deployment in deployments.items()}
        behaviours = {name: _observe(bench, deployments[name], server) for name, server in servers.items()}
        rates, explained = _load(bench, deployments, servers)
    busy = other_work.share
    measured = {
        name: Measured(
            size=deployment.environment.size,
            start=starts[name],
            rate=rates[name],
            explained_rate=explained if name == _OURS else None,
            behaviour=behaviours[name],
        )
        for name, deployment in deployments.items()
    }
    if bench.effort != QUICK:
        versions = {name: _versions(deployment) for name, deployment in deployments.items()}
        write_page(_PAGE, measured, _facts(bench, busy, versions, left_out))
    yield from as_figures(measured)


def write_page(path: Path, measured: Mapping[str, Measured], facts: Mapping[str, str]) -> None:
    """Write the tables and the facts of a run into the page's regions."""
    regions = {
        "servers": server_table(measured),
        "run": "\n".join(f"- {name}: {fact}" for name, fact in facts.items()),
    }
    write(path, fill_regions(path, regions))


def _deploy(bench: Workbench) -> tuple[dict[str, Deployment], list[str]]:
    """Make and start each deployment once, which writes its bytecode; return them, and the names of those that fail."""
    deployments: dict[str, Deployment] = {}
    left_out: list[str] = []
    for name, deploy in DEPLOYMENTS.items():
        print(f"deploying {name}", file=sys.stderr, flush=True)
        try:
            deployment = deploy(bench)
            measure_starts({name: deployment}, bench.customers(1)[0], 1)
        except Exception:
            if name == _OURS:
                raise
            traceback.print_exc()
            left_out.append(name)
        else:
            deployments[name] = deployment
    return deployments, left_out


def _observe(bench: Workbench, deployment: Deployment, server: Server) -> Behaviour:
    return observe(server.ask, deployment.dialect, bench.customers(BATCH_ROWS))


def _load(
    bench: Workbench, deployments: Mapping[str, Deployment], servers: Mapping[str, Server]
) -> tuple[dict[str, float], float]:
    """Return requests a second of the score alone by name, and of this project's explained scores."""
    measures: list[Callable[[], float]] = []
    seconds = bench.effort.seconds
    for name, server in servers.items():
        dialect = deployments[name].dialect
        bodies = bench.files(f"load-{len(measures)}", [dialect.write(customer) for customer in bench.customers(200)])
        path = dialect.path + (_SCORE_ALONE if name == _OURS else "")
        measures.append(partial(rate, server, path, bodies, seconds))
    explained = partial(rate, servers[_OURS], deployments[_OURS].dialect.path, bench.customer_files, seconds)
    *rates, explained_rate = alternate(bench.effort.rounds, *measures, explained)
    return dict(zip(servers, rates, strict=True)), explained_rate


def _versions(deployment: Deployment) -> str:
    found = deployment.environment.versions(deployment.packages)
    return ", ".join(f"{package} {version}" for package, version in found.items())


def _facts(bench: Workbench, busy: float, versions: Mapping[str, str], left_out: Sequence[str]) -> dict[str, str]:
    """Return what a reader must know to judge the tables, by name."""
    facts = describe_run(bench.model, date.today().isoformat())
    del facts["packages"]
    facts["machine"] += f", {busy:.0%} of them busy with other work meanwhile"
    facts |= versions
    if left_out:
        facts["left out, since they could not be installed or started"] = ", ".join(left_out)
    return facts
