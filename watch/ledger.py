"""The ledger: it takes outcomes, adds up what was counted, and says how each model does."""

import json
from collections.abc import Iterable, Iterator, Set
from datetime import UTC, datetime, timedelta

from predict.interface.settings import Settings
from predict.model.session import Model

from .answers import Answer, read_answers
from .doing import DOING, Document, describe
from .errors import NotKept, NotThere
from .matching import match
from .outcomes import keep, kept, read_outcomes
from .pseudonyms import read_salt
from .rehearsal import REHEARSED
from .rollup import roll_up
from .store import Container, open_container

__all__ = ["Ledger"]

_FRESH = timedelta(minutes=5)


class Ledger:
    """What was answered and what came of it.

    Parameters
    ----------
    settings : Settings
        With the address of the account.
    packaged : Model
    """

    def __init__(self, settings: Settings, packaged: Model) -> None:
        self._settings = settings
        self._packaged = packaged

    def doing(self) -> Document:
        """Return how each model does; what is older than some minutes is written anew.

        Raises
        ------
        StoreError
        """
        try:
            document: Document = json.loads(self._open("doing").read(DOING).body)
        except NotThere:
            return self.refresh()
        is_fresh = datetime.fromisoformat(document["at"]) > datetime.now(UTC) - _FRESH
        return document if is_fresh else self.refresh()

    def refresh(self) -> Document:
        """Add up what was counted, and write how each model does.

        Raises
        ------
        StoreError
        """
        return self._look()[0]

    def receive(self, data: bytes, complete_through: str = "") -> Document:
        """Take a file of outcomes, and say what was in it.

        Raises
        ------
        NotKept
            If answers are not kept.
        StoreError
        InvalidInput
            As `read_outcomes` does.
        """
        settings = self._settings
        if not settings.keep_answers_days:
            raise NotKept("No answers are kept to hold outcomes against. Set KEEP_ANSWERS_DAYS.")
        received = read_outcomes(
            data,
            read_salt(self._open("salt")),
            answer=self._packaged.contract.target.name,
            complete_through=complete_through,
            today=datetime.now(UTC).date(),
            most_rows=settings.max_csv_rows,
        )
        is_new = keep(self._open("outcomes"), received.outcomes)
        names = received.outcomes.names
        _, n_matched = self._look(names)
        return {
            "rows": received.n_rows,
            "matched": n_matched,
            "unknown": len(names) - n_matched,
            "repeated": received.n_repeated,
            "failed": received.n_problems,
            "problems": [{"line": line, "message": message} for line, message in received.problems],
            "is_new": is_new,
        }

    def _look(self, names: Set[str] = frozenset()) -> tuple[Document, int]:
        """Refresh; return the document, and how many of the names are found among the answers that are kept."""
        settings, now = self._settings, datetime.now(UTC)
        counts = self._open("counts")
        roll_up(counts)
        judged, found = None, set[str]()
        if settings.keep_answers_days:
            since = (now - timedelta(days=settings.keep_answers_days)).date().isoformat()
            answers = _noting(read_answers(self._open("answers"), since), names, found)
            outcomes = kept(self._open("outcomes"))
            judged = match(answers, outcomes, today=now.date(), within=settings.outcome_days)
        document = describe(counts, self._open("models"), self._packaged, now, judged)
        said = self._open("doing")
        document["is_rehearsed"] = REHEARSED in said.names()
        said.write(DOING, json.dumps(document, separators=(",", ":")).encode())
        return document, len(found)

    def _open(self, name: str) -> Container:
        return open_container(self._settings.watch_url, name)


def _noting(answers: Iterable[Answer], names: Set[str], found: set[str]) -> Iterator[Answer]:
    """Yield answers, and note which names they have: there may be too many to keep them."""
    for answer in answers:
        found.update(names & {answer.request, answer.customer})
        yield answer
