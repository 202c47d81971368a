"""The roll-up: parts become days, exactly, however often it is interrupted or run twice at once.

    counts/days/{date}/{model}.json    the sum of a day, and the names of the parts that are in it

A day is written only over the version that was read, so that no part counts twice and none is lost. Parts are left to
the account's lifecycle rule, which deletes them when their day can no longer change.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from .counts import Counts
from .errors import Conflict, NotThere
from .journal import read_part
from .store import Container

__all__ = ["Day", "read_days", "roll_up"]

_ATTEMPTS = 10


@dataclass
class Day:
    """What one model answered on one day.

    Attributes
    ----------
    counts : Counts
    parts : list of str
        Names of the parts that are in it.
    """

    counts: Counts = field(default_factory=Counts)
    parts: list[str] = field(default_factory=list)


def roll_up(container: Container) -> int:
    """Add every part to its day that is not in it yet; return how many were added.

    Raises
    ------
    Conflict
        If somebody else writes the same day again and again.
    StoreError
    """
    waiting: dict[tuple[str, str], list[str]] = {}
    for name in container.names("parts/"):
        _, date, model, part = name.split("/")
        waiting.setdefault((date, model), []).append(part)
    return sum(_add(container, date, model, parts) for (date, model), parts in sorted(waiting.items()))


def read_days(container: Container, since: str = "") -> Iterator[tuple[str, str, Counts]]:
    """Yield date, model and counts of each day from a date on.

    Raises
    ------
    StoreError
    """
    for name in sorted(container.names("days/")):
        _, date, file = name.split("/")
        if date >= since:
            yield date, file.removesuffix(".json"), _day(container.read(name).body).counts


def _add(container: Container, date: str, model: str, parts: list[str]) -> int:
    name = f"days/{date}/{model}.json"
    for attempt in range(_ATTEMPTS):
        try:
            blob = container.read(name)
            day, tag = _day(blob.body), blob.tag
        except NotThere:
            day, tag = Day(), ""
        new = sorted(set(parts) - set(day.parts))
        if not new:
            return 0
        for part in new:
            day.counts += read_part(container.read(f"parts/{date}/{model}/{part}").body)
        day.parts += new
        body = json.dumps(asdict(day), separators=(",", ":")).encode()
        try:
            container.replace(name, body, tag) if tag else container.create(name, body)
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        return len(new)
    return 0


def _day(body: bytes) -> Day:
    document = json.loads(body)
    return Day(Counts.of(document["counts"]), list(document["parts"]))
