"""The ledger: it takes outcomes, adds up what was counted, and says how each model does."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from predict.model.session import Model
from predict.settings import Settings

from .answers import Answer, read_answers, read_salt
from .doing import DOING, Document, describe
from .errors import NotKept, NotThere
from .matching import match
from .outcomes import keep, kept, read_outcomes
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

    def refresh(self, answers: Sequence[Answer] | None = None) -> Document:
        """Add up what was counted, and write how each model does.

        Parameters
        ----------
        answers : sequence of Answer, optional
            Those that are kept, where they have been read.

        Raises
        ------
        StoreError
        """
        settings, now = self._settings, datetime.now(UTC)
        counts = self._open("counts")
        roll_up(counts)
        judged = None
        if settings.keep_answers_days:
            outcomes = kept(self._open("outcomes"))
            judged = match(answers or self._answers(), outcomes, today=now.date(), within=settings.outcome_days)
        document = describe(counts, self._open("models"), self._packaged, now, judged)
        self._open("doing").write(DOING, json.dumps(document, separators=(",", ":")).encode())
        return document

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
            complete_through=complete_through,
            today=datetime.now(UTC).date(),
            most_rows=settings.max_csv_rows,
        )
        is_new = keep(self._open("outcomes"), received.outcomes)
        answers = self._answers()
        self.refresh(answers)
        names = received.outcomes.names
        n_matched = len(names & {name for answer in answers for name in (answer.request, answer.customer)})
        return {
            "rows": received.n_rows,
            "matched": n_matched,
            "unknown": len(names) - n_matched,
            "repeated": received.n_repeated,
            "failed": received.n_problems,
            "problems": [{"line": line, "message": message} for line, message in received.problems],
            "is_new": is_new,
        }

    def _answers(self) -> list[Answer]:
        since = datetime.now(UTC) - timedelta(days=self._settings.keep_answers_days)
        return list(read_answers(self._open("answers"), since.date().isoformat()))

    def _open(self, name: str) -> Container:
        return open_container(self._settings.watch_url, name)
