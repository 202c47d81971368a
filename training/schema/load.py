"""The schema: what the columns of a customers' file mean, read from TOML.

A business brings its own CSV and schema; nothing after this module knows a column by its name. Every key is checked,
and one error says all faults: which line, which key, the rule and the fix.
"""

import tomllib
from collections.abc import Mapping, Sequence
from copy import replace
from dataclasses import dataclass
from pathlib import Path

from predict.contract import Example, Feature, Target
from predict.text import fold_heading

from ..errors import SchemaError
from .features import read_example, read_feature
from .toml_lines import Lines, lines_of
from .toml_section import Faults, Section

__all__ = ["MOST_FEATURES", "Schema", "drop_columns", "load_schema", "parse_schema"]

MOST_FEATURES = 100
"""Inputs that a model may have: what a page can show and a person can use."""


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

    Parameters
    ----------
    schema : Schema
    names : sequence of str
        As the schema or the file has them. What the schema ignores may be among them.

    Raises
    ------
    SchemaError
        If a name is nobody's, none would be left, or more than `MOST_FEATURES`.
    """
    dropped = set(map(fold_heading, names))
    known = [set(map(fold_heading, (feature.name, *feature.aliases))) for feature in schema.features]
    for name in names:
        if fold_heading(name) not in set(map(fold_heading, schema.ignore)).union(*known):
            inputs = ", ".join(feature.name for feature in schema.features)
            raise SchemaError(f"There is no input {name!r} to drop. The inputs are {inputs}.")
    kept = [place for place, own in enumerate(known) if not own & dropped]
    if not kept:
        raise SchemaError("With every input dropped there is nothing to learn from: keep one.")
    if len(kept) > MOST_FEATURES:
        raise SchemaError(
            f"The schema has {len(kept)} inputs, and {MOST_FEATURES} are the most. Keep those that matter: move the "
            "others' names into `ignore`, or --drop them."
        )
    return replace(
        schema,
        features=tuple(schema.features[place] for place in kept),
        ignore=(
            *schema.ignore,
            *(
                name
                for f, own in zip(schema.features, known, strict=True)
                if own & dropped
                for name in (f.name, *f.aliases)
            ),
        ),
        examples=tuple(Example(e.name, tuple(e.values[place] for place in kept)) for e in schema.examples),
    )


def load_schema(path: Path | str) -> Schema:
    """Read a schema and check every key of it.

    Parameters
    ----------
    path : Path or str
        A TOML file; `training/schema/customers.toml` shows every key.

    Raises
    ------
    SchemaError
        If the file cannot be read, or keys are missing, unknown, of the wrong type, or contradict another: one error
        that says all of them, each with its line.
    """
    path = Path(path)
    text = _read(path)
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SchemaError(f"{path}: the schema is not valid TOML: {error}.") from None
    return parse_schema(str(path), table, lines_of(text))


def parse_schema(file: str, table: Mapping[str, object], lines: Lines | None = None) -> Schema:
    """Check what a TOML file held, as `load_schema` does.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    table : Mapping
        What `tomllib` read.
    lines : Lines, optional
        Where its keys stand, for the errors.
    """
    faults = Faults(file, lines or {})
    top = Section(faults, (), table).of("ignore", "model", "target", "card", "feature", "example")
    model = top.section("model").of("name", "version")
    target = top.section("target").of(
        *("name", "aliases", "positive", "negative", "positive_values", "negative_values", "verb", "noun", "person")
    )
    card = top.section("card", optional=True).of("about", "good_for", "not_good_for")
    features = tuple(read_feature(section) for section in top.sections("feature"))
    examples = tuple(read_example(section, features) for section in top.sections("example"))
    schema = Schema(
        model.text("name"),
        model.text("version"),
        features,
        Target(
            target.text("name"),
            target.text("positive"),
            target.text("negative"),
            target.text("verb", Target.verb),
            target.text("noun", Target.noun),
            target.text("person", Target.person),
        ),
        tuple(value.casefold() for value in target.texts("positive_values")),
        tuple(value.casefold() for value in target.texts("negative_values")),
        target.texts("aliases", ()),
        top.texts("ignore", ()),
        examples,
        card.texts("good_for", ()),
        card.texts("not_good_for", ()),
        card.text("about", ""),
    )
    _check_together(schema, top, target)
    faults.refuse()
    return schema


def _check_together(schema: Schema, top: Section, target: Section) -> None:
    """Note what is right by itself and not beside the others."""
    if not schema.features:
        top.refuse("feature", "is missing: add a [[feature]] for each input of the model")
    columns = [column for feature in schema.features for column in (feature.name, *feature.aliases)]
    columns += [schema.target.name, *schema.target_aliases, *schema.ignore]
    _refuse_repeats(top, "feature", "names and aliases, `target` and `ignore`", columns)
    _refuse_repeats(top, "example", "names", [example.name for example in schema.examples])
    if schema.target.positive == schema.target.negative:
        target.refuse("negative", "must differ from `positive`")
    answers = [*schema.positive_values, *schema.negative_values]
    _refuse_repeats(target, "negative_values", "and `positive_values` together", answers)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SchemaError(f"{path}: there is no such schema file. Check the path.") from None
    except OSError as error:
        raise SchemaError(f"{path}: the schema cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise SchemaError(f"{path}: the schema is not UTF-8 text. Save it as UTF-8.") from None


def _refuse_repeats(section: Section, key: str, whose: str, values: Sequence[str]) -> None:
    for index, value in enumerate(values):
        if value and value in values[:index]:
            section.refuse(key, f"{whose} have {value!r} twice: each has one use, keep it once")
