"""Bicep read into facts: a real parser's tree, evaluated for given parameters as the compiler and Azure would.

An unknown name, function or parameter is an error, as it is for `bicep build`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

from tests.bicep_values import BicepError, Deployment, Expressions, Resource, properties, text_of

_PARSER = Parser(Language(tree_sitter_bicep.language()))
_TYPES = {"string": str, "int": int, "bool": bool, "object": dict, "array": list}


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
                name = text_of(_named(node, "identifier"))
                if kind != "output" and any(name in names for k, names in self.declarations.items() if k != "output"):
                    raise BicepError(f"{path.name} declares {name} twice")
                self.declarations[kind][name] = node
                self.decorators[f"{kind} {name}"] = {
                    text_of(call.children[0]): call.named_children[1] for call in (d.named_children[0] for d in pending)
                }
                pending = []

    def syntax_errors(self) -> list[str]:
        return [
            f"{self.path.name}:{node.start_point[0] + 1}"
            for node in _walk(self.root)
            if node.is_error or node.is_missing
        ]

    def names_used(self) -> set[str]:
        """Return the names that expressions read, but for those of loops."""
        loops = {text_of(node.named_children[0]) for node in _walk(self.root) if node.type == "for_statement"}
        names = {
            text_of(node)
            for node in _walk(self.root)
            if node.type == "identifier" and not _declares(node) and not _is_key(node)
        }
        return names - loops

    def dependencies(self, module: str) -> set[str]:
        """Return the modules and resources that a module waits for, by name or by what it reads."""
        known = {*self.declarations["module"], *self.declarations["resource"]}
        waits = {text_of(node) for node in _walk(self.declarations["module"][module]) if node.type == "identifier"}
        direct = (waits & known) - {module}
        return direct.union(*(self.dependencies(name) for name in direct & set(self.declarations["module"])))

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
        self._value = Expressions(template.path.name, self._resolve).value
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
            value = self._value(node.named_children[-1])
            _check_type(name, _type(node), value)
            self.result.outputs[name] = value
        return self.result

    def _parameter(self, name: str, node: Node, values: Mapping[str, Any]) -> Any:
        rules = self.template.decorators[f"parameter {name}"]
        if name not in values:
            if len(node.named_children) < 3:
                raise BicepError(f"{self.template.path.name} needs the parameter {name}")
            return self._value(node.named_children[2])
        value = values[name]
        _check_type(name, _type(node), value)
        limits = {rule: self._value(arguments.named_children[0]) for rule, arguments in rules.items()}
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
            self.scope[name] = self._value(node.named_children[1])
        elif node.type == "resource_declaration":
            self.scope[name] = self._resource(node, name, "", "")
        else:
            self.scope[name] = self._module(node)
        return self.scope[name]

    def _resource(self, node: Node, path: str, parent_type: str, version: str) -> Resource | None:
        symbol, declared = text_of(node.named_children[0]), self._value(node.named_children[1])
        type_, _, own_version = declared.partition("@")
        type_, version = (f"{parent_type}/{type_}" if parent_type else type_), own_version or version
        body_node = self._conditional(node.named_children[2])
        if body_node is None:
            return None
        children = [entry for entry, *_ in properties(body_node) if entry.type == "resource_declaration"]
        existing = any(child.type == "existing" for child in node.children)
        resource = Resource(symbol, type_, version, existing, self._value(body_node))
        self.result.resources.append(resource)
        for child in children:
            # A child may read its parent.
            self.scope[path] = resource
            child_path = f"{path}::{text_of(child.named_children[0])}"
            self.scope[child_path] = self._resource(child, child_path, type_, version)
        return resource

    def _module(self, node: Node) -> Deployment | list[Deployment] | None:
        path = self.template.path.parent / self._value(node.named_children[1])
        body_node = self._conditional(node.named_children[2])
        template = Template(path)
        if body_node is None:
            return None
        body = self._value(body_node)
        made = [template.evaluate(one["params"]) for one in (body if isinstance(body, list) else [body])]
        self.result.resources += [resource for deployed in made for resource in deployed.resources]
        return made if isinstance(body, list) else made[0]

    def _conditional(self, node: Node) -> Node | None:
        if node.type != "if_statement":
            return node
        condition, body = node.named_children
        return body if self._value(condition.named_children[0]) else None


def _check_type(name: str, type_: str, value: Any) -> None:
    if not isinstance(value, _TYPES[type_]) or (type_ == "int" and isinstance(value, bool)):
        raise BicepError(f"{name} must be {type_}, not {value!r}")


def _type(node: Node) -> str:
    return text_of(_named(node, "type"))


def _named(node: Node, type_: str) -> Node:
    return next(child for child in node.named_children if child.type == type_)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _declares(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type.endswith("_declaration") and _named(parent, "identifier") == node


def _is_key(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    is_first = parent.named_children[0] == node
    return (
        is_first
        if parent.type in ("object_property", "call_expression")
        else parent.type == "resource_expression" and not is_first
    )


def environment(path: Path) -> dict[str, str]:
    """Read a file of NAME=value lines."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
