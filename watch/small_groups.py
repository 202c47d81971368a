"""Small groups: nothing is said of fewer than ten customers, so that no number points at one of them."""

from typing import Any

from .counts import Counts

__all__ = ["SMALL_GROUP", "count_text", "is_small", "shares"]

SMALL_GROUP = 10
"""Nothing is said of fewer customers."""


def is_small(count: int) -> bool:
    """Return whether nothing may be said of so many."""
    return 0 < count < SMALL_GROUP


def count_text(count: int) -> str:
    """Return a number of customers as it may be shown."""
    return f"fewer than {SMALL_GROUP}" if is_small(count) else f"{count:,}"


def shares(counts: Counts) -> dict[str, Any]:
    """Return how many were scored, their mean score, and the shares with the positive answer, a warning, or refused."""
    return {
        "rows": None if is_small(counts.rows) else counts.rows,
        "mean_score": None if is_small(counts.rows) else round(counts.mean_score, 3),
        "positive": _share(counts.positive, counts.rows),
        "warned": _share(counts.warned, counts.rows),
        "failed": _share(counts.failed, counts.rows + counts.failed),
    }


def _share(part: int, whole: int) -> float | None:
    """Return a share, or None where it would tell of a small group: those in it, or those who are not."""
    if is_small(part) or is_small(whole - part):
        return None
    return part / whole if whole else 0.0
