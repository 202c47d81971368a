"""The text of a drafted schema."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from .column import Column
from .countries import country_names
from .features import BOOLEAN_NAMES
from .heading_words import is_act, label_of, may_act, name_of, unit_of, words_of
from .months import all_like

__all__ = ["Answer", "Input", "draft_text", "is_yes_no"]

_YES, _NO = (frozenset((value, *names)) for value, names in BOOLEAN_NAMES.items())
# An answer is read in other languages, too; inputs only in the words that the API takes.
_SAYS_YES = _YES | {"ja", "oui", "si", "sí", "sì", "sim", "tak"}
_SAYS_NO = _NO | {"nein", "nee", "nej", "nei", "non", "não", "nao", "nie"}
# These are yes and no only as a pair: of 1 and 2 nobody knows which is yes.
_DIGITS = frozenset(("0", "0.0", "1", "1.0"))
# A category with more values than this, or with one so rare, will meet values that the file does not have.
_MANY_VALUES = 20
_RARE = 5


@dataclass(frozen=True, eq=False)
class Answer:
    """The column to predict: its heading, its values for yes and for no, and which rows say yes."""

    heading: str
    positive: str
    negative: str
    is_yes: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Input:
    """A column to learn from: its name in the model, and whether its texts are categories."""

    name: str
    column: Column
    is_category: bool

    @property
    def is_boolean(self) -> bool:
        """Whether one of two texts says yes, and the other no."""
        if len(self.column.values) != 2:
            return False
        return all({value.casefold() for value in self.column.values} & words for words in (_YES, _NO))


def is_yes_no(yes: str, no: str) -> bool:
    """Return whether two values, in small letters, say yes and no by themselves."""
    if {yes, no} & _DIGITS:
        return yes in _SAYS_YES and no in _SAYS_NO
    return yes in _SAYS_YES or no in _SAYS_NO


def draft_text(file: str, answer: Answer, inputs: Sequence[Input], left_out: Sequence[tuple[Column, str]]) -> str:
    """Return the schema as TOML, every guess and every reason beside what it is about."""
    return "\n".join(_lines(file, answer, inputs, left_out)) + "\n"


def _lines(file: str, answer: Answer, inputs: Sequence[Input], left_out: Sequence[tuple[Column, str]]) -> Iterator[str]:
    yield "# A draft, made from the file alone; it trains as it is. Read it and change what is wrong."
    yield "# training/schema/customers.toml shows every key."
    yield ""
    yield "ignore = ["
    yield from (f"  {_text(column.heading)}, # {reason}" for column, reason in left_out)
    yield "]"
    yield ""
    yield "[model]"
    yield f"name = {_text(name_of(file, ()).replace('_', '-'))}"
    yield 'version = "1"'
    yield ""
    yield from _target(answer)
    for one in inputs:
        yield ""
        yield from _feature(one)
    everybody = np.ones(len(answer.is_yes), dtype=bool)
    for name, rows in (("Typical", everybody), ("Typical yes", answer.is_yes), ("Typical no", ~answer.is_yes)):
        yield ""
        yield "[[example]]"
        yield f"name = {_text(name)}"
        yield "[example.values]"
        # What most of such rows do not say, the example does not say.
        yield from (f"{one.name} = {value}" for one in inputs if (value := _typical(one, rows)))


def _target(answer: Answer) -> Iterator[str]:
    label = label_of(answer.heading)
    is_plain = is_yes_no(answer.positive.casefold(), answer.negative.casefold())
    positive, negative = ("yes", "no") if is_plain else (answer.positive, answer.negative)
    yield "[target]"
    yield f"name = {_text(answer.heading)}"
    verb, noun, person = words_of(answer.heading, "" if is_plain else answer.positive)
    # Only of a verb that is known it can be said that a customer will.
    words = (
        (f"Will {verb}", f"Will not {verb}")
        if is_act(answer.heading)
        else (f"{label}: {positive}", f"{label}: {negative}")
    )
    yield f"positive = {_text(words[0])} # {answer.is_yes.mean():.1%} of the rows"
    yield f"negative = {_text(words[1])}"
    yield f"positive_values = [{_text(answer.positive)}]"
    yield f"negative_values = [{_text(answer.negative)}]"
    yield f"verb = {_text(verb)} # a guess; the pages ask: will this customer ...?"
    yield f"noun = {_text(noun)} # the chance of ..."
    yield f"person = {_text(person)} # who it is: 1 {person}, 2 {person}s"


def _feature(one: Input) -> Iterator[str]:
    column = one.column
    yield "[[feature]]"
    yield f"name = {_text(one.name)}"
    yield f"label = {_text(label_of(column.heading))}"
    if one.is_boolean:
        yield 'kind = "boolean"'
    elif one.is_category:
        yield 'kind = "category"'
        yield from _values(column)
    elif column.reference:
        yield 'kind = "date"'
        yield f"reference = {column.reference} # the latest date in the file; days are counted to it"
        if column.date_order:
            yield f"date_order = {_text(column.date_order)} # beside year, month, day"
    else:
        low, high = _bounds(column)
        if unit := unit_of(column.heading, column.largest):
            yield f"unit = {_text(unit)}"
        yield f'kind = "{"integer" if column.is_whole else "number"}"'
        yield f"minimum = {low}"
        yield f"maximum = {high} # a guess: what is beyond is refused"
    if column.n_empty:
        yield f"optional = true # {column.n_empty:,} cells say nothing"
    if column.missing:
        yield f"missing = [{', '.join(map(_text, column.missing))}]"
    if column.heading != one.name:
        yield f"aliases = [{_text(column.heading)}]"
    acts = may_act(column.heading) and not column.reference
    yield f"actionable = {str(acts).lower()} # a guess: could a person act on it?"


def _values(column: Column) -> Iterator[str]:
    """Yield what values there are beside those of the data: countries, months and days that the file lacks, others."""
    if "country" in column.heading.casefold() and set(column.values) <= country_names().keys():
        yield 'codes = "ISO 3166-1 alpha-2"'
    elif listed := all_like(sorted(column.values)):
        yield f"values = {{ {', '.join(f'{_text(value)} = {_text(value)}' for value in listed)} }}"
    elif len(column.values) > _MANY_VALUES or column.counts[column.counts > 0].min() < _RARE:
        yield "other = true # so many values, or so rare: one that is not listed counts as Other"


def _bounds(column: Column) -> tuple[str, str]:
    """Return bounds with headroom: the power of ten that is ten times the largest or more; 0 where nothing is below."""
    numbers = column.numbers
    if numbers is None:
        raise ValueError(f"{column.heading} holds no numbers.")
    largest = max(column.largest, 0.1)
    high = 10.0 ** (math.ceil(math.log10(largest)) + 1)
    low = 0.0 if np.nanmin(numbers) >= 0 else -high
    return f"{low:.15g}", f"{high:.0f}"


def _typical(one: Input, rows: npt.NDArray[np.bool_]) -> str:
    """Return the median or the commonest value of some rows, nobody's in particular; "" where most say nothing."""
    if np.count_nonzero(one.column.codes[rows] == 0) * 2 > np.count_nonzero(rows):
        return ""
    if one.is_category:
        counts = np.bincount(one.column.codes[rows], minlength=len(one.column.distinct))
        count_of = dict(zip(one.column.distinct, counts.tolist(), strict=True))
        commonest = max(sorted(one.column.values), key=count_of.__getitem__)
        return _text(("yes" if commonest.casefold() in _YES else "no") if one.is_boolean else commonest)
    numbers = one.column.numbers
    if numbers is None:
        raise ValueError(f"{one.column.heading} holds no numbers.")
    known = numbers[one.column.codes[rows]]
    median = float(np.nanmedian(known))
    if one.column.reference:
        return (date.fromisoformat(one.column.reference) - timedelta(math.floor(median))).isoformat()
    return f"{math.floor(median) if one.column.is_whole else float(f'{median:.4g}'):.15g}"


def _text(text: str) -> str:
    # What JSON escapes, TOML escapes alike.
    return json.dumps(text, ensure_ascii=False)
