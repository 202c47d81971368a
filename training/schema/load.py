"""The schema: what the columns of a customers' file mean, read from TOML.

A business brings its own CSV and schema; nothing after this module knows a column by its name. Every key is checked,
and an error says which file, which key, the rule and the fix.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from predict.contract import Example, Feature, Target

from ..errors import SchemaError
from .features import read_example, read_feature
from .toml_section import Section

__all__ = ["Schema", "drop_columns", "load_schema", "parse_schema"]

_MOST_FEATURES = 16


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
    target_aliases : tuple of str
        Other names that the target's column may have.
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
    target_aliases: tuple[str, ...] = ()
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
        A TOML file; `training/schema/customers.toml` shows every key.

    Returns
    -------
    Schema

    Raises
    ------
    SchemaError
        If the file cannot be read, or a key is missing, unknown, of the wrong type, or contradicts another.
    """
    path = Path(path)
    return parse_schema(str(path), _read(path))


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
    top = Section(file, "", table).of("ignore", "model", "target", "card", "feature", "example")
    top.refuse_unknown_keys()
    model = top.section("model").of("name", "version")
    target = top.section("target").of(
        *("name", "aliases", "positive", "negative", "positive_values", "negative_values")
    )
    features = tuple(read_feature(section) for section in top.sections("feature"))
    if not features:
        raise top.error("feature", "is missing: add a [[feature]] for each input of the model")
    answers = Target(target.text("name"), target.text("positive"), target.text("negative"))
    target_aliases = target.texts("aliases", ())
    ignore = top.texts("ignore", ())
    if len(features) > _MOST_FEATURES:
        raise top.error(
            "feature",
            f"names {len(features)} inputs, and {_MOST_FEATURES} are the most: explanations are exact, and each input "
            "doubles their work; keep those that matter, and put the others into `ignore`",
        )
    columns = [column for feature in features for column in (feature.name, *feature.aliases)]
    columns += [answers.name, *target_aliases, *ignore]
    _refuse_repeats(top, "feature", "names and aliases, `target` and `ignore`", columns)
    examples = tuple(read_example(section, features) for section in top.sections("example"))
    _refuse_repeats(top, "example", "names", [example.name for example in examples])
    if answers.positive == answers.negative:
        raise target.error("negative", "must differ from `positive`")
    positive = tuple(value.casefold() for value in target.texts("positive_values"))
    negative = tuple(value.casefold() for value in target.texts("negative_values"))
    _refuse_repeats(target, "negative_values", "and `positive_values` together", [*positive, *negative])
    card = top.section("card") if top.has("card") else Section(file, "card", {})
    card = card.of("about", "good_for", "not_good_for")
    schema = Schema(
        model.text("name"),
        model.text("version"),
        features,
        answers,
        positive,
        negative,
        target_aliases,
        ignore,
        examples,
        card.texts("good_for", ()),
        card.texts("not_good_for", ()),
        card.text("about", ""),
    )
    for section in (model, target, card):
        section.refuse_unknown_keys()
    return schema


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SchemaError(f"{path}: there is no such schema file. Check the path.") from None
    except OSError as error:
        raise SchemaError(f"{path}: the schema cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SchemaError(f"{path}: the schema is not UTF-8 text. Save it as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemaError(f"{path}: the schema is not valid TOML: {error}.") from None


def _refuse_repeats(section: Section, key: str, whose: str, values: Sequence[str]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise section.error(key, f"{whose} have {value!r} twice: each has one use, keep it once")
