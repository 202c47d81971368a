"""The roll-up: parts of counts become days.

counts/days/{date}/{model}.json    the sum of a day, and the names of the parts that are in it
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Self

from .counts import Counts
from .gathering import gather
from .store import Container

__all__ = ["Day", "read_days", "roll_up"]


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

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read a day."""
        document = json.loads(body)
        return cls(Counts.of(document["counts"]), document["parts"])

    def add(self, body: bytes) -> None:
        """Add a part."""
        self.counts += Counts.of(json.loads(body))

    @property
    def body(self) -> bytes:
        """The day as it is kept."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def roll_up(container: Container) -> None:
    """Add every part to its day.

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
    for (date, model), parts in sorted(waiting.items()):
        gather(container, f"days/{date}/{model}.json", f"parts/{date}/{model}", parts, Day)


def read_days(container: Container, since: str = "") -> Iterator[tuple[str, str, Counts]]:
    """Yield date, model and counts of each day from a date on.

    Raises
    ------
    StoreError
    """
    names = sorted(name for name in container.names("days/") if name.split("/")[1] >= since)
    for name, blob in zip(names, container.read_all(names), strict=True):
        _, date, file = name.split("/")
        yield date, file.removesuffix(".json"), Day.of(blob.body).counts
