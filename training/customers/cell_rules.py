"""What a text in a cell stands for, or which rule it breaks."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from predict.contract import Feature, Value
from predict.csv_file import decimal_mark
from predict.requests.category import read_category
from predict.requests.number import Unclear, read_number
from predict.requests.one_customer import DATE_RULE
from predict.words import unit_text

from ..errors import DataError, one_of
from ..schema.column import has_controls

__all__ = ["Broken", "Reader", "answer_reader", "cell_reader", "find_mark"]


@dataclass(frozen=True)
class Broken:
    """A text that breaks a rule: the rule in words, with the fix, and without the text.

    Attributes
    ----------
    rule : str
    advice : str
        What else helps, before there is a model: leaving the row out, or changing the schema.
    """

    rule: str
    advice: str = ""


_EMPTY = Broken("is empty: fill it in", ", or set `optional = true` in the schema")

type Reader = Callable[[str], Value | Broken]


def cell_reader(feature: Feature, mark: str | None = ".", *, is_trained: bool = False) -> Reader:
    """Return what reads the cells of a feature's column, spaces around them already gone.

    Parameters
    ----------
    feature : Feature
    mark : {".", ","} or None
        The file's decimal mark, where it is known.
    is_trained : bool
        Whether the feature is a model's: then the schema can no longer be changed, and only the file can.

    Returns
    -------
    callable
        From a text to the feature's value, or to Broken.
    """
    read = _category_reader(feature) if feature.is_category else _number_reader(feature, mark)
    return _without_advice(read) if is_trained else read


def answer_reader(positive: Sequence[str], negative: Sequence[str]) -> Reader:
    """Return what reads the cells of the target's column: 1.0 for yes, 0.0 for no, or Broken.

    Parameters
    ----------
    positive, negative : sequence of str
        What counts as yes and as no, in lower case.
    """
    answers = dict.fromkeys(positive, 1.0) | dict.fromkeys(negative, 0.0)
    words = f"positive_values are {', '.join(positive)}; negative_values are {', '.join(negative)}"
    unknown = Broken(f"must be an answer ({words}): correct it, or add the word to the schema")
    empty = Broken("is empty: fill it in, or leave the row out; only customers whose answer is known can teach")
    return lambda text: answers.get(text.casefold(), unknown) if text else empty


def find_mark(file: str, columns: Mapping[str, decimal_mark.Shown]) -> str | None:
    """Return the decimal mark that a file's numbers show, as the API finds it.

    Parameters
    ----------
    file : str
        The file's name, for the error.
    columns : mapping of str to Shown
        What the cells show that should be numbers, by the name of their column.

    Raises
    ------
    DataError
        If a number then could be thousands or have three decimals.
    """
    mark, unclear = decimal_mark.find_mark(columns)
    if unclear:
        raise DataError(f"{file}: {', '.join(unclear)} {decimal_mark.UNCLEAR}")
    return mark


def _without_advice(read: Reader) -> Reader:
    def read_trained(text: str) -> Value | Broken:
        value = read(text)
        return Broken(value.rule) if isinstance(value, Broken) else value

    return read_trained


def _number_reader(feature: Feature, mark: str | None) -> Reader:
    low, high = feature.minimum, feature.maximum
    if low is None or high is None:
        raise ValueError(f"{feature.name} has no bounds.")
    least, most = (f"{bound:.15g} {unit_text(bound, feature.unit)}".rstrip() for bound in (low, high))

    def read(text: str) -> Value | Broken:
        if feature.says_unknown(text):
            return None
        if not text:
            return _EMPTY
        number = read_number(text, mark, feature.reference, feature.date_order)
        if number is None and feature.reference:
            return Broken(DATE_RULE)
        if number is None:
            return Broken(f"must be a number: write digits, like 1234{mark or '.'}5, no unit, currency or percent sign")
        if isinstance(number, Unclear):
            return Broken("could be thousands or have three decimals: write it like 1234, or like 1.2340")
        if not math.isfinite(number):
            return Broken("must be a finite number, and this one is too large for a computer: correct it")
        if feature.kind == "integer" and number != math.floor(number):
            return Broken("must be a whole number: correct it", ', or make the kind "number" in the schema')
        if number < low:
            return Broken(f"must be {least} or more: correct it", ", or lower `minimum` in the schema")
        if number > high:
            return Broken(f"must be {most} or less: correct it", ", or raise `maximum` in the schema")
        return number

    return read


def _category_reader(feature: Feature) -> Reader:
    values = feature.values
    other = 'make the kind "category" in the schema' if feature.is_boolean else "add it to the schema"
    unknown = Broken(f"{one_of(values)}: correct it", f", or {other}")

    def read(text: str) -> str | Broken:
        if feature.says_unknown(text):
            return ""
        if not text:
            return _EMPTY
        if not values:
            return Broken("must have no control characters: remove them") if has_controls(text) else text
        category = read_category(feature, text)
        return unknown if category is None else category

    return read
