"""The schema: what the columns of a customers' file mean, read from TOML.

A business brings its own CSV and schema; nothing after this module knows a column by its name. Every key is checked,
and an error says which file, which key, the rule and the fix.
"""

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from babel import Locale

from predict.contract import Example, Feature, Kind, Row, Target, Value

from .errors import SchemaError
from .section import Section

__all__ = ["Schema", "drop_columns", "load_schema", "parse_schema"]

KINDS: tuple[str, ...] = get_args(Kind.__value__)
COUNTRY_CODES = "ISO 3166-1 alpha-2"
# What CLDR lists beside countries: unions, pseudo-locales, "unknown", and codes exceptionally reserved for islands.
# XK stays: it is not ISO's, but Kosovo's customers are in real files under it.
NOT_COUNTRIES = frozenset(("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"))
# A double holds every whole number up to here, and not every one beyond.
LARGEST_WHOLE = 2.0**53
MOST_FEATURES = 16


@dataclass(frozen=True)
class Schema:
    """What the columns of a customers' file mean.

    Attributes
    ----------
    name, version : str
        Of the model that is trained with it.
    features : tuple of Feature
        The model's inputs in order, each with an empty `seen`. A category without `values` takes those of the data.
    target : Target
        The column to predict, and the words for both answers.
    positive_values, negative_values : tuple of str
        What counts as yes and as no in the target's column, in lower case; case does not matter.
    ignore : tuple of str
        Columns that are known and not used, such as ids.
    examples : tuple of Example
        Made-up customers to start from.
    good_for, not_good_for : tuple of str
        What the score may be used for, and what not, for the model card.
    about : str
        What the data is: whose, and of which time.
    """

    name: str
    version: str
    features: tuple[Feature, ...]
    target: Target
    positive_values: tuple[str, ...]
    negative_values: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    good_for: tuple[str, ...] = ()
    not_good_for: tuple[str, ...] = ()
    about: str = ""


def drop_columns(schema: Schema, names: Sequence[str]) -> Schema:
    """Return the schema without some of its features, whose columns are then ignored.

    Raises
    ------
    SchemaError
        If a name is no feature's, or none would be left.
    """
    known = [feature.name for feature in schema.features]
    for name in names:
        if name not in known:
            raise SchemaError(f"There is no input {name!r} to drop. The inputs are {', '.join(known)}.")
    kept = [place for place, name in enumerate(known) if name not in names]
    if not kept:
        raise SchemaError("With every input dropped there is nothing to learn from: keep one.")
    return replace(
        schema,
        features=tuple(schema.features[place] for place in kept),
        ignore=(*schema.ignore, *(name for f in schema.features if f.name in names for name in (f.name, *f.aliases))),
        examples=tuple(Example(e.name, tuple(e.values[place] for place in kept)) for e in schema.examples),
    )


def load_schema(path: Path | str) -> Schema:
    """Read a schema and check every key of it.

    Parameters
    ----------
    path : Path or str
        A TOML file; `training/schema.toml` shows every key.

    Returns
    -------
    Schema

    Raises
    ------
    SchemaError
        If the file cannot be read, or a key is missing, unknown, of the wrong type, or contradicts another.
    """
    path = Path(path)
    return parse_schema(path.name, _read(path))


