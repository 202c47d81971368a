"""The training commands.

python -m training [--data CSV] [--schema TOML] [--drop COLUMN] [--objective RULE] [--trials N] [--out DIR] ...
python -m training score CUSTOMERS --out SCORED [--rejects FILE] [--n-jobs N] [--dask ADDRESS]
python -m training runs
python -m training sample [--rows N] [--seed N] [--out CSV]
python -m training site [--model FILE] [--out DIR]

Each command imports what it needs when it runs: who scores a file or asks for help does not wait for the trainer.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from predict.errors import PredictError

from .errors import TrainingError

if TYPE_CHECKING:
    from predict.model import Model

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "reports"


def train(arguments: argparse.Namespace) -> None:
    """Make a model, show how it does, and keep what was found."""
    from .comparison import comparison
    from .objective import parse_objective
    from .progress import Bar, console, say
    from .recipe import make
    from .report import render_report
    from .result import Settings
    from .run_folder import keep
    from .spread import dask_backend

    settings = Settings(
        data=arguments.data,
        schema=arguments.schema,
        out=arguments.out or ROOT / "predict",
        seed=arguments.seed,
        objective=parse_objective(arguments.objective, arguments.contact_cost, arguments.purchase_value),
        drop=tuple(arguments.drop),
        trials=arguments.trials,
        minutes=arguments.minutes,
        n_jobs=arguments.n_jobs,
        backend=dask_backend(arguments.dask) if arguments.dask else nullcontext,
    )
    with Bar() as bar:
        result = make(settings, bar, lambda text: say(f"- {text}"))
    console.print(comparison(result))
    say(
        f"parity: {result.parity.rows:,} rows, largest difference {result.parity.max_difference:.1e}\n"
        f"{result.path}: {result.searched.trial.family} ({result.searched.trial.words}), "
        f"threshold {result.model.contract.threshold:.3f}, {result.path.stat().st_size / 1024:.0f} KiB"
    )
    folder = keep(result, render_report(result), arguments.reports)
    say(f"report: {folder / 'report.html'}")
    if arguments.out is None:
        publish(result.model)


def publish(model: "Model") -> None:
    """Write the model's fields and numbers into the project's own pages, README and model card."""
    from .card import write_card
    from .readme import write_readme
    from .site import write_site

    write_site(model, ROOT / "static_site")
    write_readme(model, ROOT / "README.md")
    write_card(model, ROOT / "MODEL_CARD.md")


def score(arguments: argparse.Namespace) -> None:
    """Score a file of customers."""
    from .progress import Bar, say
    from .score import score_file
    from .spread import workers

    rejects = arguments.rejects or arguments.out.with_name(f"{arguments.out.stem}.rejected{arguments.out.suffix}")
    with Bar() as bar, workers(arguments.dask, arguments.n_jobs) as (executor, n_workers):
        done = score_file(
            arguments.model,
            arguments.source,
            arguments.out,
            rejects,
            executor=executor,
            n_workers=n_workers,
            advance=bar,
        )
    say(f"{done.n_scored:,} customers scored: {arguments.out}")
    if done.rejects:
        say(f"{done.n_rejected:,} could not be scored, each with the reason: {done.rejects}")


def list_runs(arguments: argparse.Namespace) -> None:
    """Print the runs that were kept, and what changed from one to the next."""
    from . import runs

    found = runs.list_runs(arguments.reports)
    if not found:
        raise TrainingError(f"There are no runs in {arguments.reports}. python -m training makes one.")
    print(runs.runs_table(found))


def write_sample(arguments: argparse.Namespace) -> None:
    """Write synthetic customers."""
    from .sample import SAMPLE_ROWS, SAMPLE_SEED, write_csv

    seed = SAMPLE_SEED if arguments.seed is None else arguments.seed
    write_csv(arguments.out, arguments.rows or SAMPLE_ROWS, seed)


def write_pages(arguments: argparse.Namespace) -> None:
    """Write what the pages know of a model."""
    from predict.model import Model

    from .site import write_site

    model = Model.load(arguments.model)
    if arguments.out:
        write_site(model, arguments.out)
    else:
        publish(model)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m training", description="Train the model that the function serves.")
    commands = parser.add_subparsers(metavar="COMMAND")

    command = commands.add_parser("train", help="train a model (the default)")
    command.set_defaults(run=train)
    command.add_argument("--data", type=Path, default=ROOT / "data" / "customers.csv", help="the customers, a CSV")
    command.add_argument("--schema", type=Path, default=ROOT / "training" / "schema.toml", help="what its columns mean")
    command.add_argument(
        "--out", type=Path, help="folder for model.onnx; without it, this project serves the new model"
    )
    command.add_argument("--drop", action="append", default=[], metavar="COLUMN", help="leave an input out; repeatable")
    command.add_argument(
        "--objective", default="f1", help="of the threshold: f1, recall>=0.8, precision>=0.8, top=10%% or profit"
    )
    command.add_argument("--contact-cost", type=float, default=1.0, help="what contacting one customer costs")
    command.add_argument("--purchase-value", type=float, default=10.0, help="what one purchase is worth")
    command.add_argument("--trials", type=_count, help="models to try; as many as suit the number of rows by default")
    command.add_argument("--minutes", type=float, help="stop trying after this long; two runs may then differ")
    command.add_argument("--n-jobs", type=int, default=2, help="fits at the same time; -1 for one a core")
    command.add_argument("--seed", type=int, default=0, help="same data and seed, same file")
    command.add_argument("--reports", type=Path, default=REPORTS, help="folder that gets a folder for this run")
    command.add_argument("--dask", metavar="ADDRESS", help="spread the search over a Dask cluster: its scheduler")

    command = commands.add_parser("score", help="score a file of customers, CSV or Parquet, of any length")
    command.set_defaults(run=score)
    command.add_argument("source", type=Path, help="the customers: a .csv or .parquet file")
    command.add_argument("--out", type=Path, required=True, help="the same with probability and prediction")
    command.add_argument("--rejects", type=Path, help="for rows that cannot be scored; beside --out by default")
    command.add_argument("--model", type=Path, default=ROOT / "predict" / "model.onnx")
    command.add_argument("--n-jobs", type=_count, default=1, help="blocks to score at the same time")
    command.add_argument("--dask", metavar="ADDRESS", help="spread the blocks over a Dask cluster: its scheduler")

    command = commands.add_parser("runs", help="list earlier runs side by side, and what changed")
    command.set_defaults(run=list_runs)
    command.add_argument("--reports", type=Path, default=REPORTS)

    command = commands.add_parser("sample", help="write synthetic customers")
    command.set_defaults(run=write_sample)
    command.add_argument("--rows", type=_count, help="as many as data/customers.csv has by default")
    command.add_argument("--seed", type=int, help="that of data/customers.csv by default")
    command.add_argument("--out", type=Path, default=ROOT / "data" / "customers.csv")

    command = commands.add_parser("site", help="write the model's fields and numbers into the pages and the README")
    command.set_defaults(run=write_pages)
    command.add_argument("--model", type=Path, default=ROOT / "predict" / "model.onnx")
    command.add_argument("--out", type=Path, help="a folder of pages; without it, this project's own, and the README")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run a command; a refusal is one clear message and status 1."""
    words = list(arguments)
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help"}):
        words.insert(0, "train")
    parsed = _parser().parse_args(words)
    try:
        parsed.run(parsed)
    except (TrainingError, PredictError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
