"""Scoring blobs: each is fetched to this machine, scored as a file is, and sent to its place.

Whoever scores a blob reads and writes it, so that no row passes through the run that asks for many. A blob of scores
carries what it was made of: the same command again scores only what is missing or has changed.
"""

import hashlib
import json
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from ..command.cloud import Address, Blob, details, fetch, find, remove, send
from ..command.spread import HERE, Work
from ..errors import DataError
from .parquet_file import SUFFIXES
from .score_file import Scored, score_file

__all__ = ["score_blobs"]


@dataclass(frozen=True)
class _Part:
    """A blob to score, where what comes of it belongs, and what the scores depend on."""

    source: Blob
    out: Address
    rejects: Address
    reasons: bool
    asked: str


def score_blobs(
    model: Path,
    source: Address,
    out: Address,
    rejects: Address,
    *,
    reasons: bool = False,
    work: Work = HERE,
) -> Scored:
    """Score every customer of the blobs that an address stands for.

    Parameters
    ----------
    model : Path
    source : Address
    out, rejects : Address
        Of a blob, or of folders that get blobs of the names that `source` has.
    reasons, work
        As for `score_file`; of several blobs, these are counted, not rows.

    Raises
    ------
    DataError, ArtifactError
        As `score_file`.
    CloudError
    """
    if "*" in f"{out}{rejects}" or not (source.is_one or out.is_folder):
        raise DataError(f"{out}: many blobs are scored into a folder. End its address with a slash.")
    file = model.read_bytes()
    parts = [_part(blob, source, out, rejects, file, reasons) for blob in find(source, SUFFIXES)]
    if len(parts) == 1:
        counts = [_score_part(file, parts[0], work)]
    else:
        work.advance.start("scoring blobs", len(parts))
        sent = work.share(file)
        counts = []
        for count in work.results(_score_part, [(sent, part) for part in parts]):
            counts.append(count)
            work.advance.step()
    if n_kept := sum(is_kept for _, _, is_kept in counts):
        work.note(f"{n_kept:,} of {len(parts):,} blobs were scored before, and have not changed.")
    n_rejected = sum(rejected for _, rejected, _ in counts)
    return Scored(sum(scored for scored, _, _ in counts), n_rejected, rejects if n_rejected else None)


def _part(blob: Blob, source: Address, out: Address, rejects: Address, file: bytes, reasons: bool) -> _Part:
    name = blob.address.name.removeprefix(source.folder)
    out = out.below(name) if out.is_folder else out
    rejects = rejects.below(name) if rejects.is_folder else rejects
    if len({blob.address, out, rejects}) < 3:
        raise DataError(f"{out}: the customers, the scores and the rejected rows must be three different blobs.")
    asked = [str(blob.address), blob.tag, hashlib.sha256(file).hexdigest(), reasons, version("onnxruntime")]
    return _Part(blob, out, rejects, reasons, hashlib.sha256(json.dumps(asked).encode()).hexdigest())


def _score_part(file: bytes, part: _Part, work: Work = HERE) -> tuple[int, int, bool]:
    """Return how many were scored and rejected, and whether an earlier run did that."""
    noted = details(part.out)
    if noted.get("asked") == part.asked:
        return int(noted["scored"]), int(noted["rejected"]), True
    with tempfile.TemporaryDirectory() as folder:
        source, out, rejects = (
            Path(folder, kind + PurePosixPath(address.name).suffix)
            for kind, address in (("customers", part.source.address), ("scored", part.out), ("rejected", part.rejects))
        )
        fetch(part.source, source)
        try:
            done = score_file(file, source, out, rejects, reasons=part.reasons, work=work)
        except DataError as error:
            raise DataError(str(error).replace(str(source), str(part.source.address))) from None
        if done.n_rejected:
            send(rejects, part.rejects, {})
        else:
            remove(part.rejects)
        # The scores come last: where they are, all is done.
        if done.n_scored:
            counts = {"scored": str(done.n_scored), "rejected": str(done.n_rejected)}
            send(out, part.out, {"asked": part.asked, **counts})
        else:
            remove(part.out)
    return done.n_scored, done.n_rejected, False
