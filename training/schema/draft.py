"""A draft of the schema, from nothing but the file: what each column seems to be.

Every guess stands in the draft where a person can read and change it, and each column that is left out says why. The
draft is a schema that trains as it is.
"""

import re
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from predict.model.session import OUTPUT
from predict.text import fold_heading

from ..errors import SchemaError
from .column import Column, has_controls
from .draft_text import Answer, Input, draft_text, is_yes_no
from .heading_words import ends_as_code, is_about, is_act, is_code, is_id, is_target, is_weight, name_of
from .load import MOST_FEATURES

__all__ = ["draft_schema"]

# ROC AUC of a column alone, from which on it is the answer in other words.
_THE_ANSWER = 0.99
_TELLS = "it alone nearly gives the answer: was it known when the answer was not?"
_MOST_VALUES = 1000
_MOST_CODES = 60
_FEWEST_ROWS_A_VALUE = 10
_MANY = 0.95
# Of so many customers, amounts of so many digits come twice sometimes; ids never do.
_FEWEST_KEYS, _KEY_LENGTH = 500, 6
_WITH_SIGN = re.compile(r"(?=.*[$€£¥%])[$€£¥%]? ?-?[0-9][0-9.,' ]*[$€£¥%]?")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([ T].*)?|\d\d?[./-]\d\d?[./-]\d{2,4}( .*)?")


def draft_schema(file: str, columns: Sequence[Column], target: str | None = None, drop: Collection[str] = ()) -> str:
    """Return a schema as TOML.

    Parameters
    ----------
    file : str
        The file's name without its folder and ending, which becomes the model's.
    columns : sequence of Column
        All columns of the file.
    target : str, optional
        The heading of the answer's column; found by its heading and values where it is not said.
    drop : collection of str
        Headings of columns that are left out before the others are judged.

    Raises
    ------
    SchemaError
        If there is no such column, none that could be the answer, or none to learn from.
    """
    answer = _find_target(columns, target)
    answered = _answers(answer)
    y = answered.is_yes
    inputs: list[Input] = []
    left_out: list[tuple[Column, str]] = []
    taken = {answer.heading, OUTPUT}
    dropped = set(map(fold_heading, drop))
    for column in columns:
        if column is answer or not column.heading:
            continue
        if fold_heading(column.heading) in dropped:
            left_out.append((column, "it was dropped by whoever drafted this"))
        elif reason := _reason_against(column, y, inputs):
            left_out.append((column, reason))
        else:
            name = name_of(column.heading, taken)
            taken |= {name, column.heading}
            inputs.append(Input(name, column, _is_category(column)))
    telling = [column.heading for column, reason in left_out if reason == _TELLS]
    for one in [*inputs]:
        if any(is_about(one.column.heading, heading) for heading in telling):
            inputs.remove(one)
            left_out.append((one.column, "its heading says that it belongs to one that alone nearly gives the answer"))
    while len(inputs) > MOST_FEATURES:
        weakest = min(inputs, key=lambda one: one.column.power(y))
        inputs.remove(weakest)
        left_out.append((weakest.column, f"it says least by itself, and {MOST_FEATURES} inputs are the most"))
    if not inputs:
        raise SchemaError(f"No column of {file} can be learnt from. Write a schema by hand.")
    return draft_text(file, answered, inputs, left_out)


