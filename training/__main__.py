"""The training commands.

python -m training [--data CSV] [--schema TOML] [--drop COLUMN] [--objective RULE] [--trials N] [--out DIR] ...
python -m training draft CUSTOMERS [--target COLUMN] [--drop COLUMN] --out SCHEMA
python -m training score CUSTOMERS --out SCORED [--reasons] [--rejects FILE] [--n-jobs N] [--dask ADDRESS] [--queue URL]
python -m training runs
python -m training sample [--rows N] [--seed N] [--out CSV]
python -m training site [--model FILE] [--out DIR]

Each command imports what it needs when it runs: who scores a file or asks for help does not wait for the trainer.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from copy import replace
from pathlib import Path
from typing import TYPE_CHECKING

from predict.errors import ArtifactError, PredictError

from .command.arguments import CUSTOMERS, PROJECT, REPORTS, parse_arguments
from .command.files import check_folder, claim, write
from .command.signals import Stopped, leave, let_end, listen
from .errors import TrainingError

if TYPE_CHECKING:
    from predict.model.session import Model


def train(arguments: argparse.Namespace) -> None:
    """Make a model, show how it does, and keep what was found."""
    # The project's pages are claimed from the start: at the end it is late to be refused.
    with nullcontext() if arguments.out else claim(PROJECT / "static_site" / "model.json"):
        _train(arguments)


def _train(arguments: argparse.Namespace) -> None:
    from .command.cluster import cluster as open_cluster
    from .command.progress import console, say, show_progress
    from .customers.fetched import fetched
    from .evaluation.threshold import parse_objective
    from .report.report import render_report
    from .run.comparison import comparison
    from .run.recipe import make
    from .run.result import Settings
    from .run.run_folder import keep

    reports = arguments.reports or (arguments.out or PROJECT) / REPORTS
    for option, folder in (("--out", arguments.out or PROJECT / "predict"), ("--reports", reports)):
        check_folder(option, folder)
    with fetched(arguments.data) as data:
        settings = Settings(
            data=data,
            schema=arguments.schema or _schema_for(data, arguments, reports),
            out=arguments.out or PROJECT / "predict",
            seed=arguments.seed,
            objective=parse_objective(arguments.objective, arguments.contact_cost, arguments.value),
            drop=tuple(arguments.drop),
            trials=arguments.trials,
            minutes=arguments.minutes,
            n_jobs=arguments.n_jobs,
        )
        cluster = open_cluster(arguments.dask, arguments.n_jobs) if arguments.dask else nullcontext()
        with claim(settings.out / "model.onnx"), cluster as there, show_progress() as advance:
            result = make(replace(settings, cluster=there), advance, lambda text: say(f"- {text}"))
    console.print(comparison(result))
    say(
        f"parity: {result.parity.rows:,} rows, largest difference {result.parity.max_difference:.1e}\n"
        f"{result.path}: {result.searched.trial.family} ({result.searched.trial.words}), "
        f"threshold {result.model.contract.threshold:.3f}, {result.path.stat().st_size / 1024:.0f} KiB"
    )
    report = render_report(result)
    result.stopwatch.lap("writing the report")
    folder = keep(result, report, reports)
    say(f"time: {result.stopwatch.words}")
    say(f"report: {folder / 'report.html'}")
    if arguments.out is None:
        _say_written("also written", publish(result.model))
        say("next: make run. One that is running serves the model of before until it is started again")


def draft(arguments: argparse.Namespace) -> None:
    """Draft the schema of a file."""
    from .customers.fetched import fetched

    if arguments.out.is_file():
        raise TrainingError(f"--out: {arguments.out} is there, and may have been edited. Delete it or name another.")
    with fetched(arguments.data) as data:
        _draft(data, arguments, arguments.out)


def _draft(data: Path, arguments: argparse.Namespace, out: Path) -> None:
    from .command.progress import say
    from .customers.raw_columns import read_columns
    from .schema.draft import draft_schema

    check_folder("--out", out.parent)
    with claim(out):
        write(out, draft_schema(data.stem, read_columns(data), arguments.target, arguments.drop))
    say(f"drafted: {out}; read it, above all what is left out and the words of the target")


def _schema_for(data: Path, arguments: argparse.Namespace, folder: Path) -> Path:
    """Return the schema of data that was named without one: the sample's own, an earlier draft, or a new one."""
    from .command.progress import say

    if data.resolve() == CUSTOMERS:
        return PROJECT / "training" / "schema" / "customers.toml"
    path = folder / f"{data.stem}.toml"
    if path.exists():
        say(f"schema: {path}, drafted before; delete it for a new draft")
    else:
        _draft(data, arguments, path)
    return path


