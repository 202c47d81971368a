"""Route templates: which function answers a method and a path, and with which parameters.

The rules are ASP.NET Core's, which Azure's host uses: literals are compared without case, one slash at the end is
ignored, `{id}` `{id:int}` `{id?}` `{id=1}` `{*rest}` and mixed segments are known, and of two routes that fit, the
more literal one wins. https://learn.microsoft.com/aspnet/core/fundamentals/routing
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote
from uuid import UUID

from .errors import LocalError

__all__ = ["Route", "RouteTable", "compile_route"]

type Check = Callable[[str], bool]

# One parameter: stars, name, constraints, then "?" or "=default".
_PARAMETER = re.compile(r"\{(\*{0,2})(\w+)((?::[^{}:=?()]+(?:\([^()]*\))?)*)(\?|=[^{}]*)?\}")
_CONSTRAINT = re.compile(r":([^{}:=?()]+)(?:\(([^()]*)\))?")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
_LITERAL, _CONSTRAINED, _FREE, _CONSTRAINED_REST, _REST = range(1, 6)


@dataclass(frozen=True)
class Route[T]:
    """One compiled template.

    Attributes
    ----------
    target : object
        What the route leads to.
    methods : tuple of str
        Empty for all.
    pattern : re.Pattern
        Matches a whole path, groups named after the parameters.
    checks : dict of str to tuple of callable
        Constraints by parameter.
    defaults : dict of str to str
    precedence : tuple of int
        Smaller wins.
    literal : str or None
        The path itself where the template has no parameters.
    """

    target: T
    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    checks: dict[str, tuple[Check, ...]]
    defaults: dict[str, str]
    precedence: tuple[int, ...]
    literal: str | None

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the parameters of a decoded path, or None if it does not fit."""
        if self.methods and method not in self.methods:
            return None
        if (found := self.pattern.fullmatch(path)) is None:
            return None
        values = {name: text for name, text in found.groupdict().items() if text}
        if any(name in values and not check(values[name]) for name, checks in self.checks.items() for check in checks):
            return None
        return self.defaults | values


class RouteTable[T]:
    """All routes of an app; a path without parameters is found by one lookup."""

    def __init__(self, routes: Iterable[Route[T]]) -> None:
        self._routes = sorted(routes, key=lambda route: route.precedence)
        self._exact: dict[tuple[str, bytes], T] = {}
        for route in reversed(self._routes):
            if route.literal is not None:
                for method in route.methods or _METHODS:
                    self._exact[method, route.literal.encode()] = route.target

    def find(self, method: str, raw_path: bytes) -> tuple[T, dict[str, str]] | None:
        """Return the target and the route's parameters for a request, or None.

        Parameters
        ----------
        method : str
        raw_path : bytes
            As it was sent: percent-encoded, without the query.
        """
        if (target := self._exact.get((method, raw_path))) is not None:
            return target, {}
        path = _decode(raw_path)
        for route in self._routes:
            if (values := route.match(method, path)) is not None:
                return route.target, values
        return None


def compile_route[T](template: str, methods: Iterable[str], target: T) -> Route[T]:
    """Compile a template such as "api/items/{id:int}".

    Raises
    ------
    LocalError
        If the template or one of its constraints is not understood.
    """
    segments = template.strip("/").split("/")
    pattern, precedence = "", []
    checks: dict[str, tuple[Check, ...]] = {}
    defaults: dict[str, str] = {}
    for segment in segments:
        regex, may_be_absent, kind = "", False, _LITERAL
        end = 0
        for found in _PARAMETER.finditer(segment):
            stars, name, constraints, tail = found.groups()
            if name in checks:
                raise LocalError(f"The route {template!r} names the parameter {name!r} twice.")
            checks[name] = tuple(_check(part[1], part[2] or "", template) for part in _CONSTRAINT.finditer(constraints))
            if tail and tail.startswith("="):
                defaults[name] = tail[1:]
            may_be_absent = bool(tail or stars)
            alone = found.group() == segment
            kind = _kind(bool(stars), bool(checks[name]), alone)
            regex += _literal(segment[end : found.start()], template)
            regex += f"(?P<{name}>{'.*' if stars else '[^/]+' if alone else '[^/]+?'})"
            end = found.end()
        regex += _literal(segment[end:], template)
        pattern += f"(?:/{regex})?" if may_be_absent and segment.endswith("}") else f"/{regex}"
        precedence.append(kind)
    literal = None if checks else f"/{'/'.join(segments)}"
    compiled = re.compile(pattern + "/?", re.IGNORECASE | re.DOTALL)
    return Route(target, tuple(methods), compiled, checks, defaults, tuple(precedence), literal)


def _kind(rest: bool, constrained: bool, alone: bool) -> int:
    if rest:
        return _CONSTRAINED_REST if constrained else _REST
    return _CONSTRAINED if constrained or not alone else _FREE


def _literal(text: str, template: str) -> str:
    if "{" in text or "}" in text or "*" in text or "?" in text:
        raise LocalError(f"The route {template!r} is not understood.")
    return re.escape(text)


def _decode(raw_path: bytes) -> str:
    """Decode a path; an encoded slash stays encoded, as Kestrel leaves it, so that it never parts segments."""
    return "%2F".join(unquote(part) for part in re.split("%2[Ff]", raw_path.decode("latin-1")))


def _check(name: str, argument: str, template: str) -> Check:
    """Build the constraint `name(argument)`."""
    simple: dict[str, Check] = {
        "alpha": lambda text: re.fullmatch("[A-Za-z]*", text) is not None,
        "bool": lambda text: text.lower() in ("true", "false"),
        "datetime": lambda text: _parses(datetime.fromisoformat, text),
        "decimal": lambda text: _parses(float, text),
        "double": lambda text: _parses(float, text),
        "float": lambda text: _parses(float, text),
        "guid": lambda text: _parses(UUID, text),
        "int": lambda text: _is_whole(text, 31),
        "long": lambda text: _is_whole(text, 63),
        "required": bool,
    }
    if name in simple:
        return simple[name]
    try:
        if name == "regex":
            pattern = re.compile(argument, re.IGNORECASE)
            return lambda text: pattern.search(text) is not None
        numbers = [int(number) for number in argument.split(",")]
        match name, numbers:
            case ("length", [low, high]):
                return lambda text: low <= len(text) <= high
            case ("length", [size]):
                return lambda text: len(text) == size
            case ("minlength", [low]):
                return lambda text: len(text) >= low
            case ("maxlength", [high]):
                return lambda text: len(text) <= high
            case ("min", [low]):
                return lambda text: _is_whole(text, 63) and int(text) >= low
            case ("max", [high]):
                return lambda text: _is_whole(text, 63) and int(text) <= high
            case ("range", [low, high]):
                return lambda text: _is_whole(text, 63) and low <= int(text) <= high
    except (ValueError, re.error):
        pass
    raise LocalError(f"The route {template!r} has a constraint that is not understood: {name}.")


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_whole(text: str, bits: int) -> bool:
    return re.fullmatch(r"[+-]?[0-9]{1,20}", text) is not None and -(2**bits) <= int(text) < 2**bits
