"""Route templates: which function answers a method and a path, and with which parameters.

Templates are ASP.NET Core's, which Azure's host uses: literals are compared without case, one slash at the end is
ignored, `{id}` `{id:int}` `{id?}` `{id=1}` `{*rest}` and mixed segments are known. Of two routes that fit, that of the
function whose name comes first in the alphabet wins, however literal the other one is.
https://learn.microsoft.com/aspnet/core/fundamentals/routing
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

from .errors import LocalError

__all__ = ["Route", "RouteTable", "compile_route"]

type Check = Callable[[str], object]

# One parameter: stars, name, constraints, then "?" or "=default".
_PARAMETER = re.compile(r"\{(\*{0,2})(\w+)((?::[^{}:=?()]+(?:\([^()]*\))?)*)(\?|=[^{}]*)?\}")
_CONSTRAINT = re.compile(r":([^{}:=?()]+)(?:\(([^()]*)\))?")
_REAL = r"\s*[+-]?[\d,]*\.?\d+(e[+-]?\d+)?\s*"
_SHAPES = {
    "alpha": r"[a-z]*",
    "bool": r"\s*(true|false)\s*",
    "decimal": _REAL.replace(r"(e[+-]?\d+)?", ""),
    "double": rf"{_REAL}|nan",
    "float": rf"{_REAL}|nan",
    "guid": r"\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?",
    "required": r".+",
}
# The sizes and numbers that a constraint allows, from what stands between its parentheses.
_RANGES: dict[str, Callable[..., range]] = {
    "length": lambda low, high=None: range(low, (low if high is None else high) + 1),
    "minlength": lambda low: range(low, 2**31),
    "maxlength": lambda high: range(high + 1),
    "int": lambda: range(-(2**31), 2**31),
    "long": lambda: range(-(2**63), 2**63),
    "min": lambda low: range(low, 2**63),
    "max": lambda high: range(-(2**63), high + 1),
    "range": lambda low, high: range(low, high + 1),
}


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
    checks : list of (str, callable)
        The parameters' constraints.
    defaults : dict of str to str
    """

    target: T
    methods: tuple[str, ...]
    pattern: re.Pattern[str]
    checks: list[tuple[str, Check]]
    defaults: dict[str, str]

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the parameters of a decoded path, or None if it does not fit."""
        if (self.methods and method not in self.methods) or (found := self.pattern.fullmatch(path)) is None:
            return None
        values = {name: text for name, text in found.groupdict().items() if text}
        if all(check(values[name]) for name, check in self.checks if name in values):
            return self.defaults | values
        return None


class RouteTable[T]:
    """All routes of an app; the first one that fits counts."""

    def __init__(self, routes: Iterable[Route[T]]) -> None:
        self._routes = list(routes)
        # Few paths are ever asked for, each of them often.
        self.find = lru_cache(maxsize=256)(self._find)

    def _find(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """Return the target and the route's parameters for a method and a decoded path, or None."""
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
    pattern = ""
    checks: list[tuple[str, Check]] = []
    defaults: dict[str, str] = {}
    for segment in template.strip("/").split("/"):
        regex, end, may_be_absent = "", 0, False
        for found in _PARAMETER.finditer(segment):
            stars, name, constraints, tail = found.groups()
            checks += ((name, check) for check in _checks(constraints, template))
            if tail and tail.startswith("="):
                defaults[name] = tail[1:]
            may_be_absent = bool(tail or stars)
            regex += _literal(segment[end : found.start()], template)
            regex += f"(?P<{name}>{'(?!/).*' if stars else '[^/]+'})"
            end = found.end()
        regex += _literal(segment[end:], template)
        pattern += f"(?:/{regex})?" if may_be_absent and segment.endswith("}") else f"/{regex}"
    try:
        compiled = re.compile(f"{pattern}/?", re.IGNORECASE | re.DOTALL)
    except re.error as error:  # a parameter that is named twice
        raise LocalError(f"The route {template!r} is not understood: {error}.") from error
    return Route(target, tuple(methods), compiled, checks, defaults)


def _literal(text: str, template: str) -> str:
    if set(text) & set("{}*?"):
        raise LocalError(f"The route {template!r} is not understood.")
    return re.escape(text)


def _checks(constraints: str, template: str) -> Iterator[Check]:
    for name, argument in _CONSTRAINT.findall(constraints):
        try:
            yield _check(name, argument)
        except (ValueError, TypeError, KeyError, re.error):
            raise LocalError(f"The route {template!r} has a constraint that is not understood: {name}.") from None


def _check(name: str, argument: str) -> Check:
    if name in _SHAPES:
        return re.compile(_SHAPES[name], re.IGNORECASE | re.ASCII).fullmatch
    if name == "regex":
        return re.compile(argument, re.IGNORECASE).search
    if name == "datetime":
        return _is_datetime
    allowed = _RANGES[name](*(int(number) for number in argument.split(",") if number))
    return (lambda text: len(text) in allowed) if "length" in name else partial(_is_whole, allowed)


def _is_datetime(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text if "-" in text else f"2000-01-01T{text}"))
    except ValueError:
        return False


def _is_whole(allowed: range, text: str) -> bool:
    return re.fullmatch(r"\s*[+-]?[0-9]{1,20}\s*", text) is not None and int(text) in allowed