def publish(model: "Model") -> list[Path]:
    """Write the model's fields and numbers into the project's own pages, README and model card; return what changed."""
    from predict.model.card import render_card

    from .pages.readme import write_readme
    from .pages.site import write_site

    site, readme, card = PROJECT / "static_site", PROJECT / "README.md", PROJECT / "MODEL_CARD.md"
    with claim(site / "model.json"):
        changed = [*write_site(model, site), *([readme] if write_readme(model, readme) else [])]
        text = render_card(model)
        if not card.exists() or card.read_text("utf-8") != text:
            write(card, text)
            changed.append(card)
    return [path.relative_to(PROJECT) for path in changed]


def score(arguments: argparse.Namespace) -> None:
    """Score customers of a file, of a folder of files, or in a cloud."""
    from .command.progress import say
    from .customers.scoring import score_customers

    done = score_customers(
        arguments.model,
        arguments.source,
        arguments.out,
        arguments.rejects,
        queue=arguments.queue,
        reasons=arguments.reasons,
        n_jobs=arguments.n_jobs,
        dask=arguments.dask,
    )
    where = f": {arguments.out}" if done.n_scored else ""
    say(f"{done.n_scored:,} customer{'s' * (done.n_scored != 1)} scored{where}")
    if done.rejects:
        say(f"{done.n_rejected:,} could not be scored, each with the reason: {done.rejects}")


def list_runs(arguments: argparse.Namespace) -> None:
    """Print the runs that were kept, and what changed from one to the next."""
    from .run import runs

    found = runs.list_runs(arguments.reports)
    if not found:
        raise TrainingError(f"There are no runs in {arguments.reports}. python -m training makes one.")
    print(runs.runs_table(found))


def write_sample(arguments: argparse.Namespace) -> None:
    """Write synthetic customers."""
    from .customers.synthetic import SAMPLE_ROWS, SAMPLE_SEED, write_csv

    seed = SAMPLE_SEED if arguments.seed is None else arguments.seed
    write_csv(arguments.out, arguments.rows or SAMPLE_ROWS, seed)


def write_pages(arguments: argparse.Namespace) -> None:
    """Write what the pages know of a model."""
    from predict.model.session import Model

    from .pages.site import copy_site, write_site

    model = Model.load(arguments.model)
    if arguments.out is None:
        _say_written("written", publish(model))
        return
    check_folder("--out", arguments.out)
    with claim(arguments.out / "model.json"):
        copy_site(PROJECT / "static_site", arguments.out)
        _say_written("written", write_site(model, arguments.out))


def _say_written(what: str, files: Sequence[Path]) -> None:
    from .command.progress import say

    if files:
        say(f"{what}: {', '.join(map(str, files))}")


def _say_error(error: Exception, text: str) -> None:
    """Print an error, and what is to be known beside (`training.command.journal`)."""
    print("error:", text, *getattr(error, "__notes__", []), file=sys.stderr)


_COMMANDS = {
    "train": train,
    "draft": draft,
    "score": score,
    "runs": list_runs,
    "sample": write_sample,
    "site": write_pages,
}


def main(arguments: Sequence[str]) -> int:
    """Run a command; a refusal is one clear message and status 1."""
    parsed = parse_arguments(arguments)
    try:
        _COMMANDS[parsed.command](parsed)
    except ArtifactError as error:
        _say_error(error, f"{getattr(parsed, 'model', 'the new model')}: {error}")
    except (TrainingError, PredictError) as error:
        _say_error(error, str(error))
    except OSError as error:
        _say_error(error, f"{error.filename or 'a file'}: {error.strerror or error}.")
    except Stopped as stopped:
        leave(stopped.status)
    else:
        return 0
    return 1


if __name__ == "__main__":
    listen()
    status = main(sys.argv[1:])
    let_end()
    sys.exit(status)
