"""Scoring the file that has arrived: what the container job of infra/ does, a file a run."""

import tempfile
from pathlib import Path

from ..command.arrivals import next_arrival
from ..command.cloud import Address, remove, send
from ..command.spread import Work
from ..errors import DataError
from .score_cloud import score_blobs
from .score_file import Scored

__all__ = ["score_arrival"]


def score_arrival(
    model: Path, queue: str, source: Address, out: Address, rejects: Address, *, reasons: bool, work: Work
) -> Scored:
    """Score the next file that has arrived in a folder; nothing where there is none.

    A file that cannot be scored is done with, too: NAME.refused.txt beside its scores' place says why.

    Parameters
    ----------
    model : Path
    queue : str
        As for `next_arrival`.
    source, out, rejects : Address
        Folders.
    reasons, work
        As for `score_blobs`.

    Raises
    ------
    DataError
        If the file was refused.
    TrainingError, ArtifactError
        If it is not done with: another run will take it.
    """
    refused: DataError | None = None
    with next_arrival(queue, source) as address:
        if address is None:
            return Scored(0, 0, None)
        refusal = out.below(f"{address.name.removeprefix(source.name)}.refused.txt")
        try:
            done = score_blobs(model, address, out, rejects, reasons=reasons, work=work)
            remove(refusal)
        except DataError as error:
            refused = error
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "refused.txt")
                path.write_text(f"{error}\n", "utf-8")
                send(path, refusal, {})
    if refused:
        raise refused
    return done
