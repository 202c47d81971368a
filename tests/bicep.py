"""Bicep read into facts: a real parser's tree, evaluated for given parameters as the compiler and Azure would.

It knows the part of the language that infra/ uses, and refuses the rest: an unknown name, function or parameter is an
error, as it is for `bicep build`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_bicep.language()))
_TYPES = {"string": str, "int": int, "bool": bool, "object": dict, "array": list}


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


class Template:
    """One parsed file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = _PARSER.parse(path.read_bytes()).root_node
        self.declarations: dict[str, dict[str, Node]] = {
            kind: {} for kind in ("parameter", "variable", "resource", "module", "output")
        }
        self.decorators: dict[str, dict[str, Node]] = {}
        pending: list[Node] = []
        for node in self.root.named_children:
            kind = node.type.removesuffix("_declaration")
            if node.type == "decorators":
                pending = node.named_children
            elif kind in self.declarations:
                name = _text(_named(node, "identifier"))
                if kind != "output" and any(name in names for k, names in self.declarations.items() if k != "output"):
                    raise BicepError(f"{path.name} declares {name} twice")
                self.declarations[kind][name] = node
                self.decorators[f"{kind} {name}"] = {
                    _text(call.children[0]): call.named_children[1] for call in (d.named_children[0] for d in pending)
                }
                pending = []

    def syntax_errors(self) -> list[str]:
        return [
            f"{self.path.name}:{node.start_point[0] + 1}"
            for node in _walk(self.root)
            if node.is_error or node.is_missing
        ]

    def names_used(self) -> set[str]:
        """Return the names that expressions read."""
        return {
            _text(node)
            for node in _walk(self.root)
            if node.type == "identifier" and not _declares(node) and not _is_key(node)
        }

    def evaluate(self, values: Mapping[str, Any]) -> Deployment:
        """Deploy it on paper.

        Raises
        ------
        BicepError
        """
        return _Evaluation(self, values).run()


