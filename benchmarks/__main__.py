"""Measure and print one table: `python -m benchmarks [NAME ...]`.

Over a bound is said in the table; the exit status is 1 only when a benchmark could not be run, or the model takes other
inputs than the customers have.
"""

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from predict.errors import ArtifactError
from training.command.files import write

from .batch import csv_file, json_batch
from .coldstart import cold_start, package, size
from .figures import Figure, as_document, as_markdown, as_text
from .http_load import endurance, throughput
from .machine import describe_run
from .memory import memory
from .peers.peer_runs import peers
from .scale import scale
from .workbench import QUICK, ROOT, THOROUGH, Workbench
from .worker import explanation, prediction

__all__ = ["BENCHMARKS", "main"]

BENCHMARKS: Mapping[str, Callable[[Workbench], Iterator[Figure]]] = {
    "size": size,
    "cold-start": cold_start,
    "package": package,
    "prediction": prediction,
    "explanation": explanation,
    "batch": json_batch,
    "csv": csv_file,
    "memory": memory,
    "http": throughput,
    "endurance": endurance,
}
ON_REQUEST: Mapping[str, Callable[[Workbench], Iterator[Figure]]] = {"scale": scale, "peers": peers}
"""Those that take too long to be run with all."""


def main(arguments: Sequence[str]) -> int:
    """Run benchmarks; return the exit status."""
    options = _parser().parse_args(arguments)
    effort = QUICK if options.quick else THOROUGH
    if options.endurance is not None:
        effort = replace(effort, endurance=options.endurance)
    figures: list[Figure] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        bench = Workbench(Path(folder), effort, options.model)
        if refusal := _refusal(bench):
            print(f"error: {refusal}", file=sys.stderr)
            return 1
        for name in options.names or BENCHMARKS:
            print(f"measuring {name}", file=sys.stderr, flush=True)
            try:
                figures += {**BENCHMARKS, **ON_REQUEST}[name](bench)
            except Exception:  # one benchmark that cannot be run must not keep the others from their turn
                traceback.print_exc()
                failed.append(name)
        facts = describe_run(bench.model, options.date)
    print(as_text(figures))
    for name in failed:
        print(f"{name} could not be measured; the reason is above.")
    write(options.json, json.dumps(as_document(figures, facts), indent=2) + "\n")
    if options.markdown and not (options.names or options.quick or failed):
        write(options.markdown, as_markdown(figures, facts))
    return 1 if failed else 0


def _refusal(bench: Workbench) -> str:
    """Return why nothing can be measured with this model, or nothing."""
    try:
        inputs = [feature.name for feature in bench.model.contract.features]
    except ArtifactError as error:
        return f"{bench.model_path}: {error}"
    if inputs == [feature.name for feature in bench.schema.features]:
        return ""
    return (
        f"The benchmarks score the customers of data/customers.csv; the model at {bench.model_path} takes other "
        f"inputs: {', '.join(inputs)}. Name another with --model."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all of them, or of {', '.join([*BENCHMARKS, *ON_REQUEST])}"
    )
    parser.add_argument("--quick", action="store_true", help="only see that everything runs; the figures mean nothing")
    parser.add_argument("--endurance", type=float, metavar="SECONDS", help="under 200 connections (default 20)")
    parser.add_argument("--date", default="", help="of the run, for the tables that are written")
    parser.add_argument("--json", type=Path, default=ROOT / "reports" / "benchmarks.json", metavar="FILE")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="where a whole run writes its table, too")
    model = Path(os.environ.get("MODEL_PATH") or ROOT / "predict" / "model.onnx")
    parser.add_argument(
        "--model", type=Path, default=model, metavar="FILE", help="with the inputs that data/customers.csv has"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
