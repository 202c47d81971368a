"""The licences of what is deployed, as the packages state them: the table in docs/licences.md.

`python -m infra.licences` writes it from the installed packages' metadata; `--check` fails where it is stale, or where
a licence is not one that lets anybody deploy the package unchanged.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from .generated_part import write_region

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Licence", "deployed_licences", "main", "render", "unknown_licences"]

_PROJECT = Path(__file__).resolve().parent.parent
# What packages wrote before PEP 639 gave them SPDX expressions.
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "MIT License": "MIT",
}
# Each allows use and distribution in a service; MPL-2.0 asks to publish changes to its own files, and none is changed.
_ALLOWED = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MPL-2.0", "Zlib"}


@dataclass(frozen=True)
class Licence:
    """A deployed package and its licence, an SPDX expression."""

    package: str
    expression: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the table; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.licences", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where the table is stale")
    parser.add_argument("--page", type=Path, default=_PROJECT / "docs" / "licences.md", metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        licences = deployed_licences(_PROJECT / "requirements.txt")
    except metadata.PackageNotFoundError as error:
        sys.stderr.write(f"{error.name} is not installed: run `make setup`, and this by .venv/bin/python.\n")
        return 1
    if unknown := unknown_licences(licences):
        sys.stderr.write(f"Read the licence of {', '.join(unknown)} before deploying it: infra/licences.py.\n")
        return 1
    return write_region(options.page, "licences", render(licences), writer="infra.licences", check=options.check)


def deployed_licences(requirements: Path) -> list[Licence]:
    """Return the licence of every package that a requirements file pins, by the installed metadata."""
    names = re.findall(r"^([\w.-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    return [Licence(name, _expression(name)) for name in names]


def unknown_licences(licences: Sequence[Licence]) -> list[str]:
    """Return the packages whose licence nobody has read yet."""
    return [
        licence.package
        for licence in licences
        if not set(re.split(r"[\s()]+|\bAND\b|\bOR\b", licence.expression)) - {""} <= _ALLOWED or not licence.expression
    ]


def render(licences: Sequence[Licence]) -> str:
    """Return the table in Markdown."""
    rows = "".join(f"| {licence.package} | {licence.expression} |\n" for licence in licences)
    return f"| package | licence |\n|---|---|\n{rows}"


def _expression(name: str) -> str:
    facts = metadata.metadata(name)
    expression = facts.get("License-Expression", "")
    if expression:
        return str(expression)
    stated = [facts.get("License", ""), *(facts.get_all("Classifier") or [])]
    return next((_SPDX[text] for text in stated if text in _SPDX), "")


if __name__ == "__main__":
    sys.exit(main())