class _Evaluation:
    def __init__(self, template: Template, values: Mapping[str, Any]) -> None:
        self.template = template
        self.result = Deployment()
        self.scope: dict[str, Any] = {}
        self.pending = {
            **template.declarations["variable"],
            **template.declarations["resource"],
            **template.declarations["module"],
        }
        if unknown := set(values) - set(template.declarations["parameter"]):
            raise BicepError(f"{template.path.name} has no parameter {sorted(unknown)}")
        for name, node in template.declarations["parameter"].items():
            self.scope[name] = self._parameter(name, node, values)

    def run(self) -> Deployment:
        for name in list(self.pending):
            self._resolve(name)
        for name, node in self.template.declarations["output"].items():
            value = self.value(node.named_children[-1])
            _check_type(name, _type(node), value)
            self.result.outputs[name] = value
        return self.result

    def _parameter(self, name: str, node: Node, values: Mapping[str, Any]) -> Any:
        rules = self.template.decorators[f"parameter {name}"]
        if name not in values:
            if len(node.named_children) < 3:
                raise BicepError(f"{self.template.path.name} needs the parameter {name}")
            return self.value(node.named_children[2])
        value = values[name]
        _check_type(name, _type(node), value)
        limits = {rule: self.value(arguments.named_children[0]) for rule, arguments in rules.items()}
        size = value if isinstance(value, int) else len(value)
        if "allowed" in limits and value not in limits["allowed"]:
            raise BicepError(f"{name} may not be {value!r}")
        if size < limits.get("minValue", limits.get("minLength", size)):
            raise BicepError(f"{name} is too small")
        if size > limits.get("maxValue", limits.get("maxLength", size)):
            raise BicepError(f"{name} is too large")
        return value

    def _resolve(self, name: str) -> Any:
        if name in self.scope:
            return self.scope[name]
        if name not in self.pending:
            raise BicepError(f"{self.template.path.name}: the name {name!r} does not exist")
        node = self.pending[name]
        if node.type == "variable_declaration":
            self.scope[name] = self.value(node.named_children[1])
        elif node.type == "resource_declaration":
            self.scope[name] = self._resource(node, "", "")
        else:
            self.scope[name] = self._module(node)
        return self.scope[name]

    def _resource(self, node: Node, parent_type: str, version: str) -> Resource | None:
        symbol, declared = _text(node.named_children[0]), self.value(node.named_children[1])
        type_, _, own_version = declared.partition("@")
        type_, version = (f"{parent_type}/{type_}" if parent_type else type_), own_version or version
        body_node = self._conditional(node.named_children[2])
        if body_node is None:
            return None
        children = [entry for entry, *_ in _properties(body_node) if entry.type == "resource_declaration"]
        existing = any(child.type == "existing" for child in node.children)
        resource = Resource(symbol, type_, version, existing, self.value(body_node))
        self.result.resources.append(resource)
        for child in children:
            # A child may read its parent.
            self.scope[symbol] = resource
            self._resource(child, type_, version)
        return resource

    def _module(self, node: Node) -> Deployment | None:
        path = self.template.path.parent / self.value(node.named_children[1])
        body_node = self._conditional(node.named_children[2])
        template = Template(path)
        if body_node is None:
            return None
        body = self.value(body_node)
        deployed = template.evaluate(body["params"])
        self.result.resources += deployed.resources
        return deployed

    def _conditional(self, node: Node) -> Node | None:
        if node.type != "if_statement":
            return node
        condition, body = node.named_children
        return body if self.value(condition.named_children[0]) else None

    def value(self, node: Node) -> Any:
        """Return what an expression comes to."""
        return getattr(self, f"_value_{node.type}")(node)

    def _value_string(self, node: Node) -> str:
        return "".join(str(self.value(child)) for child in node.named_children)

    def _value_string_content(self, node: Node) -> str:
        return _text(node)

    def _value_escape_sequence(self, node: Node) -> str:
        return _text(node).removeprefix("\\")

    def _value_interpolation(self, node: Node) -> Any:
        return self.value(node.named_children[0])

    def _value_number(self, node: Node) -> int:
        return int(_text(node))

    def _value_boolean(self, node: Node) -> bool:
        return _text(node) == "true"

    def _value_identifier(self, node: Node) -> Any:
        return self._resolve(_text(node))

    def _value_array(self, node: Node) -> list[Any]:
        return [self.value(child) for child in node.named_children if child.type != "comment"]

    def _value_object(self, node: Node) -> dict[str, Any]:
        pairs = [parts for parts in _properties(node) if parts[0].type != "resource_declaration"]
        names = [_text(key) if key.type == "identifier" else self.value(key) for key, _ in pairs]
        if len(set(names)) < len(names):
            raise BicepError(f"{self.template.path.name}: a key stands twice among {names}")
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
        return bool({"==": left.__eq__, ">": left.__gt__}[node.children[1].type](right))

    def _value_for_statement(self, node: Node) -> list[Any]:
        name, items, body = node.named_children
        made = []
        for item in self.value(items):
            self.scope[_text(name)] = item
            made.append(self.value(body))
        del self.scope[_text(name)]
        return made

    def _value_member_expression(self, node: Node) -> Any:
        owner, name = self.value(node.named_children[0]), _text(node.named_children[1])
        if isinstance(owner, Deployment):
            return owner.outputs if name == "outputs" else _refuse(f"a module has no {name}")
        if isinstance(owner, Resource):
            if name == "id":
                return owner.id
            return owner.body["name"] if name == "name" else f"<{name} of {owner.type} {owner.body['name']}>"
        if isinstance(owner, dict):
            return (
                owner[name] if name in owner else _refuse(f"{self.template.path.name}: no {name} among {list(owner)}")
            )
        if isinstance(owner, str) and owner.startswith("<"):
            return f"<{name} of {owner[1:-1]}>"
        return _refuse(f"{_text(node)} reads {name} of nothing")

    def _value_call_expression(self, node: Node) -> Any:
        name = _text(node.named_children[0])
        arguments = [self.value(argument) for argument in node.named_children[1].named_children]
        functions = {
            "concat": lambda *lists: [item for items in lists for item in items],
            "empty": lambda thing: not thing,
            "guid": lambda *seeds: f"<guid of {seeds}>",
            "length": len,
            "min": min,
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
            raise BicepError(f"{self.template.path.name} calls {name}, which this reader does not know")
        return functions[name](*arguments)


def _refuse(problem: str) -> Any:
    raise BicepError(problem)


def _check_type(name: str, type_: str, value: Any) -> None:
    if not isinstance(value, _TYPES[type_]) or (type_ == "int" and isinstance(value, bool)):
        raise BicepError(f"{name} must be {type_}, not {value!r}")


def _type(node: Node) -> str:
    return _text(_named(node, "type"))


def _properties(node: Node) -> list[list[Node]]:
    return [child.named_children for child in node.named_children if child.type == "object_property"]


def _named(node: Node, type_: str) -> Node:
    return next(child for child in node.named_children if child.type == type_)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _declares(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type.endswith("_declaration") and _named(parent, "identifier") == node


def _is_key(node: Node) -> bool:
    parent = node.parent
    is_first = parent is not None and parent.named_children[0] == node
    return is_first and parent is not None and parent.type in ("object_property", "call_expression")


def environment(path: Path) -> dict[str, str]:
    """Read a file of NAME=value lines."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
