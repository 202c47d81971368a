"""JSON Schema (2020-12) of what goes in and out: a customer's from the contract, the rest from the records."""

import inspect
import re
import types
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

from ..contract import Contract, Feature
from ..model.record import names_of

__all__ = ["Schema", "Schemas", "array_of", "category_schema", "customer_schema", "object_of", "ref", "value_schema"]

type Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
}
_ATTRIBUTE = re.compile(r"^(\w+(?:, \w+)*) : .*\n((?: +.*\n?)*)", re.MULTILINE)


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(items: Schema, **more: Any) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, **more}


def object_of(properties: Mapping[str, Schema], optional: Iterable[str] = (), **more: Any) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in set(optional)],
        "additionalProperties": False,
        **more,
    }


def customer_schema(contract: Contract) -> Schema:
    """Return the schema of one customer: every rule of the contract that JSON Schema can say."""
    properties = {feature.name: value_schema(feature) for feature in contract.features}
    names = list(properties)
    examples = [dict(zip(names, example.values, strict=True)) for example in contract.examples]
    return object_of(
        properties,
        [feature.name for feature in contract.features if feature.optional],
        description="One customer: every input of the model; one that may be left out is then not known.",
        examples=examples,
    )


def value_schema(feature: Feature) -> Schema:
    """Return the schema of one input in JSON."""
    if feature.is_category:
        schema = category_schema(feature)
        others: Schema = {"boolean": [True, False]} if feature.is_boolean else {}
        others |= {"null": [None]} if feature.optional else {}
        values = [*schema["enum"], *chain.from_iterable(others.values())]
        return schema | {"type": ["string", *others] if others else "string", "enum": values}
    unit = {"x-unit": feature.unit} if feature.unit else {}
    kinds = [feature.kind, *(["string"] if feature.reference else []), *(["null"] if feature.optional else [])]
    kind = kinds if len(kinds) > 1 else feature.kind
    date = {"format": "date"} if feature.reference else {}
    bounds = {"minimum": feature.minimum, "maximum": feature.maximum}
    return {"title": feature.label, "description": feature.help, "type": kind} | date | bounds | unit


def category_schema(feature: Feature) -> Schema:
    """Return the schema of the text that stands for a category."""
    values = [*feature.values, *([""] if feature.optional else [])]
    # The labels are for people; OpenAPI has no word for them beside an enum.
    labels = dict(feature.values)
    return {"title": feature.label, "description": feature.help, "type": "string", "enum": values, "x-labels": labels}


class Schemas:
    """Schemas of records, collected for the components of a document.

    Attributes
    ----------
    components : dict of str to Schema
        By the name of the class.
    """

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, hint: Any) -> Schema:
        """Return the schema of a type; of a record, a reference to it."""
        if isinstance(hint, TypeAliasType):
            return self.of(hint.__value__)
        if names_of(hint) and isinstance(hint, type):
            if hint.__name__ not in self.components:
                self.components[hint.__name__] = self._describe(hint)
            return ref(hint.__name__)
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin in (Union, types.UnionType):
            return self._union([self.of(argument) for argument in arguments])
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin is tuple and arguments[1:] != (...,):
            parts = [self.of(argument) for argument in arguments]
            return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
        if origin is tuple:
            return array_of(self.of(arguments[0]))
        return dict(_SCALARS[hint])

    def _describe(self, kind: type) -> Schema:
        hints = get_type_hints(kind)
        texts = _attributes(kind)
        properties = {}
        for name in names_of(kind):
            text = texts.get(name)
            properties[name] = self.of(hints[name]) | ({"description": text} if text else {})
        return object_of(properties, description=(inspect.getdoc(kind) or "").partition("\n")[0])

    @staticmethod
    def _union(schemas: list[Schema]) -> Schema:
        if all(schema.keys() == {"type"} for schema in schemas):
            names = [schema["type"] for schema in schemas]
            return {"type": [name for name in names if name != "integer" or "number" not in names]}
        return {"anyOf": schemas}


def _attributes(kind: type) -> dict[str, str]:
    """Return what a docstring says of each attribute."""
    _, _, section = (inspect.getdoc(kind) or "").partition("Attributes\n----------\n")
    return {
        name: " ".join(text.split())
        for names, text in _ATTRIBUTE.findall(section)
        for name in names.split(", ")
        if text.strip()
    }
