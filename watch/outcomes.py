"""Outcomes: who purchased, from a CSV file, kept so that a file that is sent twice or in parts counts once.

    outcomes/{sha256 of the body}.json    one file's outcomes under pseudonyms, sorted; never changed

Files are added up as sets, so that neither their order nor a repetition matters. Who is not in a file has no outcome,
unless the file is said to name everybody who purchased up to a day (`complete_through`).
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

import orjson

from predict.csv_file.heading import find_places
from predict.csv_file.reader import open_records
from predict.errors import Fault, InvalidInput, TooLarge
from predict.text import clean

from .errors import Conflict
from .pseudonyms import for_customer, for_request
from .store import Container

__all__ = ["Outcomes", "Received", "as_outcome", "keep", "kept", "read_day", "read_outcomes"]

_NAMES = {
    "request_id": ["request_id"],
    "ref": ["ref", "customer_ref"],
    "outcome": ["outcome"],
    "time": ["time", "date"],
}
_WORDS = dict.fromkeys(("1", "1.0", "true", "t", "yes", "y"), True)
_WORDS |= dict.fromkeys(("0", "0.0", "false", "f", "no", "n"), False)
_MOST_PROBLEMS = 20


@dataclass
class Outcomes:
    """What became of customers.

    Attributes
    ----------
    purchases : dict of str to set of str
        The days of the purchases of each pseudonym; "" where a request id says which answer is meant.
    others : dict of str to set of str
        The days by which a customer had not purchased, in the same way.
    complete_through : str
        Everybody who purchased up to this day is among them; "" where nobody said so.
    """

    purchases: dict[str, set[str]] = field(default_factory=dict)
    others: dict[str, set[str]] = field(default_factory=dict)
    complete_through: str = ""

    def __ior__(self, more: "Outcomes") -> "Outcomes":
        """Add what another file says."""
        for name, days in more.purchases.items():
            self.purchases.setdefault(name, set()).update(days)
        for name, days in more.others.items():
            self.others.setdefault(name, set()).update(days)
        self.complete_through = max(self.complete_through, more.complete_through)
        return self

    @property
    def known_through(self) -> str:
        """Who had not purchased is known up to this day; "" where nobody is said not to have, or no day is named."""
        days = {day for days in self.others.values() for day in days}
        return "" if "" in days else max(days | {self.complete_through})

    @property
    def names(self) -> set[str]:
        """Every pseudonym that has an outcome."""
        return self.others.keys() | self.purchases.keys()


@dataclass(frozen=True)
class Received:
    """A file that was read.

    Attributes
    ----------
    outcomes : Outcomes
    n_rows, n_repeated, n_problems : int
        Rows below the heading, those that say what another one says, and those that cannot be used.
    problems : list of (int, str)
        The first of these: the line, and what is wrong with it.
    """

    outcomes: Outcomes
    n_rows: int
    n_repeated: int
    n_problems: int
    problems: list[tuple[int, str]]


def read_outcomes(
    data: bytes, salt: str, *, answer: str, complete_through: str, today: date, most_rows: int
) -> Received:
    """Read a file of outcomes; a row that cannot be used is said and spoils no other.

    Parameters
    ----------
    data : bytes
        CSV with the column request_id, or with ref and time, and with outcome. Without the column outcome every row is
        a yes.
    salt : str
        Of the pseudonyms.
    answer : str
        Name of the column in the training data, by which the column outcome may go, too.
    complete_through : str
        An ISO date: the file, with those before it, names everybody who purchased up to that day; or "".
    today : date
    most_rows : int
        More are refused.

    Raises
    ------
    MalformedInput
        If the file cannot be read as CSV at all.
    InvalidInput
        If a column is missing or there twice, if there is no row, or if absence has no meaning: only buyers, and
        no `complete_through`.
    TooLarge
    """
    if complete_through and not (day := read_day(complete_through, today)):
        raise _refused("complete_through", "unknown_value", "complete_through must be a day such as 2026-01-31.")
    names = _NAMES | {"outcome": ["outcome", answer]}
    records = open_records(data, {name for its_names in names.values() for name in its_names})
    places = _places(names, records.heading)
    if "outcome" not in places and not complete_through:
        raise _refused(
            "outcome",
            "missing",
            "Without the column outcome every row is a yes. Then say up to which day the file names them all: "
            "complete_through=2026-01-31.",
        )
    outcomes = Outcomes(complete_through=day if complete_through else "")
    seen: set[tuple[str, bool, str]] = set()
    n_rows = n_repeated = n_problems = 0
    problems: list[tuple[int, str]] = []
    for line, row in records.numbered():
        n_rows += 1
        if n_rows > most_rows:
            raise TooLarge(f"At most {most_rows} outcomes are taken at once. Send them in parts.", most_rows)
        cells = {name: clean(row[place]) if place < len(row) else "" for name, place in places.items()}
        found = _read(cells, salt, today)
        if isinstance(found, str):
            n_problems += 1
            if len(problems) < _MOST_PROBLEMS:
                problems.append((line, found))
        elif found in seen:
            n_repeated += 1
        else:
            seen.add(found)
            name, is_purchase, its_day = found
            (outcomes.purchases if is_purchase else outcomes.others).setdefault(name, set()).add(its_day)
    if not n_rows:
        raise _refused("", "no_rows", "There is a heading and no row below it. Send a line for each outcome.")
    return Received(outcomes, n_rows, n_repeated, n_problems, problems)


def as_outcome(text: str) -> bool | None:
    """Return what a cell says: yes or no, true or false, 1 or 0; None where it says something else."""
    return _WORDS.get(clean(text).casefold())


def keep(container: Container, outcomes: Outcomes) -> bool:
    """Write the outcomes of a file, if any; return whether they were not there yet.

    Raises
    ------
    StoreError
    """
    if not outcomes.names and not outcomes.complete_through:
        return False
    document = {
        "purchases": {name: sorted(days) for name, days in sorted(outcomes.purchases.items())},
        "others": {name: sorted(days) for name, days in sorted(outcomes.others.items())},
        "complete_through": outcomes.complete_through,
    }
    body = orjson.dumps(document)
    try:
        container.create(f"{hashlib.sha256(body).hexdigest()}.json", body)
    except Conflict:
        return False
    return True


def kept(container: Container) -> Outcomes:
    """Return all outcomes that are kept.

    Raises
    ------
    StoreError
    """
    total = Outcomes()
    for blob in container.read_all(list(container.names())):
        document = orjson.loads(blob.body)
        purchases, others = (
            {key: set(days) for key, days in document[part].items()} for part in ("purchases", "others")
        )
        total |= Outcomes(purchases, others, document["complete_through"])
    return total


def read_day(text: str, today: date) -> str:
    """Return the day of a date or a time in ISO 8601, or "" if it is none or still to come."""
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return ""
    return day.isoformat() if day <= today else ""


def _places(names: dict[str, list[str]], heading: tuple[str, ...]) -> dict[str, int]:
    found = find_places(names, heading)
    faults = [
        Fault(name, "duplicate_column", f"Two columns stand for {name}. Keep one of them.")
        for name, places in found.items()
        if len(places) > 1
    ]
    if not found["request_id"] and not found["ref"]:
        faults.append(Fault("request_id", "missing", "The column request_id or ref is missing: it says whose outcome."))
    if not found["request_id"] and not found["time"]:
        faults.append(
            Fault("time", "missing", "Beside ref the column time is needed: it says which answers came before.")
        )
    if faults:
        raise InvalidInput(faults)
    return {name: places[0] for name, places in found.items() if places}


def _read(cells: dict[str, str], salt: str, today: date) -> tuple[str, bool, str] | str:
    """Return pseudonym, whether it is a purchase, and its day; or what is wrong."""
    request_id, ref, time = (cells.get(name, "") for name in ("request_id", "ref", "time"))
    if not request_id and not ref:
        return "It has neither a request_id nor a ref."
    is_purchase = as_outcome(cells["outcome"]) if "outcome" in cells else True
    if is_purchase is None:
        return "The outcome must be yes or no, true or false, 1 or 0."
    day = read_day(time, today)
    if not day and (time or not request_id):
        return "The time must be a day such as 2026-01-31, and not still to come."
    if not request_id:
        return for_customer(salt, ref), is_purchase, day
    # It names one answer: a "no" about that is final, whenever it was said.
    return for_request(salt, request_id), is_purchase, day if is_purchase else ""


def _refused(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput([Fault(field, code, message)])
