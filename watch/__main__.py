"""The commands of a person who looks after the model that serves.

python -m watch publish FILE    put a model on the shelf; it does not serve yet
python -m watch serve HASH      let it serve, once you have seen what changes; "packaged" is the one in the package
python -m watch back            let the model serve that served before
python -m watch share 10% HASH  let it answer that share of the customers; 0% ends it
python -m watch shadow HASH     let it score every customer beside the one that answers; "none" ends it
python -m watch retrain         train on all but the newest customers, compare on those, and let it score beside
python -m watch models          list the shelf
python -m watch rollup          add up what was counted, and write how each model does
python -m watch doing           say how each model does
python -m watch rehearse        fill the emulator of this machine with made-up customers, to see what the page shows
python -m watch outcomes FILE   take a CSV of outcomes; KEEP_ANSWERS_DAYS as the app has it

The blob account is the setting WATCH_URL, or --url. In Azure's cloud sign in with its command line first.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from predict.errors import ArtifactError, InvalidInput
from predict.interface.settings import Settings
from predict.model.session import Model

from .doing import lines
from .errors import WatchError
from .ledger import Ledger
from .listing import PACKAGED, described, find, mark
from .pointer import read_pointer
from .rehearsal import rehearse
from .retraining import retrain
from .shelf import back, publish, published, serve, shadow, share
from .store import Container, open_container

__all__ = ["main", "parser"]

CUSTOMERS = "customers.csv"
"""Name of the blob in the container "training"."""

NOBODY = "none"


def main(words: Sequence[str]) -> int:
    """Run a command; a refusal is one clear message and status 1."""
    arguments = parser().parse_args(words)
    try:
        if not arguments.url:
            raise WatchError("Name the blob account: set WATCH_URL, or give --url.")
        _COMMANDS[arguments.command](arguments, open_container(arguments.url, "models"))
    except InvalidInput as error:
        print("\n".join(f"error: {fault.message}" for fault in error.faults), file=sys.stderr)
    except ArtifactError as error:
        print(f"error: {getattr(arguments, 'file', 'MODEL_PATH')}: {error}", file=sys.stderr)
    except (WatchError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
    else:
        return 0
    return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the commands."""
    parser = argparse.ArgumentParser("python -m watch", description="Look after the model that serves.")
    parser.add_argument("--url", default=os.environ.get("WATCH_URL", ""), help="of the blob account; else WATCH_URL")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    command = commands.add_parser("publish", help="put a model on the shelf; it does not serve yet")
    command.add_argument("file", type=Path, metavar="FILE", help="a model.onnx that training wrote")
    command = commands.add_parser("serve", help="let a model of the shelf serve")
    command.add_argument("hash", help=f'its hash, or the beginning of it; "{PACKAGED}" for the one in the package')
    command.add_argument("--yes", action="store_true", help="do not ask")
    commands.add_parser("back", help="let the model serve that served before")
    command = commands.add_parser("share", help="let a model answer a share of the customers")
    command.add_argument("part", type=_percent, metavar="PERCENT", help="such as 10%%; 0 ends it")
    command.add_argument("hash", nargs="?", default="", help="its hash, or the beginning of it")
    command = commands.add_parser("shadow", help="let a model score beside the one that answers")
    command.add_argument("hash", help=f'its hash, or the beginning of it; "{NOBODY}" ends it')
    command = commands.add_parser("retrain", help="train again, compare, and let the new model score beside")
    command.add_argument("--data", type=Path, metavar="FILE", help=f"CSV, the oldest first; else the blob {CUSTOMERS}")
    command.add_argument("--schema", required=True, metavar="TOML", help="by which the packaged model was trained")
    command.add_argument("--newest", type=_percent, default=0.1, metavar="PERCENT", help="kept out; 10%% by default")
    command.add_argument("options", nargs="*", metavar="OPTION", help="behind --, for python -m training")
    commands.add_parser("models", help="list the shelf")
    commands.add_parser("rollup", help="add up what was counted, and write how each model does")
    commands.add_parser("doing", help="say how each model does")
    commands.add_parser("rehearse", help="fill the emulator of this machine with made-up customers")
    command = commands.add_parser("outcomes", help="take a CSV of outcomes")
    command.add_argument("file", type=Path, metavar="FILE", help="with request_id, or ref and time, and outcome")
    command.add_argument("--complete-through", default="", metavar="DAY", help="it names every yes up to then")
    return parser


