"""What a text in a cell stands for, or which rule it breaks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from predict.contract import Feature, Value
from predict.csv_file import decimal_mark
from predict.errors import Fault
from predict.requests.number import read_number
from predict.requests.one_customer import read_value

from ..errors import DataError
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


# What else helps where a value breaks the API's rules, by its code.
_ADVICES = {"not_whole": 'make the kind "number"', "too_small": "lower `minimum`", "too_large": "raise `maximum`"}

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
    advices = _ADVICES | {"unknown_category": 'make the kind "category"' if feature.is_boolean else "add it"}

    def read(text: str) -> Value | Broken:
        if feature.says_unknown(text):
            return feature.unknown
        if not text:
            return Broken("is empty: fill it in", "" if is_trained else ", or set `optional = true` in the schema")
        if feature.is_category and not feature.values:
            return Broken("must have no control characters: remove them") if has_controls(text) else text
        number = None if feature.is_category else read_number(text, mark, feature.reference, feature.date_order)
        value = read_value(feature, text if number is None else number, mark or ".")
        if not isinstance(value, Fault):
            return value
        rule = value.message.removeprefix(f"{feature.label} ").removesuffix(".")
        advice = advices.get(value.code)
        return Broken(rule, f": correct it, or {advice} in the schema" if advice and not is_trained else "")

    return read


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
