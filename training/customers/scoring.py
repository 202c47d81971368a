"""Scoring what a person names: a file, a folder of files, or blobs in a cloud."""

from contextlib import ExitStack
from copy import replace
from pathlib import Path

from ..command.cloud import Address
from ..command.files import check_folder, claim
from ..command.progress import say, show_progress
from ..command.spread import Work, workers
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
    with ExitStack() as opened:
        if isinstance(source, Path) and isinstance(out, Path) and not isinstance(rejects, Address) and not queue:
            rejects = rejects or out.with_name(f"{out.stem}.rejected{out.suffix}")
            for option, path in (("--out", out), ("--rejects", rejects)):
                check_folder(option, path.parent)
                opened.enter_context(claim(path))
            score = score_folder if source.is_dir() else score_file
            return score(model, source, out, rejects, reasons=reasons, work=_work(opened, dask, n_jobs))
        if isinstance(source, Path) or isinstance(out, Path) or isinstance(rejects, Path):
            raise TrainingError("Customers in a cloud are scored into that cloud, customers in files into files.")
        work = _work(opened, dask, n_jobs)
        rejects = rejects or out.beside("rejected")
        if not queue:
            return score_blobs(model, source, out, rejects, reasons=reasons, work=work)
        if not (source.is_folder and out.is_folder and rejects.is_folder):
            raise TrainingError("--queue needs folders, whose addresses end in a slash.")
        return score_arrival(model, queue, source, out, rejects, reasons=reasons, work=work)


def _work(opened: ExitStack, dask: str | None, n_jobs: int) -> Work:
    advance = opened.enter_context(show_progress())
    return replace(opened.enter_context(workers(dask, n_jobs)), advance=advance, note=say)
