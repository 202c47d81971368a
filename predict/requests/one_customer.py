"""Validation: a payload becomes a row of the model's inputs, or every fault of it is named at once.

Hard bounds are errors. Outside what training saw is a warning: the score is given, with a word of care. No message
holds a value that was sent.
"""

import math
import re
from collections.abc import Mapping

from ..contract import RARE, Contract, Feature, Row, Value
from ..errors import Fault, InvalidInput
from ..text import clean
from .body import Ambiguous
from .category import read_category
from .date import read_days
from .number import Unclear, parse_number, read_number
from .usual import read_usual

__all__ = ["category_warning", "read_form", "read_row", "read_value"]

_DATE_RULE = "must be a date, like 2024-01-31: year, month, day; or the number of days"

_MOST_UNKNOWN = 10
_FEW_VALUES = 8
_COLUMN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def read_row(contract: Contract, payload: object, mark: str = ".") -> tuple[Row, tuple[Fault, ...]]:
    """Check one customer.

    Parameters
    ----------
    contract : Contract
    payload : object
        What came out of a JSON text; should be a dict of every feature's name to its value. An optional one may be
        left out, null or NaN for "not known".
    mark : str
        The decimal mark in which messages write numbers.

    Returns
    -------
    row : Row
        Values in the order of the contract's features; numbers as float.
    warnings : tuple of Fault

    Raises
    ------
    InvalidInput
        With every fault, in the order of the contract's features, unknown fields last.
    """
    if not isinstance(payload, dict):
        names = ", ".join(feature.name for feature in contract.features)
        raise InvalidInput([Fault("", "wrong_type", f"The customer must be a JSON object with the fields {names}.")])
    if isinstance(payload, Ambiguous):
        raise InvalidInput([Fault("", "duplicate_field", "A field is given twice. Send each field once.")])
    if (usual := read_usual(contract, payload)) is not None:
        return usual, ()
    values: list[Value] = []
    faults: list[Fault] = []
    n_sent = 0
    for feature in contract.features:
        if feature.name in payload:
            n_sent += 1
        elif not feature.optional:
            faults.append(_fault(feature, "missing", "is required"))
            continue
        value = read_value(feature, payload.get(feature.name), mark)
        if isinstance(value, Fault):
            faults.append(value)
        else:
            values.append(value)
    if faults or len(payload) > n_sent:
        faults.extend(_unknown_fields(contract, payload))
        raise InvalidInput(faults)
    row = tuple(values)
    return row, _warnings(contract, row, mark)


def read_form(contract: Contract, fields: Mapping[str, str]) -> dict[str, object]:
    """Turn a form's texts into a payload for `read_row`.

    A blank field counts as absent; a text that is no number stays a text, so that `read_row` names it.
    """
    features = {feature.name: feature for feature in contract.features}
    payload: dict[str, object] = {}
    for name, text in fields.items():
        if clean(text):
            number = _number_in(features.get(name), text)
            payload[name] = text if number is None else number
    return payload


def _number_in(feature: Feature | None, text: str) -> float | Unclear | None:
    if feature is None or feature.is_category or feature.says_unknown(text):
        return None
    return read_number(text, None, feature.reference, feature.date_order)


def read_value(feature: Feature, value: object, mark: str = ".") -> Value | Fault:
    """Return what a value of one input stands for, or the rule that it breaks; arguments are as of `read_row`."""
    if feature.says_unknown(value):
        return feature.unknown
    return _read_category(feature, value, mark) if feature.is_category else _read_number(feature, value, mark)


def category_warning(feature: Feature, value: str) -> Fault | None:
    """Return what training did not see of a valid category, if anything."""
    count = feature.seen.counts.get(value, 0)
    if value == "":
        return _unknown_warning(feature)
    if count == 0:
        code, problem = "unseen_category", "has a value that training never saw"
    elif count < RARE:
        code, problem = "rare_category", f"has a value that training saw fewer than {RARE} times"
    else:
        return None
    return Fault(feature.name, code, f"{feature.label} {problem}. Treat the score with care.")


def _unknown_warning(feature: Feature) -> Fault:
    return Fault(feature.name, "not_given", f"{feature.label} is not known. Treat the score with care.")


