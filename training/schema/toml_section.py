"""A section of a TOML file that knows where it stands, and notes every fault in it rather than stop at the first."""

import difflib
import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ..errors import SchemaError
from .column import has_controls
from .toml_lines import Lines, Path, line_of

__all__ = ["Faults", "Section", "one_of"]

# So many values are named where one of them must stand.
_FEW = 8


class Faults:
    """The faults of one file, each key's first.

    Parameters
    ----------
    file : str
        The file's name.
    lines : Lines
        Where its keys stand.
    """

    def __init__(self, file: str, lines: Lines) -> None:
        self._file, self._lines = file, lines
        self._found: dict[Path, tuple[int, str]] = {}

    def add(self, path: Path, place: str, rule: str) -> None:
        """Note that the key at `path` breaks a rule, unless it has broken one already."""
        line = line_of(self._lines, path)
        words = (f"line {line}" if line else "", place, f"`{path[-1]}` {rule}.")
        self._found.setdefault(path, (line, ", ".join(filter(None, words))))

    def refuse(self) -> None:
        """Raise a SchemaError that says all of them, from top to bottom, if there are any."""
        faults = [words for _, words in sorted(self._found.values())]
        if len(faults) == 1:
            raise SchemaError(f"{self._file}: {faults[0]}")
        if faults:
            raise SchemaError("\n  ".join([f"{self._file}: {len(faults)} faults:", *faults]))


class Section:
    """One table of a TOML file, read key by key.

    A key that breaks a rule is noted and reads as an empty value of its type, so that the other keys are read too.

    Parameters
    ----------
    faults : Faults
        Of the file.
    path : Path
        Of the table; () for the top of the file.
    table : Mapping
        What `tomllib` read.
    place : str
        Where the table stands, for people, such as "feature 2"; "" for the top of the file.
    """

    def __init__(self, faults: Faults, path: Path, table: Mapping[str, object], place: str = "") -> None:
        self._faults, self._path, self._table, self._place = faults, path, table, place
        self._known: set[str] = set()

    def of(self, *keys: str) -> "Section":
        """Return the same section, with the keys that it may have; any other is a fault."""
        self._known = set(keys)
        for key in self._table:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                known = f"perhaps you meant `{near[0]}`" if near else f"known here are {', '.join(sorted(self._known))}"
                self.refuse(key, f"is not a known key: {known}; rename or remove it")
        return self

    def refuse(self, key: str, rule: str) -> None:
        """Note that `key` breaks `rule`; the rule says the fix, too."""
        self._faults.add((*self._path, key), self._place, rule)

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self._table

    def text(self, key: str, default: str | None = None, *, may_be_empty: bool = False) -> str:
        """Return a text without control characters or spaces around it."""
        if not self.has(key):
            if default is None:
                self._refuse_missing(key, "text")
            return default or ""
        return self._text(key, self._table[key], may_be_empty=may_be_empty)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; without a default it must hold at least one."""
        if not self.has(key):
            if default is None:
                self._refuse_missing(key, "a list of texts")
            return default or ()
        values = self._table[key]
        if not isinstance(values, list) or (default is None and not values):
            self.refuse(key, 'must be a list of texts, like ["one", "two"]')
            return ()
        return tuple(self._text(key, value) for value in values)

    def number(self, key: str) -> float:
        """Return a finite number; NaN where there is none."""
        if not self.has(key):
            self._refuse_missing(key, "a number")
            return math.nan
        value = self._table[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(key, "must be a number, without quotation marks")
            return math.nan
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.refuse(key, "must be a finite number")
            return math.nan
        return number

    def date(self, key: str) -> str:
        """Return a date as YYYY-MM-DD; "" where there is none."""
        value = self._table.get(key)
        if type(value) is not date:
            self.refuse(key, "must be a date, like 2024-01-31 without quotation marks")
            return ""
        return value.isoformat()

    def days(self, key: str, reference: str) -> float:
        """Return the days from a date to a day of reference; NaN where there is none."""
        text = self.date(key)
        return float((date.fromisoformat(reference) - date.fromisoformat(text)).days) if text else math.nan

    def flag(self, key: str) -> bool:
        """Return true or false; false when the key is not there."""
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "must be true or false, without quotation marks")
        return value is True

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return a text that is one of `choices`; "" where it is not."""
        text = self.text(key)
        if text not in choices:
            self.refuse(key, one_of(choices))
            return ""
        return text

    def labels(self, key: str) -> dict[str, str]:
        """Return a table of value to label; empty when the key is not there."""
        if not self.has(key):
            return {}
        table = self._table[key]
        if not isinstance(table, dict) or not table:
            self.refuse(key, 'must be a table of value = "label" with at least one value')
            return {}
        return {self._text(key, value): self._text(key, label) for value, label in table.items()}

    def section(self, key: str, *, optional: bool = False) -> "Section":
        """Return the table under `key`; an empty one where it may be missing."""
        if not self.has(key) and not optional:
            self._refuse_missing(key, "a table")
        table = self._table.get(key, {})
        place = f"{self._place}, {key}" if self._place else key
        if not isinstance(table, dict):
            self.refuse(key, "must be a table")
        if not self.has(key) or not isinstance(table, dict):
            # Its own keys are not missing one by one: the whole is, and that is said.
            return Section(Faults("", {}), (*self._path, key), {}, place)
        return Section(self._faults, (*self._path, key), table, place)

    def sections(self, key: str) -> list["Section"]:
        """Return the tables under `[[key]]`, none when there are none."""
        tables = self._table.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.refuse(key, f"must be written as [[{key}]]")
            return []
        return [
            Section(self._faults, (*self._path, key, number), table, f"{key} {number}{_called(table)}")
            for number, table in enumerate(tables, start=1)
        ]

    def _refuse_missing(self, key: str, what: str) -> None:
        strangers = [other for other in self._table if other not in self._known]
        # One fault for a key that is misspelt: `of` has named it.
        if not any(difflib.get_close_matches(other, self._known, n=1) == [key] for other in strangers):
            self.refuse(key, f"is missing: add {what}")

    def _text(self, key: str, value: object, *, may_be_empty: bool = False) -> str:
        if not isinstance(value, str):
            self.refuse(key, "must be text in quotation marks")
            return ""
        if not value and not may_be_empty:
            self.refuse(key, "must not be empty")
        if value != value.strip() or has_controls(value):
            self.refuse(key, "must have no control characters and no spaces around it")
        return value


def one_of(values: Collection[str]) -> str:
    """Say that a text must be one of these values, and which there are where they are few."""
    listed = ", ".join(map(repr, values)) if len(values) <= _FEW else f"the {len(values)} values that are known"
    return f"must be one of {listed}"


def _called(table: Mapping[str, object]) -> str:
    name = table.get("name")
    return f" ({name})" if isinstance(name, str) and name.isprintable() else ""
