"""Routes: which function answers a method and a path, and with which parameters.

By ASP.NET Core's rules, which Azure's host follows: literals are compared without case, one slash at the end is
ignored, and `{id}` takes a segment or a part of one. Of two routes that fit, that of the function whose name comes
first in the alphabet wins, however literal the other one is. Constraints, defaults and `{*rest}` need Azure's own host.
https://learn.microsoft.com/aspnet/core/fundamentals/routing
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .errors import LocalError

__all__ = ["Route", "RouteTable", "compile_route"]

_PARAMETER = re.compile(r"\{([^\W\d]\w*)\}")


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
    """

    target: T
    methods: tuple[str, ...]
    pattern: re.Pattern[str]


class RouteTable[T]:
    """All routes of an app; the first one that fits counts."""

    def __init__(self, routes: Iterable[Route[T]]) -> None:
        self._routes = list(routes)
        # Few paths are ever asked for, each of them often.
        self.find = lru_cache(maxsize=256)(self._find)

    def _find(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """Return the target and the route's parameters for a method and a decoded path, or None."""
        for route in self._routes:
            if (not route.methods or method in route.methods) and (found := route.pattern.fullmatch(path)):
                return route.target, found.groupdict()
        return None


def compile_route[T](template: str, methods: Iterable[str], target: T) -> Route[T]:
    """Compile a template such as "api/items/{id}".

    Raises
    ------
    LocalError
        If the template is not understood.
    """
    # Literals, and the names between them.
    parts = _PARAMETER.split(template.strip("/"))
    names = parts[1::2]
    if set("{}*?") & set("".join(parts[::2])) or len(set(names)) < len(names):
        raise LocalError(f"The route {template!r} is not understood here. Write {{name}}, each name once, or use func.")
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = (f"(?P<{name}>[^/]+)" for name in names)
    return Route(target, tuple(methods), re.compile(f"/{''.join(parts)}/?", re.IGNORECASE | re.DOTALL))