def _read_number(feature: Feature, value: object, mark: str) -> Value | Fault:
    if feature.reference and isinstance(value, str):
        value = read_days(value, feature.reference, feature.date_order)
        if value is None:
            return _fault(feature, "wrong_type", _DATE_RULE)
    # type, not isinstance: True is an int, and never a number here.
    if type(value) is not float and type(value) is not int:
        return _no_number(feature, value, mark)
    if isinstance(value, float) and not math.isfinite(value):
        return _fault(feature, "not_finite", f"must be a finite number, like {_example(feature, mark)}")
    low, high = feature.minimum, feature.maximum
    if low is not None and value < low:
        return _fault(feature, "too_small", f"must be {_plain(low, mark)} or more", low)
    if high is not None and value > high:
        return _fault(feature, "too_large", f"must be {_plain(high, mark)} or less", high)
    if feature.kind == "integer" and value != int(value):
        return _fault(feature, "not_whole", f"must be a whole number, like {_example(feature, mark)}")
    return float(value) + 0.0  # -0.0 becomes 0.0


def _no_number(feature: Feature, value: object, mark: str) -> Fault:
    if value is Unclear.NUMBER:
        rule = "could be thousands or have three decimals: write it like 1234, or like 1.2340"
        return _fault(feature, "unclear_number", rule)
    text = ": digits 0-9, no unit, currency sign or percent sign"
    more = text if isinstance(value, str) else _unless_unknown(feature)
    return _fault(feature, "wrong_type", f"must be a number, like {_example(feature, mark)}{more}")


def _read_category(feature: Feature, value: object, mark: str) -> Value | Fault:
    if (found := read_category(feature, value)) is not None:
        return found
    example = _example(feature, mark)
    if not isinstance(value, str):
        return _fault(feature, "wrong_type", f'must be a text, like "{example}"{_unless_unknown(feature)}')
    if len(feature.values) <= _FEW_VALUES:
        rule = "must be one of " + ", ".join(f'"{value}"' for value in feature.values)
    else:
        rule = f'must be one of the {len(feature.values)} values in the list, like "{example}"'
    return _fault(feature, "unknown_category", rule)


def _warnings(contract: Contract, row: Row, mark: str) -> tuple[Fault, ...]:
    found = []
    for feature, value in zip(contract.features, row, strict=True):
        if isinstance(value, str):
            warning = category_warning(feature, value)
        elif value is None:
            warning = _unknown_warning(feature)
        else:
            low, high = feature.seen.minimum, feature.seen.maximum
            inside = low is None or high is None or low <= value <= high
            warning = None if inside else _range_warning(feature, value, mark)
        if warning:
            found.append(warning)
    return tuple(found)


def _range_warning(feature: Feature, value: float, mark: str) -> Fault:
    low, high = feature.seen.minimum or 0.0, feature.seen.maximum or 0.0
    seen = f"{_plain(low, mark)} to {_plain(high, mark)}"
    message = f"{feature.label} is outside the {seen} seen in training. Treat the score with care."
    return Fault(feature.name, "outside_range", message, low if value < low else high)


def _unknown_fields(contract: Contract, payload: Mapping[object, object]) -> list[Fault]:
    names = dict.fromkeys(feature.name for feature in contract.features)
    unknown = [key for key in payload if key not in names]
    faults = [_unknown_field(list(names), key) for key in unknown[:_MOST_UNKNOWN]]
    if len(unknown) > _MOST_UNKNOWN:
        rest = len(unknown) - _MOST_UNKNOWN
        faults.append(Fault("", "unknown_field", f"{rest} more fields are unknown. Leave them out."))
    return faults


def _unknown_field(names: list[str], key: object) -> Fault:
    # A field is named only when it looks like a column's name: anything else could be a customer's data.
    name = key if isinstance(key, str) and _COLUMN_NAME.fullmatch(key) else ""
    import difflib  # only for a field with a wrong name: no start waits for it

    close = difflib.get_close_matches(name.lower(), names, n=1)
    fix = f"Did you mean {close[0]}?" if close else f"The fields are {', '.join(names)}."
    return Fault(name, "unknown_field", f"{name or 'A field'} is not a field of this model. {fix}")


def _fault(feature: Feature, code: str, rule: str, limit: float | None = None) -> Fault:
    return Fault(feature.name, code, f"{feature.label} {rule}.", limit)


def _unless_unknown(feature: Feature) -> str:
    if not feature.optional:
        return ""
    return f", or {'""' if feature.is_category else 'null'} where it is not known"


def _example(feature: Feature, mark: str) -> str:
    if feature.is_category:
        return next((value for value in feature.seen.counts if value), next(iter(feature.values)))
    number = feature.seen.upper_quartile or feature.seen.maximum or feature.maximum or 0.0
    return _plain(number if number == int(number) else float(f"{number:.3g}"), mark)


def _plain(number: float, mark: str) -> str:
    """Write a bound as a person would: 1000000, 0.5. One that could be thousands gets a fourth decimal: 1.2340."""
    text = str(int(number)) if number == int(number) else repr(number)
    numeral = parse_number(text)
    return (f"{text}0" if numeral and numeral.unclear else text).replace(".", mark)