def _find_target(columns: Sequence[Column], target: str | None) -> Column:
    named = [column for column in columns if column.heading]
    few = [column for column in named if len(column.values) <= _MOST_VALUES]
    binary = [column for column in few if len({value.casefold() for value in column.values}) == 2]
    if target is not None:
        asked = [column for column in named if column.heading == target]
        if not asked:
            raise SchemaError(f"There is no column {target!r}. The file has {', '.join(c.heading for c in named)}.")
        if asked[0] not in binary:
            raise SchemaError(
                f"{target!r} cannot be predicted: it must have two values, such as yes and no, and has "
                f"{len(asked[0].values):,}."
            )
        return asked[0]
    # An answer mostly comes last: what customers do counts there as much as "target" does anywhere.
    last = [column for column in named if len(column.values) > 1][-1:]
    likely = [c for c in binary if is_target(c.heading) or (c in last and is_act(c.heading))]
    likely = likely or [column for column in binary if is_act(column.heading)] or binary
    if len(likely) != 1 and last and last[0] in binary:
        likely = last
    if all(one.says_the_same(likely[0]) for one in likely[1:]):
        likely = likely[:1]
    if len(likely) != 1:
        some = ", ".join(column.heading for column in likely) or "none has two values"
        raise SchemaError(f"Which column is the answer is not clear ({some}). Name it with --target.")
    return likely[0]


def _answers(column: Column) -> Answer:
    """Return which value is yes and which is no: by their words, or yes is the rarer one."""
    if column.n_empty:
        raise SchemaError(f"{column.heading} is empty in {column.n_empty:,} rows: leave them out, or fill it in.")
    folded = np.array([text.casefold() for text in column.distinct])
    positive, negative = sorted(set(folded[1:].tolist()), key=lambda text: int(column.counts[folded == text].sum()))
    if is_yes_no(negative, positive):
        positive, negative = negative, positive
    shown = {value.casefold(): value for value in sorted(column.values)}
    return Answer(column.heading, shown[positive], shown[negative], (folded == positive)[column.codes])


def _reason_against(column: Column, y: npt.NDArray[np.bool_], inputs: Sequence[Input]) -> str:
    """Return why a column is left out, or ""."""
    n_rows, n_values = len(column.codes), len(column.values)
    if has_controls(column.heading) or (column.numbers is None and any(map(has_controls, column.values))):
        return "it holds control characters"
    if n_values < 2 and not (n_values and column.n_empty):
        return "it is the same in every row"
    if column.numbers is None and all(map(_DATE.fullmatch, column.values)):
        return "it is a date whose day and month could be swapped: write it like 2024-01-31 to use it"
    is_too_many = (column.numbers is None or _is_code(column)) and (
        n_values > _MOST_VALUES or n_values * _FEWEST_ROWS_A_VALUE > max(n_rows, 200)
    )
    if is_too_many and column.numbers is None and all(map(_WITH_SIGN.fullmatch, column.values)):
        return "its numbers have a sign, such as $ or %: write them without it to use it"
    if n_values > _MANY * n_rows and (column.numbers is None or (column.is_whole and _is_key(column))):
        return "it is an id: it tells customers apart, and nothing about them"
    if is_weight(column.heading):
        return "it is the weight of a row in a survey"
    if is_too_many:
        return f"it has {n_values:,} different {'texts' if column.numbers is None else 'codes'}, too many to learn from"
    if column.power(y) >= _THE_ANSWER:
        return _TELLS
    for other in inputs:
        if column.says_the_same(other.column):
            return f"it says the same as {other.column.heading} in other words"
    return ""


def _is_key(column: Column) -> bool:
    """Return whether whole numbers are ids: by the heading, as they rise, or as long ones none of which comes twice."""
    numbers = column.numbers
    if is_id(column.heading) or (numbers is not None and bool((np.diff(numbers[column.codes]) > 0).all())):
        return True
    lengths = set(map(len, column.values))
    return len(column.values) == len(column.codes) >= _FEWEST_KEYS and len(lengths) == 1 and min(lengths) >= _KEY_LENGTH


def _is_category(column: Column) -> bool:
    if column.reference:
        return False
    if column.numbers is None or len(column.values) == 2:
        return True
    return _is_code(column)


def _is_code(column: Column) -> bool:
    """Return whether whole numbers are names of something."""
    few = len(column.values) <= _MOST_CODES
    return column.is_whole and (ends_as_code(column.heading) or (few and is_code(column.heading)))
