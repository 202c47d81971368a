"""Figures: what was measured, what it is compared with, what it may be at most or at least, and the tables of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Figure", "as_document", "as_markdown", "as_text"]

_HEAD = ("what", "measured", "reference, same run", "ratio", "bound", "")
_LEFT = (0, 2, 5)


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes
    ----------
    what : str
    measured : float
    unit : str
        Of `measured` and `reference`.
    versus : str
        What the reference is; "" without one.
    reference : float or None
        Measured in the same run, in turns with what it is compared with.
    at_most, at_least : float or None
        Bounds of `measured`.
    ratio_at_most, ratio_at_least : float or None
        Bounds of `ratio`.
    """

    what: str
    measured: float
    unit: str
    versus: str = ""
    reference: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    ratio_at_most: float | None = None
    ratio_at_least: float | None = None

    @property
    def ratio(self) -> float | None:
        """What was measured, in multiples of the reference."""
        return None if self.reference is None else self.measured / self.reference

    @property
    def verdict(self) -> str:
        """Return "ok" or "over", or "" without a bound."""
        if not self.bounds:
            return ""
        kept = all(
            bound is None or sign * value <= sign * bound
            for value, bound, sign in (
                (self.measured, self.at_most, 1),
                (self.measured, self.at_least, -1),
                (self.ratio or 0.0, self.ratio_at_most, 1),
                (self.ratio or 0.0, self.ratio_at_least, -1),
            )
        )
        return "ok" if kept else "over"

    @property
    def bounds(self) -> str:
        """The bounds in words."""
        words = [
            ("≤", self.at_most, f" {self.unit}"),
            ("≥", self.at_least, f" {self.unit}"),
            ("≤", self.ratio_at_most, " ×"),
            ("≥", self.ratio_at_least, " ×"),
        ]
        return ", ".join(f"{sign} {bound:g}{unit}".rstrip() for sign, bound, unit in words if bound is not None)


def as_text(figures: Sequence[Figure]) -> str:
    """Return the table for a terminal."""
    rows = [_HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if number in _LEFT else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def as_markdown(figures: Sequence[Figure], facts: dict[str, str]) -> str:
    """Return the table and the facts of the run for a page that can include them."""
    rule = ["---" if number in _LEFT else "---:" for number in range(len(_HEAD))]
    rows = [_HEAD, rule, *(_cells(figure) for figure in figures)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    run = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    return f"# What `make bench` measured\n\n{table}\n\n{run}\n"


def as_document(figures: Sequence[Figure], facts: dict[str, str]) -> dict[str, Any]:
    """Return the same for machines."""
    return {
        "run": facts,
        "figures": [asdict(figure) | {"ratio": figure.ratio, "verdict": figure.verdict} for figure in figures],
    }


def _cells(figure: Figure) -> tuple[str, ...]:
    reference = f"{figure.versus}: {_number(figure.reference)}" if figure.reference is not None else figure.versus
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} ×"
    measured = f"{_number(figure.measured)} {figure.unit}".rstrip()
    return figure.what, measured, reference, ratio, figure.bounds, figure.verdict


def _number(value: float) -> str:
    """Write a figure with three digits, and no more than were measured."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")
