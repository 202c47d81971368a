"""Scoring what a person names: a file, a folder of files, or blobs in a cloud."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..command.cloud import Address
from ..command.files import check_folder, claim
from ..command.progress import say, show_progress
from ..command.spread import workers
from ..errors import TrainingError
from .score_arrival import score_arrival
from .score_cloud import score_blobs
from .score_file import Scored, score_file
from .score_folder import score_folder

__all__ = ["score_customers"]


def score_customers(
    model: Path,
    source: Path | Address,
    out: Path | Address,
    rejects: Path | Address | None,
    *,
    queue: str | None,
    reasons: bool,
    n_jobs: int,
    dask: str | None,
) -> Scored:
    """Score customers, and show how far it is.

    Parameters
    ----------
    model : Path
    source, out : Path or Address
    rejects : Path or Address, optional
        Beside `out` by default.
    queue : str, optional
        Score the one file of `source`, a folder in a cloud, that it names next.
    reasons : bool
    n_jobs : int
        Blocks, files or blobs at a time.
    dask : str, optional
        Of a cluster, as for `cluster`.

    Raises
    ------
    TrainingError, ArtifactError
    """
    options: dict[str, Any] = {"reasons": reasons, "note": say}
    with ExitStack() as opened:
        if isinstance(source, Path) and isinstance(out, Path) and not isinstance(rejects, Address) and not queue:
            rejects = rejects or out.with_name(f"{out.stem}.rejected{out.suffix}")
            for option, path in (("--out", out), ("--rejects", rejects)):
                check_folder(option, path.parent)
                opened.enter_context(claim(path))
            options |= _workers(opened, dask, n_jobs)
            if source.is_dir():
                del options["n_workers"]
                return score_folder(model, source, out, rejects, **options)
            return score_file(model, source, out, rejects, **options)
        if isinstance(source, Path) or isinstance(out, Path) or isinstance(rejects, Path):
            raise TrainingError("Customers in a cloud are scored into that cloud, customers in files into files.")
        options |= _workers(opened, dask, n_jobs)
        rejects = rejects or out.beside("rejected")
        if not queue:
            return score_blobs(model, source, out, rejects, **options)
        if not (source.is_folder and out.is_folder and rejects.is_folder):
            raise TrainingError("--queue needs folders, whose addresses end in a slash.")
        return score_arrival(model, queue, source, out, rejects, **options)


def _workers(opened: ExitStack, dask: str | None, n_jobs: int) -> dict[str, Any]:
    advance = opened.enter_context(show_progress())
    executor, n_workers = opened.enter_context(workers(dask, n_jobs))
    return {"advance": advance, "executor": executor, "n_workers": n_workers}
