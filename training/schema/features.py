"""The schema's inputs and examples: one [[feature]] or [[example]] of the file, checked key by key."""

import re
from typing import get_args

from predict.contract import Example, Feature, Kind, Row, Value
from predict.model.session import OUTPUT
from predict.text import fold

from .countries import country_names, other_country_names
from .toml_section import Section, one_of

__all__ = ["BOOLEAN_NAMES", "read_example", "read_feature"]

BOOLEAN_NAMES = {"yes": ("true", "t", "y", "1", "1.0"), "no": ("false", "f", "n", "0", "0.0")}
"""What else stands for yes and no, folded."""

_KINDS: tuple[str, ...] = (*get_args(Kind.__value__), "boolean", "date")
_INSIDE = {"boolean": "category", "date": "integer"}
"""The kind that the model is given, for kinds that it does not know."""
_MOST_DAYS = 100 * 365.0
_BOOLEAN = {"yes": "Yes", "no": "No"}
_NUMBERS = ("integer", "number")
_FEATURE_KEYS = (
    *("name", "label", "kind", "unit", "help", "minimum", "maximum"),
    *("optional", "missing", "other", "reference", "date_order", "group", "actionable", "aliases", "values", "codes"),
)
_DATE_ORDERS = ("dmy", "mdy")
_COUNTRY_CODES = "ISO 3166-1 alpha-2"
# A double holds every whole number up to here, and not every one beyond.
_LARGEST_WHOLE = 2.0**53
# Forests compute in float32, which ends here.
_LARGEST = 3.4e38


def read_feature(section: Section) -> Feature:
    """Return the input that a section describes; a key that is missing, unknown or wrong is noted there."""
    name = section.of(*_FEATURE_KEYS).text("name")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        section.refuse(
            "name",
            "must be 1 to 64 lower-case letters, digits and underscores and start with a letter, because the model's "
            "inputs and the form's fields carry it; put the column's own heading among `aliases`",
        )
    if name == OUTPUT:
        section.refuse("name", "is the name of the model's output: choose another, and put this among `aliases`")
    kind = section.choice("kind", _KINDS)
    is_boolean = kind == "boolean"
    reference = section.date("reference") if kind == "date" else ""
    low, high = _bounds(section, kind)
    feature = Feature(
        name=name,
        label=section.text("label"),
        kind=_INSIDE.get(kind, kind),  # type: ignore[arg-type]  # one of Kind's own
        unit=f"days before {reference}" if kind == "date" else section.text("unit", ""),
        help=section.text("help", ""),
        minimum=low,
        maximum=high,
        optional=section.flag("optional"),
        group=section.text("group", ""),
        actionable=section.flag("actionable"),
        aliases=section.texts("aliases", ()),
        values=dict(_BOOLEAN) if is_boolean else _values(section, kind),
        names=dict(BOOLEAN_NAMES) if is_boolean else dict(other_country_names()) if section.has("codes") else {},
        missing=section.texts("missing", ()),
        other=section.flag("other"),
        reference=reference,
        date_order=section.choice("date_order", _DATE_ORDERS) if section.has("date_order") else "",
    )
    if feature.missing and not feature.optional:
        section.refuse("missing", "needs `optional = true` beside it: these words say that the value is not known")
    if any(fold(word) in feature.meanings for word in feature.missing):
        section.refuse("missing", "has a word that is one of `values`, too: keep it in one of them")
    if kind == "date" and section.has("unit"):
        section.refuse("unit", "is that of a date: days; remove it")
    for key in ("reference", "date_order"):
        if kind != "date" and section.has(key):
            section.refuse(key, "is for dates only: remove it")
    if feature.other and (is_boolean or not feature.is_category):
        section.refuse("other", "is for categories only: remove it")
    if feature.unit and feature.is_category:
        section.refuse("unit", "is for numbers only: remove it")
    return feature


def read_example(section: Section, features: tuple[Feature, ...]) -> Example:
    """Return the made-up customer that a section describes; a value that breaks its feature's rules is noted there."""
    name = section.of("name", "values").text("name")
    values = section.section("values").of(*(feature.name for feature in features))
    row: Row = tuple(_example_value(values, feature) for feature in features)
    return Example(name, row)


def _bounds(section: Section, kind: str) -> tuple[float | None, float | None]:
    if kind not in _NUMBERS:
        days = (-_MOST_DAYS, _MOST_DAYS) if kind == "date" else (None, None)
        for key in ("minimum", "maximum"):
            if kind and section.has(key):
                section.refuse(key, "is for numbers only: remove it")
        return days
    low, high = section.number("minimum"), section.number("maximum")
    if low >= high:
        section.refuse("maximum", "must be greater than `minimum`")
    for key, bound in (("minimum", low), ("maximum", high)):
        if kind == "integer" and (not bound.is_integer() or abs(bound) > _LARGEST_WHOLE):
            section.refuse(key, "must be a whole number of at most 2**53, because `kind` is integer")
        if abs(bound) > _LARGEST:
            section.refuse(key, "must be between -3.4e38 and 3.4e38, where single precision ends")
    return low, high


def _values(section: Section, kind: str) -> dict[str, str]:
    if kind != "category":
        for key in ("codes", "values"):
            if kind and section.has(key):
                section.refuse(key, "is for categories only: remove it")
        return {}
    if section.has("codes"):
        if section.has("values"):
            section.refuse("values", "cannot stand beside `codes`: keep one of them")
        section.choice("codes", (_COUNTRY_CODES,))
        return country_names()
    return section.labels("values")


def _example_value(values: Section, feature: Feature) -> Value:
    if not feature.kind:
        return ""  # which is the feature's fault, and noted there
    if feature.optional and not values.has(feature.name):
        return feature.unknown
    if feature.is_category:
        text = values.text(feature.name, may_be_empty=feature.optional)
        if text and feature.values and text not in feature.values:
            values.refuse(feature.name, one_of(feature.values))
        return text
    number = values.days(feature.name, feature.reference) if feature.reference else values.number(feature.name)
    if feature.kind == "integer" and not number.is_integer():
        values.refuse(feature.name, "must be a whole number, because the feature is an integer")
    if feature.minimum is not None and feature.maximum is not None and not feature.minimum <= number <= feature.maximum:
        values.refuse(feature.name, f"must be from {feature.minimum:.15g} to {feature.maximum:.15g}, its bounds")
    return number