def _publish(arguments: argparse.Namespace, container: Container) -> None:
    print(publish(container, arguments.file.read_bytes()))


def _serve(arguments: argparse.Namespace, container: Container) -> None:
    chosen = find(container, arguments.hash)
    serving = read_pointer(container)[0].serving
    print(f"serves now:    {described(container, serving)}\nwould serve:   {described(container, chosen)}")
    if not arguments.yes and input("Let it serve? [y/N] ").strip().lower() not in {"y", "yes"}:
        print("Nothing has changed.")
        return
    serve(container, chosen, by=getpass.getuser(), at=_now())
    print("It serves within a minute, wherever the app runs.")


def _back(_: argparse.Namespace, container: Container) -> None:
    pointer = back(container, by=getpass.getuser(), at=_now())
    print(f"serves within a minute: {described(container, pointer.serving)}")


def _share(arguments: argparse.Namespace, container: Container) -> None:
    chosen = find(container, arguments.hash) if arguments.part else ""
    share(container, chosen, arguments.part, by=getpass.getuser(), at=_now())
    if chosen:
        print(f"answers {arguments.part:.0%} of the customers within a minute: {described(container, chosen)}")
    else:
        print("The model that serves answers all customers within a minute.")


def _shadow(arguments: argparse.Namespace, container: Container) -> None:
    chosen = "" if arguments.hash == NOBODY else find(container, arguments.hash)
    shadow(container, chosen, by=getpass.getuser(), at=_now())
    print(f"scores beside: {described(container, chosen) if chosen else 'none'}")


def _retrain(arguments: argparse.Namespace, container: Container) -> None:
    file = arguments.data
    data = file.read_bytes() if file else open_container(arguments.url, "training").read(CUSTOMERS).body
    packaged = Model.load(_settings(arguments).model_path)
    facts = {
        "newest": arguments.newest,
        "options": ["--schema", arguments.schema, *arguments.options],
        "by": getpass.getuser(),
        "at": _now(),
    }
    print("\n".join(retrain(data, container, packaged, **facts)))


def _models(_: argparse.Namespace, container: Container) -> None:
    pointer, _tag = read_pointer(container)
    hashes = published(container)
    print("\n".join(f"{mark(h, pointer)} {described(container, h)}" for h in ["", *hashes]))


def _rollup(arguments: argparse.Namespace, _: Container) -> None:
    for model in _ledger(arguments).refresh()["models"]:
        print(f"{model['hash']} {model['name']}: {model['sentence']}")


def _doing(arguments: argparse.Namespace, _: Container) -> None:
    print("\n".join(lines(_ledger(arguments).refresh())))


def _outcomes(arguments: argparse.Namespace, _: Container) -> None:
    said = _ledger(arguments).receive(arguments.file.read_bytes(), arguments.complete_through)
    print(
        f"{said['rows']:,} rows: {said['matched']:,} customers or requests matched, {said['unknown']:,} not known, "
        f"{said['repeated']:,} rows repeat another, {said['failed']:,} cannot be used"
        f"{'' if said['is_new'] else '; the file was there already'}"
    )
    for problem in said["problems"]:
        print(f"    line {problem['line']}: {problem['message']}")


def _rehearse(arguments: argparse.Namespace, _: Container) -> None:
    settings = _settings(arguments)
    count = rehearse(arguments.url, Model.load(settings.model_path), datetime.now(UTC), within=settings.outcome_days)
    print(f"{count:,} made-up customers were scored, and what they did is known.")


def _ledger(arguments: argparse.Namespace) -> Ledger:
    settings = _settings(arguments)
    return Ledger(settings, Model.load(settings.model_path))


def _settings(arguments: argparse.Namespace) -> Settings:
    return Settings.of(os.environ | {"WATCH_URL": arguments.url})


def _percent(text: str) -> float:
    """Read "10%" or "10"."""
    try:
        part = float(text.removesuffix("%")) / 100
    except ValueError:
        part = -1.0
    if not 0 <= part <= 1:
        raise argparse.ArgumentTypeError("a share is a percentage from 0 to 100")
    return part


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


_COMMANDS = {
    "publish": _publish,
    "serve": _serve,
    "back": _back,
    "share": _share,
    "shadow": _shadow,
    "retrain": _retrain,
    "models": _models,
    "rollup": _rollup,
    "doing": _doing,
    "outcomes": _outcomes,
    "rehearse": _rehearse,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
