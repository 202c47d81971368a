"""Where the keys of a TOML file stand: `tomllib` reads values and forgets their lines."""

import re
from collections import Counter

__all__ = ["Lines", "Path", "line_of", "lines_of"]

type Path = tuple[str | int, ...]
"""The keys that lead to a value; behind the key of an array of tables stands a table's number, from 1."""

type Lines = dict[Path, int]

_LONG_TEXT = re.compile(r'"""[\s\S]*?"""' + r"|'''[\s\S]*?'''")
_HEADING = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")


def lines_of(text: str) -> Lines:
    """Return the line of each heading and each key that begins a line, in text that is valid TOML."""
    # What a text of several lines holds is no key.
    text = _LONG_TEXT.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines: Lines = {}
    counts: Counter[str] = Counter()
    heading: Path = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _HEADING.match(line):
            counts[found[2]] += found[1] == "[["
            heading = _path(found[2], counts)
            lines[heading] = number
        elif found := _KEY.match(line):
            lines[*heading, found[1].strip("\"'")] = number
    return lines


def line_of(lines: Lines, path: Path) -> int:
    """Return the line of a key or, where it does not begin a line or is missing, of what holds it; 0 for none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _path(name: str, counts: Counter[str]) -> Path:
    """Return the path of a heading; [feature.values] belongs to the latest [[feature]]."""
    path: list[str | int] = []
    keys = [key.strip("\"' ") for key in name.split(".")]
    for depth, key in enumerate(keys, start=1):
        path.append(key)
        if count := counts[".".join(keys[:depth])]:
            path.append(count)
    return tuple(path)
