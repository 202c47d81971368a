"""Records: facts with names, and as JSON types.

A record that only holds facts is a NamedTuple: a dataclass takes six times as long to make, half a millisecond of each
cold start. One that also works something out and keeps it is a frozen dataclass.
"""

from typing import Any

__all__ = ["as_document", "names_of"]


def names_of(record: Any) -> tuple[str, ...]:
    """Return the names of the fields of a record, or of its class; none of anything else."""
    return tuple(getattr(record, "_fields", ()) or getattr(record, "__dataclass_fields__", ()))


def as_document(value: Any) -> Any:
    """Return a value with all records in it as dicts.

    Examples
    --------
    >>> from predict.contract import Example
    >>> as_document([Example("Newcomer", (1.0, "NL"))])
    [{'name': 'Newcomer', 'values': [1.0, 'NL']}]
    """
    if names := names_of(value):
        return {name: as_document(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {key: as_document(item) for key, item in value.items()}
    return [as_document(item) for item in value] if isinstance(value, list | tuple) else value
