"""What Bicep's expressions come to, and the resources they make: the part of the language that infra/ uses."""

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node


class BicepError(Exception):
    """What `bicep build` or the deployment would refuse."""


@dataclass(frozen=True)
class Resource:
    """One resource that would be deployed, or that exists."""

    symbol: str
    type: str
    api_version: str
    existing: bool
    body: dict[str, Any]

    @property
    def id(self) -> str:
        return f"<id of {self.type} {self.body['name']}>"


@dataclass
class Deployment:
    """What a template comes to."""

    resources: list[Resource] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)

    def one(self, type_: str, name: str | None = None) -> Resource:
        """Return the only resource of a type (and name) that is deployed."""
        (found,) = [r for r in self.all(type_) if name is None or r.body["name"] == name]
        return found

    def all(self, type_: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.type == type_ and not resource.existing]


class Expressions:
    """Evaluates expressions as the compiler and Azure would, and refuses what it does not know.

    Parameters
    ----------
    file : str
        The file's name, for the errors.
    resolve : callable
        Returns what a name stands for.
    """

    def __init__(self, file: str, resolve: Callable[[str], Any]) -> None:
        self._file, self._resolve = file, resolve
        self._loop: dict[str, Any] = {}

    def value(self, node: Node) -> Any:
        """Return what an expression comes to."""
        return getattr(self, f"_value_{node.type}")(node)

    def _value_string(self, node: Node) -> str:
        return "".join(str(self.value(child)) for child in node.named_children)

    def _value_string_content(self, node: Node) -> str:
        return text_of(node)

    def _value_escape_sequence(self, node: Node) -> str:
        return text_of(node).removeprefix("\\")

    def _value_interpolation(self, node: Node) -> Any:
        return self.value(node.named_children[0])

    def _value_number(self, node: Node) -> int:
        return int(text_of(node))

    def _value_boolean(self, node: Node) -> bool:
        return text_of(node) == "true"

    def _value_null(self, node: Node) -> None:
        return None

    def _value_resource_expression(self, node: Node) -> Any:
        return self._resolve(text_of(node))

    def _value_identifier(self, node: Node) -> Any:
        name = text_of(node)
        return self._loop[name] if name in self._loop else self._resolve(name)

    def _value_array(self, node: Node) -> list[Any]:
        return [self.value(child) for child in node.named_children if child.type != "comment"]

    def _value_object(self, node: Node) -> dict[str, Any]:
        pairs = [parts for parts in properties(node) if parts[0].type != "resource_declaration"]
        names = [text_of(key) if key.type == "identifier" else self.value(key) for key, _ in pairs]
        if len(set(names)) < len(names):
            raise BicepError(f"{self._file}: a key stands twice among {names}")
        return {name: self.value(value) for name, (_, value) in zip(names, pairs, strict=True)}

    def _value_parenthesized_expression(self, node: Node) -> Any:
        return self.value(node.named_children[0])

    def _value_ternary_expression(self, node: Node) -> Any:
        condition, yes, no = node.named_children
        return self.value(yes if self.value(condition) else no)

    def _value_unary_expression(self, node: Node) -> bool:
        return not self.value(node.named_children[0])

    def _value_binary_expression(self, node: Node) -> bool:
        left, right = (self.value(child) for child in node.named_children)
        operators = {"==": operator.eq, ">": operator.gt, "&&": operator.and_, "||": operator.or_}
        return bool(operators[node.children[1].type](left, right))

    def _value_for_statement(self, node: Node) -> list[Any]:
        name, items, body = node.named_children
        made = []
        for item in self.value(items):
            self._loop[text_of(name)] = item
            made.append(self.value(body))
        del self._loop[text_of(name)]
        return made

    def _value_member_expression(self, node: Node) -> Any:
        owner, name = self.value(node.named_children[0]), text_of(node.named_children[1])
        if isinstance(owner, Deployment):
            return owner.outputs if name == "outputs" else _refuse(f"a module has no {name}")
        if isinstance(owner, Resource):
            if name == "id":
                return owner.id
            return owner.body["name"] if name == "name" else f"<{name} of {owner.type} {owner.body['name']}>"
        if isinstance(owner, dict):
            return owner[name] if name in owner else _refuse(f"{self._file}: no {name} among {list(owner)}")
        if isinstance(owner, str) and owner.startswith("<"):
            return f"<{name} of {owner[1:-1]}>"
        return _refuse(f"{text_of(node)} reads {name} of nothing")

    def _value_call_expression(self, node: Node) -> Any:
        name = text_of(node.named_children[0])
        arguments = [self.value(argument) for argument in node.named_children[1].named_children]
        functions = {
            "concat": lambda *lists: [item for items in lists for item in items],
            "environment": lambda: {"suffixes": {"storage": "core.example"}},
            "empty": lambda thing: not thing,
            "guid": lambda *seeds: f"<guid of {seeds}>",
            "json": json.loads,
            "length": len,
            "max": max,
            "min": min,
            "resourceId": lambda type_, *names: f"<id of {type_} {'/'.join(names)}>",
            "split": lambda text, by: text.split(by),
            "string": str,
            "subscription": lambda: {"id": "<id of the subscription>"},
            "subscriptionResourceId": lambda type_, name: f"/{type_}/{name}",
            "toLower": str.lower,
            "union": lambda *objects: {key: value for item in objects for key, value in item.items()},
            "uniqueString": lambda *_seeds: "abcdefghijklm",
            "utcNow": lambda _form: "2026-02-01",
        }
        if name not in functions:
            raise BicepError(f"{self._file} calls {name}, which this reader does not know")
        return functions[name](*arguments)


def properties(node: Node) -> list[list[Node]]:
    """Return the parts of each entry of an object: key and value, or a resource."""
    return [child.named_children for child in node.named_children if child.type == "object_property"]


def text_of(node: Node) -> str:
    """Return a node's source."""
    return (node.text or b"").decode()


def _refuse(problem: str) -> Any:
    raise BicepError(problem)
