"""staticwebapp.config.json: the rules of Azure Static Web Apps, read into facts.

https://learn.microsoft.com/azure/static-web-apps/configuration
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .errors import LocalError

__all__ = ["CONFIG_NAME", "Override", "Rule", "SiteConfig", "load_site_config"]

CONFIG_NAME = "staticwebapp.config.json"

# What the service adds of its own accord.
_DEFAULT_HEADERS = {
    "cache-control": "public, must-revalidate, max-age=30",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=10886400; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "x-xss-protection": "1; mode=block",
}

type Slash = Literal["always", "never", "auto"] | None


@dataclass(frozen=True)
class Rule:
    """One entry of `routes`.

    Attributes
    ----------
    pattern : re.Pattern
        Matches whole paths.
    methods : tuple of str
        Empty for all.
    rewrite, redirect : str or None
    status : int or None
    headers : dict of str to str
        Lower-case names.
    roles : tuple of str
        Empty for everybody.
    """

    pattern: re.Pattern[str]
    methods: tuple[str, ...] = ()
    rewrite: str | None = None
    redirect: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()

    def matches(self, method: str, path: str) -> bool:
        """Whether the rule is for a request; the index of a folder stands for the folder too."""
        if self.methods and method not in self.methods:
            return False
        if self.pattern.fullmatch(path):
            return True
        return "." not in path and self.pattern.fullmatch(f"{path.rstrip('/')}/index.html") is not None


@dataclass(frozen=True)
class Override:
    """One entry of `responseOverrides`."""

    rewrite: str | None = None
    redirect: str | None = None
    status: int | None = None


@dataclass(frozen=True)
class SiteConfig:
    """The whole file.

    Attributes
    ----------
    rules : tuple of Rule
        The first that matches counts.
    overrides : dict of int to Override
        By status.
    headers : dict of str to str
        Of every page, the service's own among them; lower-case names.
    fallback : str or None
        The file for a path that has none.
    fallback_excludes : tuple of re.Pattern
    mime_types : dict of str to str
        By extension, dot included.
    slash : {"always", "never", "auto"} or None
    """

    rules: tuple[Rule, ...] = ()
    overrides: dict[int, Override] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    fallback: str | None = None
    fallback_excludes: tuple[re.Pattern[str], ...] = ()
    mime_types: dict[str, str] = field(default_factory=dict)
    slash: Slash = None


def load_site_config(site: Path) -> SiteConfig:
    """Read the file of a site; a site without one gets the service's defaults.

    Raises
    ------
    LocalError
        If the file is there and cannot be understood.
    """
    path = site / CONFIG_NAME
    if not path.is_file():
        return SiteConfig(headers=_DEFAULT_HEADERS)
    try:
        return _config(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise LocalError(f"{path} cannot be understood: {type(error).__name__}: {error}.") from error


def _config(content: dict[str, Any]) -> SiteConfig:
    fallback = content.get("navigationFallback") or {}
    slash = content.get("trailingSlash")
    if slash not in ("always", "never", "auto", None):
        raise ValueError("trailingSlash must be always, never or auto")
    return SiteConfig(
        rules=tuple(_rule(rule) for rule in content.get("routes") or ()),
        overrides={int(status): _override(rule) for status, rule in (content.get("responseOverrides") or {}).items()},
        headers=_DEFAULT_HEADERS | _headers(content.get("globalHeaders")),
        fallback=_absolute(fallback.get("rewrite")),
        fallback_excludes=tuple(_pattern(glob) for glob in fallback.get("exclude") or ()),
        mime_types={extension.lower(): kind for extension, kind in (content.get("mimeTypes") or {}).items()},
        slash=slash,
    )


def _rule(content: dict[str, Any]) -> Rule:
    return Rule(
        pattern=_pattern(content["route"]),
        methods=tuple(method.upper() for method in content.get("methods") or ()),
        rewrite=_absolute(content.get("rewrite")),
        redirect=content.get("redirect"),
        status=_status(content.get("statusCode")),
        headers=_headers(content.get("headers")),
        roles=tuple(content.get("allowedRoles") or ()),
    )


def _override(content: dict[str, Any]) -> Override:
    return Override(_absolute(content.get("rewrite")), content.get("redirect"), _status(content.get("statusCode")))


def _headers(content: dict[str, str] | None) -> dict[str, str]:
    headers = {name.lower(): str(value) for name, value in (content or {}).items()}
    for name, value in headers.items():
        if not (name + value).isascii() or not (name + value).isprintable():
            raise ValueError(f"the header {name!r} has a character that HTTP does not allow")
    return headers


def _status(value: object) -> int | None:
    return None if value is None else int(str(value))


def _absolute(path: str | None) -> str | None:
    return f"/{path.lstrip('/')}" if path else None


def _pattern(glob: str) -> re.Pattern[str]:
    """Compile a route: "*" stands for anything, "{png,jpg}" for one of a list."""
    regex = ""
    for part in re.split(r"(\*|\{[^{}]*\})", f"/{glob.lstrip('/')}" if not glob.startswith("*") else glob):
        if part == "*":
            regex += ".*"
        elif part.startswith("{"):
            regex += f"(?:{'|'.join(re.escape(choice.strip()) for choice in part[1:-1].split(','))})"
        else:
            regex += re.escape(part)
    return re.compile(regex, re.DOTALL)
