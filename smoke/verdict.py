"""What the checks found, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Result", "failed", "passed", "report", "skipped"]


@dataclass(frozen=True)
class Result:
    """The outcome of one check.

    Attributes
    ----------
    check : str
        What was checked, in a word or two.
    verdict : str
        PASS, FAIL or SKIP.
    finding : str
        What was found, in a sentence.
    fix : str
        What to do about it; empty unless it failed.
    """

    check: str
    verdict: str
    finding: str
    fix: str = ""


def passed(check: str, finding: str) -> Result:
    """Return that all is well."""
    return Result(check, "PASS", finding)


def failed(check: str, finding: str, fix: str) -> Result:
    """Return what is wrong and what to do."""
    return Result(check, "FAIL", finding, fix)


def skipped(check: str, reason: str) -> Result:
    """Return why a check does not apply."""
    return Result(check, "SKIP", reason)


def report(results: Sequence[Result]) -> str:
    """Return the lines for a person, the verdict last."""
    width = max((len(result.check) for result in results), default=0)
    lines = []
    for result in results:
        lines.append(f"{result.verdict}  {result.check:<{width}}  {result.finding}")
        if result.fix:
            lines.append(f"{'':{width + 8}}Fix: {result.fix}")
    count = {verdict: sum(result.verdict == verdict for result in results) for verdict in ("PASS", "FAIL", "SKIP")}
    summary = f"{count['PASS']} passed, {count['FAIL']} failed, {count['SKIP']} skipped"
    if count["FAIL"]:
        return "\n".join([*lines, f"The deployment does not work: {summary}."])
    return "\n".join([*lines, f"The deployment works: {summary}."])
