"""The arguments of the training commands."""

import argparse
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .cloud import place

__all__ = ["CUSTOMERS", "PROJECT", "REPORTS", "parse_arguments"]

PROJECT = Path(__file__).parents[2]
REPORTS = "reports"
"""The folder of runs, in the project or beside a model that is made elsewhere."""

CUSTOMERS = PROJECT / "data" / "customers.csv"
"""The sample, which has a schema of its own."""

_MODEL: dict[str, Any] = {
    "type": Path,
    "metavar": "FILE",
    "default": PROJECT / "predict" / "model.onnx",
    "help": "by default the one that this project serves",
}
_DROP: dict[str, Any] = {
    "action": "append",
    "default": [],
    "metavar": "COLUMN",
    "help": "leave an input out; repeatable",
}
_DASK = 'its scheduler, such as tcp://HOST:8786, or "local" for --n-jobs workers of this machine'
_CLOUD = "or in a cloud, such as az://CONTAINER/FOLDER/*.parquet"
_LARGEST_SEED = 2**32 - 1  # what scikit-learn takes


def parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for; `command` says by which of the commands, and is "train" where none is named."""
    words = list(words)
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help"}):
        words.insert(0, "train")
    return _parser().parse_args(words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m training", description="Train the model that the function serves.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    add = commands.add_parser("train", help="train a model (the default)").add_argument
    data = f"a .csv in UTF-8, or .parquet; {_CLOUD}"
    add("--data", type=place, metavar="CUSTOMERS", default=CUSTOMERS, help=data)
    add("--schema", type=Path, metavar="TOML", help="what its columns mean; drafted from the data where none is named")
    add("--target", metavar="COLUMN", help="the column to predict, for a draft that does not find it")
    add("--out", type=Path, metavar="DIR", help="folder for model.onnx; without it, this project serves the new model")
    add("--drop", **_DROP)
    objective = "of the threshold: f1, recall>=0.8, precision>=0.8, top=10%% or profit"
    add("--objective", default="f1", metavar="RULE", help=objective)
    add("--contact-cost", type=float, metavar="MONEY", default=1.0, help="what contacting one customer costs")
    add("--value", type=float, metavar="MONEY", default=10.0, help="what one positive answer is worth")
    trials = "models to try, at least one of each family; as many as suit the number of rows by default"
    add("--trials", type=_count, metavar="N", help=trials)
    add("--minutes", type=_minutes, metavar="N", help="stop trying after this long; two runs may then differ")
    add("--n-jobs", type=_jobs, metavar="N", default=2, help="fits at the same time; -1 for one a core")
    add("--seed", type=_seed, metavar="N", default=0, help="same data and seed, same file")
    reports = "folder that gets one for this run; by default reports/ in --out or in the project"
    add("--reports", type=Path, metavar="DIR", help=reports)
    add("--dask", metavar="ADDRESS", help=f"spread the fits over a Dask cluster: {_DASK}")

    add = commands.add_parser("draft", help="draft the schema of a file: what its columns seem to mean").add_argument
    add("data", type=place, metavar="CUSTOMERS", help="the customers: a .csv or .parquet file")
    add("--target", metavar="COLUMN", help="the column to predict; found by itself where it is clear")
    add("--drop", **_DROP)
    add("--out", type=Path, required=True, metavar="TOML", help="the schema to write")

    add = commands.add_parser("score", help="score a file of customers, CSV or Parquet, of any length").add_argument
    source = f"the customers: a .csv or .parquet file, or a folder of them; {_CLOUD}"
    add("source", type=place, metavar="CUSTOMERS", help=source)
    add("--out", type=place, required=True, metavar="FILE", help="the same with probability and prediction")
    add("--rejects", type=place, metavar="FILE", help="for rows that cannot be scored; beside --out by default")
    add("--model", **_MODEL)
    add("--reasons", action="store_true", help="say for each customer why, in a column of its own")
    add("--n-jobs", type=_count, metavar="N", default=1, help="blocks to score at the same time")
    add("--dask", metavar="ADDRESS", help=f"spread the blocks over a Dask cluster: {_DASK}")
    add("--queue", metavar="URL", help="of an Azure storage queue: score the file that it names next, of a folder")

    add = commands.add_parser("runs", help="list earlier runs side by side, and what changed").add_argument
    add("--reports", type=Path, metavar="DIR", default=PROJECT / REPORTS, help="where they are kept")

    add = commands.add_parser("sample", help="write synthetic customers").add_argument
    add("--rows", type=_count, metavar="N", help="as many as data/customers.csv has by default")
    add("--seed", type=_seed, metavar="N", help="that of data/customers.csv by default")
    add("--out", type=Path, default=CUSTOMERS, metavar="CSV", help="by default data/customers.csv")

    add = commands.add_parser(
        "site", help="write the model's fields and numbers into the pages and the README"
    ).add_argument
    add("--model", **_MODEL)
    pages = "a folder of pages, made where there is none; without it, this project's own, and the README"
    add("--out", type=Path, metavar="DIR", help=pages)
    return parser


def _count(text: str) -> int:
    return _whole(text, lambda number: number >= 1, "a whole number, 1 or more")


def _jobs(text: str) -> int:
    return _whole(text, lambda number: number >= 1 or number == -1, "a whole number, 1 or more, or -1 for one a core")


def _seed(text: str) -> int:
    return _whole(text, lambda number: 0 <= number <= _LARGEST_SEED, f"a whole number from 0 to {_LARGEST_SEED}")


def _whole(text: str, fits: Callable[[int], bool], rule: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or not fits(number):
        raise argparse.ArgumentTypeError(f"must be {rule}")
    return number


def _minutes(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError("must be a number, 0 or more")
    return number
