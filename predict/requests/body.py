"""The body: a request's bytes become JSON types or a form's texts, strictly.

What validation can name by field or row is let through to it: NaN, infinities, numbers beyond a double, and an object
inside of the body in which a field is given twice, for nobody can say which of the two is meant.
"""

import json
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

import orjson

from ..errors import MalformedInput

__all__ = ["Ambiguous", "looks_like_json", "read_json", "read_urlencoded"]

_MOST_FIELDS = 100
_CONTAINERS = frozenset((dict, list))
# How the parser's messages end where it adds a place.
_TORN = re.compile(r"(?: starting)? at$")
# Python refuses to read many more digits. A number of so many is beyond every bound, whatever the others are.
_MOST_DIGITS = 4000


class Ambiguous(dict[str, object]):
    """An object in which a field is given twice, inside of the body: whoever reads it knows whose it is."""


class _MaybeTwice(Exception):
    """The fast parser may have dropped a field that was given twice."""


def looks_like_json(body: bytes) -> bool:
    """Say whether a body that calls itself a form is JSON."""
    return body.lstrip().startswith((b"{", b"["))


def read_json(body: bytes) -> object:
    """Parse a JSON text.

    Raises
    ------
    MalformedInput
        If it is empty, not UTF-8, not JSON, nested too deeply, or is an object that has a field twice.
    """
    try:
        return _read_fast(body)
    except (orjson.JSONDecodeError, RecursionError, _MaybeTwice):
        value = _read_exactly(body)
    if isinstance(value, Ambiguous):
        raise MalformedInput("The object has the same field twice. Send each field once.")
    return value


def read_urlencoded(body: bytes) -> dict[str, str]:
    """Parse a form's fields.

    Raises
    ------
    MalformedInput
        If it is not UTF-8, not urlencoded, has very many fields, or a field twice.
    """
    if body.count(b"&") >= _MOST_FIELDS:
        raise MalformedInput(f"The form has more than {_MOST_FIELDS} fields.")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise MalformedInput("The body is not a form. Send application/x-www-form-urlencoded in UTF-8.") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise MalformedInput("A field is given twice. Send each field once.")
    return fields


def _read_fast(body: bytes) -> object:
    """Parse with orjson, several times faster, which keeps the last of two equal fields without a word."""
    value = orjson.loads(body)
    # Every field has a colon of its own. As many colons as fields came out: none was given twice.
    if body.count(b":") != _count_fields(value):
        raise _MaybeTwice
    return value


def _count_fields(value: object) -> int:
    """Count the fields of all objects in a parsed JSON value."""
    if isinstance(value, dict):
        inner: Iterable[object] = value.values()
        count = len(value)
    elif isinstance(value, list):
        inner, count = value, 0
    else:
        return 0
    # Most values are plain: one look at the types spares a look at each.
    if not _CONTAINERS.isdisjoint(map(type, inner)):
        count += sum(map(_count_fields, inner))
    return count


def _read_exactly(body: bytes) -> object:
    """Parse with the standard library, which lets NaN and 1e400 through, sees equal fields, and says what is wrong."""
    if not body.strip():
        raise MalformedInput("The body is empty. Send a JSON object.")
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise MalformedInput(f"The body is not UTF-8 (byte {error.start + 1}). Send UTF-8.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        problem = _TORN.sub("", error.msg)
        raise MalformedInput(f"The body is not valid JSON at {place}: {problem}.") from None
    except RecursionError:
        raise MalformedInput("The body is nested too deeply. Send a flat JSON object.") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else Ambiguous(fields)


def _whole(digits: str) -> int:
    return int(digits[:_MOST_DIGITS])
