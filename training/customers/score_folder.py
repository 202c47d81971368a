"""Scoring a folder of files, each as a whole where it is sent to: no row passes through the run that asks for it.

So all that work on it must see both folders. The result stands in its place when every file is scored.
"""

import hashlib
import json
import shutil
from pathlib import Path

from ..command.journal import Journal
from ..command.spread import HERE, Work
from ..errors import DataError
from .parquet_file import SUFFIXES
from .score_file import Scored, score_file

__all__ = ["score_folder"]


def score_folder(
    model: Path,
    source: Path,
    out: Path,
    rejects: Path,
    *,
    reasons: bool = False,
    work: Work = HERE,
) -> Scored:
    """Score every file of a folder, CSV or Parquet, into one of the same name.

    Parameters
    ----------
    model : Path
    source : Path
    out, rejects : Path
        Folders that are not there yet; that of rejected rows is left out where there are none.
    reasons, work
        As for `score_file`; files are counted, not rows.

    Raises
    ------
    DataError, ArtifactError
        As `score_file`, or if there is nothing to score, or something where the result belongs.
    """
    source, out, rejects = source.resolve(), out.resolve(), rejects.resolve()
    parts = sorted(path for path in source.iterdir() if path.suffix.lower() in SUFFIXES and path.name[0] not in "._")
    if not parts:
        raise DataError(f"{source}: there is no .csv or .parquet file in this folder.")
    for path in (out, rejects):
        if path.exists():
            raise DataError(f"{path} is there already. Name a folder that is not.")
    file = model.read_bytes()
    scored, rejected = (path.with_name(f".{path.name}.parts") for path in (out, rejects))
    asked = {"parts": [_mark(path) for path in parts], "model": hashlib.sha256(file).hexdigest(), "reasons": reasons}
    counts = [0, 0]
    with Journal(out, asked) as journal:
        if not journal.n_kept:
            shutil.rmtree(scored, ignore_errors=True)
            shutil.rmtree(rejected, ignore_errors=True)
        else:
            work.note(f"An earlier run did not end: {journal.n_kept:,} files that it scored are taken over.")
        work.advance.start("scoring files", len(parts))
        sent = work.share(file)
        kept = {path: journal.read(path.name) for path in parts}
        left = [path for path in parts if kept[path] is None]
        calls = [(sent, path, scored / path.name, rejected / path.name, reasons) for path in left]
        found = work.results(_score_part, calls)
        for path in parts:
            piece = kept[path]
            if piece is None:
                piece = json.dumps(next(found)).encode()
                journal.keep(path.name, piece)
            counts = [total + more for total, more in zip(counts, json.loads(piece), strict=True)]
            work.advance.step()
        for built, path in ((scored, out), (rejected, rejects)):
            if built.exists() and any(built.iterdir()):
                built.rename(path)
            shutil.rmtree(built, ignore_errors=True)
    return Scored(counts[0], counts[1], rejects if counts[1] else None)


def _score_part(file: bytes, source: Path, out: Path, rejects: Path, reasons: bool) -> tuple[int, int]:
    done = score_file(file, source, out, rejects, reasons=reasons)
    return done.n_scored, done.n_rejected


def _mark(path: Path) -> list[str | int]:
    status = path.stat()
    return [str(path), status.st_size, status.st_mtime_ns]
