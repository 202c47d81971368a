"""The recipe: from a file of customers to a model that serves. Reads top to bottom.

python -m training [--data CSV] [--schema TOML] [--out DIR] [--seed N]
python -m training sample [--rows N] [--seed N] [--out CSV]
python -m training site [--model FILE] [--out DIR]
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from predict.errors import PredictError
from predict.metadata import Evaluation
from predict.model import Model

from . import sample, site
from .data import read_table
from .errors import TrainingError
from .evaluate import N_SPLITS, choose_threshold, evaluate, fit, out_of_fold
from .export import serialize
from .facts import describe
from .parity import install
from .pipeline import candidates
from .readme import write_readme
from .schema import load_schema

ROOT = Path(__file__).parent.parent
SHOWN = ("accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss")
"""The metrics of the closing table."""

console = Console(stderr=True, highlight=False)


def train(arguments: argparse.Namespace) -> None:
    """Compare the candidates, refit the best one on all rows, and install it if it keeps parity."""
    schema = load_schema(arguments.schema)
    table = read_table(arguments.data, schema)
    for note in table.notes:
        console.print(f"note: {note}")

    pipelines = candidates(schema.features, arguments.seed)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("comparing", total=len(pipelines) * N_SPLITS)
        scored = {}
        for name, pipeline in pipelines.items():
            progress.update(task, description=f"comparing {name}")
            for scored[name] in out_of_fold(pipeline, table, arguments.seed):
                progress.advance(task)

    evaluations = {name: evaluate(scores) for name, scores in scored.items()}
    best = min(evaluations, key=lambda name: evaluations[name].metrics["log_loss"])
    console.print(_comparison(evaluations, best))

    threshold = choose_threshold(table.y, scored[best].probability)
    fitted = fit(pipelines[best], table.X, table.y)
    metadata = describe(table, schema, fitted, evaluations[best], threshold, arguments.seed)
    path = (arguments.out or ROOT / "predict") / "model.onnx"
    parity = install(serialize(fitted, metadata), path, fitted, table.X, arguments.seed)
    console.print(
        f"parity: {parity.rows:,} rows, largest difference {parity.max_difference:.1e}\n"
        f"{path}: {best}, threshold {threshold:.3f}, {path.stat().st_size / 1024:.0f} KiB"
    )
    if arguments.out is None:
        publish(Model.load(path))


def publish(model: Model) -> None:
    """Write the model's fields and numbers into the project's own pages and README."""
    site.write_site(model, ROOT / "static_site")
    write_readme(model, ROOT / "README.md")


def _comparison(evaluations: dict[str, Evaluation], best: str) -> Grid:
    grid = Grid("", title=f"On unseen rows: {evaluations[best].method}")
    for name in evaluations:
        grid.add_column(_broken(name), justify="right", style="bold" if name == best else "")
    grid.add_column("always the\nbase rate", justify="right")
    for metric in SHOWN:
        values = [evaluation.metrics[metric] for evaluation in evaluations.values()]
        grid.add_row(metric, *(f"{value:.3f}" for value in (*values, evaluations[best].baseline[metric])))
    grid.caption = f"Best log loss: {best}"
    return grid


def _broken(name: str) -> str:
    """Return a class name with a line for each of its words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "\n", name.removesuffix("Classifier"))


def _write_sample(arguments: argparse.Namespace) -> None:
    sample.write_csv(arguments.out, arguments.rows, arguments.seed)


def _publish(arguments: argparse.Namespace) -> None:
    model = Model.load(arguments.model)
    if arguments.out:
        site.write_site(model, arguments.out)
    else:
        publish(model)


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
    command.add_argument("--seed", type=int, default=0)

    command = commands.add_parser("sample", help="write synthetic customers")
    command.set_defaults(run=_write_sample)
    command.add_argument("--rows", type=int, default=sample.SAMPLE_ROWS)
    command.add_argument("--seed", type=int, default=sample.SAMPLE_SEED)
    command.add_argument("--out", type=Path, default=ROOT / "data" / "customers.csv")

    command = commands.add_parser("site", help="write the model's fields and numbers into the pages and the README")
    command.set_defaults(run=_publish)
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
