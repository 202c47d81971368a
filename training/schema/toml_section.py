"""A section of a TOML file that remembers where it stands, so that every error can name file and key."""

import difflib
import math
from collections.abc import Mapping, Sequence

from ..errors import SchemaError

__all__ = ["Section"]


class Section:
    """One table of a TOML file, read key by key.

    Parameters
    ----------
    file : str
        The file's name.
    place : str
        Where the table stands, such as "feature 2"; "" for the top of the file.
    table : Mapping
        What `tomllib` read.
    """

    def __init__(self, file: str, place: str, table: Mapping[str, object]) -> None:
        self._file = file
        self._place = place
        self._table = table
        self._known: set[str] = set()

    def of(self, *keys: str) -> "Section":
        """Return the same section, with the keys that it may have."""
        self._known = set(keys)
        return self

    def called(self, name: str) -> "Section":
        """Return the same section, with its own name in the errors to come."""
        self._place = f"{self._place} ({name})"
        return self

    def error(self, key: str, rule: str) -> SchemaError:
        """Return the error that `key` breaks `rule`; the rule says the fix, too."""
        place = f" {self._place}," if self._place else ""
        return SchemaError(f"{self._file}:{place} `{key}` {rule}.")

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self._table

    def text(self, key: str, default: str | None = None, *, may_be_empty: bool = False) -> str:
        """Return a text without control characters or spaces around it."""
        if not self.has(key) and default is not None:
            return default
        return self._text(key, self._required(key, "text"), may_be_empty=may_be_empty)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; without a default it must hold at least one."""
        if not self.has(key) and default is not None:
            return default
        values = self._required(key, "a list of texts")
        if not isinstance(values, list) or (default is None and not values):
            raise self.error(key, 'must be a list of texts, like ["one", "two"]')
        return tuple(self._text(key, value) for value in values)

    def number(self, key: str) -> float:
        """Return a finite number."""
        value = self._required(key, "a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, "must be a number, without quotation marks")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self.error(key, "must be a finite number")
        return number

    def flag(self, key: str) -> bool:
        """Return true or false; false when the key is not there."""
        if not self.has(key):
            return False
        value = self._table[key]
        if not isinstance(value, bool):
            raise self.error(key, "must be true or false, without quotation marks")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return a text that is one of `choices`."""
        text = self.text(key)
        if text not in choices:
            raise self.error(key, f"must be one of {', '.join(repr(choice) for choice in choices)}")
        return text

    def labels(self, key: str) -> dict[str, str]:
        """Return a table of value to label; empty when the key is not there."""
        if not self.has(key):
            return {}
        table = self._table[key]
        if not isinstance(table, dict) or not table:
            raise self.error(key, 'must be a table of value = "label" with at least one value')
        return {self._text(key, value): self._text(key, label) for value, label in table.items()}

    def section(self, key: str) -> "Section":
        """Return the table under `key`."""
        table = self._required(key, "a table")
        if not isinstance(table, dict):
            raise self.error(key, "must be a table")
        return Section(self._file, f"{self._place}, {key}" if self._place else key, table)

    def sections(self, key: str) -> list["Section"]:
        """Return the tables under `[[key]]`, none when there are none."""
        if not self.has(key):
            return []
        tables = self._table[key]
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.error(key, f"must be written as [[{key}]]")
        return [Section(self._file, f"{key} {number}", table) for number, table in enumerate(tables, start=1)]

    def refuse_unknown_keys(self) -> None:
        """Raise for the first key that the section may not have."""
        for key in self._table:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                known = f"perhaps you meant `{near[0]}`" if near else f"known here are {', '.join(sorted(self._known))}"
                raise self.error(key, f"is not a known key: {known}; rename or remove it")

    def _required(self, key: str, what: str) -> object:
        if not self.has(key):
            self.refuse_unknown_keys()  # it may be this one, misspelt
            raise self.error(key, f"is missing: add {what}")
        return self._table[key]

    def _text(self, key: str, value: object, *, may_be_empty: bool = False) -> str:
        if not isinstance(value, str):
            raise self.error(key, "must be text in quotation marks")
        if not value and not may_be_empty:
            raise self.error(key, "must not be empty")
        if value != value.strip() or not value.isprintable():
            raise self.error(key, "must have no control characters and no spaces around it")
        return value