def parse_schema(file: str, table: Mapping[str, object]) -> Schema:
    """Check what a TOML file held, as `load_schema` does.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    table : Mapping
        What `tomllib` read.

    Returns
    -------
    Schema

    Raises
    ------
    SchemaError
        If a key is missing, unknown, of the wrong type, or contradicts another.
    """
    top = Section(file, "", table)
    model, target = top.section("model"), top.section("target")
    features = tuple(_feature(section) for section in top.sections("feature"))
    if not features:
        raise top.error("feature", "is missing: add a [[feature]] for each input of the model")
    answers = Target(target.text("name"), target.text("positive"), target.text("negative"))
    ignore = top.texts("ignore", ())
    if len(features) > MOST_FEATURES:
        raise top.error(
            "feature",
            f"names {len(features)} inputs, and {MOST_FEATURES} are the most: explanations are exact, and each input "
            "doubles their work; keep those that matter, and put the others into `ignore`",
        )
    columns = [column for feature in features for column in (feature.name, *feature.aliases)]
    _refuse_repeats(top, "feature", "names and aliases, `target` and `ignore`", [*columns, answers.name, *ignore])
    examples = tuple(_example(section, features) for section in top.sections("example"))
    _refuse_repeats(top, "example", "names", [example.name for example in examples])
    if answers.positive == answers.negative:
        raise target.error("negative", "must differ from `positive`")
    positive = tuple(value.casefold() for value in target.texts("positive_values"))
    negative = tuple(value.casefold() for value in target.texts("negative_values"))
    _refuse_repeats(target, "negative_values", "and `positive_values` together", [*positive, *negative])
    card = top.section("card") if top.has("card") else Section(file, "card", {})
    schema = Schema(
        model.text("name"),
        model.text("version"),
        features,
        answers,
        positive,
        negative,
        ignore,
        examples,
        card.texts("good_for", ()),
        card.texts("not_good_for", ()),
        card.text("about", ""),
    )
    for section in (model, target, card, top):
        section.refuse_unknown_keys()
    return schema


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SchemaError(f"{path.name}: there is no such schema file. Check the path.") from None
    except OSError as error:
        raise SchemaError(f"{path.name}: the schema cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SchemaError(f"{path.name}: the schema is not UTF-8 text. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemaError(f"{path.name}: the schema is not valid TOML: {error}.") from None


def _feature(section: Section) -> Feature:
    name = section.text("name")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        raise section.error(
            "name",
            "must be 1 to 64 lower-case letters, digits and underscores and start with a letter, because the model's "
            "inputs and the form's fields carry it; put the column's own heading among `aliases`",
        )
    section = section.called(name)
    kind = section.choice("kind", KINDS)
    low, high = _bounds(section, kind)
    feature = Feature(
        name=name,
        label=section.text("label"),
        kind=kind,  # type: ignore[arg-type]  # one of KINDS, which are Kind's own
        unit=section.text("unit", ""),
        help=section.text("help", ""),
        minimum=low,
        maximum=high,
        optional=section.flag("optional"),
        actionable=section.flag("actionable"),
        aliases=section.texts("aliases", ()),
        values=_values(section, kind),
    )
    if feature.optional and not feature.is_category:
        raise section.error("optional", "is for categories only: the model needs every number; remove it")
    if feature.unit and feature.is_category:
        raise section.error("unit", "is for numbers only: remove it")
    section.refuse_unknown_keys()
    return feature


def _bounds(section: Section, kind: str) -> tuple[float | None, float | None]:
    if kind == "category":
        for key in ("minimum", "maximum"):
            if section.has(key):
                raise section.error(key, "is for numbers only: remove it")
        return None, None
    low, high = section.number("minimum"), section.number("maximum")
    if low >= high:
        raise section.error("maximum", "must be greater than `minimum`")
    for key, bound in (("minimum", low), ("maximum", high)):
        if kind == "integer" and (bound != math.floor(bound) or abs(bound) > LARGEST_WHOLE):
            raise section.error(key, "must be a whole number of at most 2**53, because `kind` is integer")
    return low, high


def _values(section: Section, kind: str) -> dict[str, str]:
    if kind != "category":
        for key in ("codes", "values"):
            if section.has(key):
                raise section.error(key, "is for categories only: remove it")
        return {}
    if section.has("codes"):
        if section.has("values"):
            raise section.error("values", "cannot stand beside `codes`: keep one of them")
        section.choice("codes", (COUNTRY_CODES,))
        return _countries()
    return section.labels("values")


def _countries() -> dict[str, str]:
    """Return each country's code and English name, from CLDR through Babel, by name."""
    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in names if re.fullmatch("[A-Z]{2}", code) and code not in NOT_COUNTRIES]
    # "Åland Islands" belongs among the A's, not behind Zimbabwe.
    return {code: names[code] for code in sorted(codes, key=lambda code: _without_marks(names[code]))}


def _without_marks(text: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))


def _example(section: Section, features: tuple[Feature, ...]) -> Example:
    name = section.text("name")
    section = section.called(name)
    values = section.section("values")
    row: Row = tuple(_example_value(values, feature) for feature in features)
    values.refuse_unknown_keys()
    section.refuse_unknown_keys()
    return Example(name, row)


def _example_value(values: Section, feature: Feature) -> Value:
    if feature.is_category:
        text = values.text(feature.name, may_be_empty=feature.optional)
        if text and feature.values and text not in feature.values:
            raise values.error(feature.name, "must be one of the feature's own values")
        return text
    number = values.number(feature.name)
    if feature.kind == "integer" and number != math.floor(number):
        raise values.error(feature.name, "must be a whole number, because the feature is an integer")
    if feature.minimum is not None and feature.maximum is not None and not feature.minimum <= number <= feature.maximum:
        raise values.error(feature.name, f"must be from {feature.minimum:.15g} to {feature.maximum:.15g}, its bounds")
    return number


def _refuse_repeats(section: Section, key: str, whose: str, values: Sequence[str]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise section.error(key, f"{whose} have {value!r} twice: each has one use, keep it once")
