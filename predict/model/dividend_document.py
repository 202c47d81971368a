"""Dividends as the model file keeps them, and back: JSON, with arrays as base64 of little-endian numbers."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ..contract import Row
from .dividends import Axis, Dividends, Linear, Tables, Term, kind_of
from .link import Link

__all__ = ["from_document", "to_document"]

type Floats = npt.NDArray[np.float64]
type Integers = npt.NDArray[np.int64]
type Mask = npt.NDArray[np.bool_]


def to_document(dividends: Dividends | None) -> dict[str, Any]:
    """Return dividends as JSON types; a set of inputs is a bit mask."""
    kind: dict[str, Any] = {"kind": kind_of(dividends)}
    if dividends is None:
        return kind
    kind |= {"knots": dividends.link.knots} if dividends.link.knots else {}
    if isinstance(dividends, Linear):
        return kind | {"terms": [term._asdict() for term in dividends.terms], "intercept": dividends.intercept}
    return kind | {
        "axes": [axis._asdict() for axis in dividends.axes],
        "subsets": [sum(1 << place for place in np.flatnonzero(own).tolist()) for own in dividends.members],
        "n_background": dividends.rows.shape[1],
        "offsets": _to_text(dividends.offsets, "<i4"),
        "rows": _to_text(dividends.rows, "<f8"),
    }


def from_document(document: Mapping[str, Any], background: Sequence[Row]) -> Dividends | None:
    """Read dividends back; None where a model is explained by scoring coalitions.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the document is damaged, or does not fit the background.
    """
    if document["kind"] == "coalitions":
        return None
    link = Link(tuple(document.get("knots", ())))
    if document["kind"] == "linear":
        terms = tuple(Term(**term) for term in document["terms"])
        added = [[term.add(value) for term, value in zip(terms, row, strict=True)] for row in background]
        return Linear(terms, float(document["intercept"]), np.array(added).T, link)
    axes = tuple(Axis(**axis | {"cuts": tuple(axis["cuts"])}) for axis in document["axes"])
    members = np.array([[subset >> place & 1 for place in range(len(axes))] for subset in document["subsets"]], bool)
    offsets = _from_text(document["offsets"], "<i4").astype(np.int64).reshape(-1, len(members))
    rows = _from_text(document["rows"], "<f8").reshape(-1, document["n_background"])
    _check(axes, members, offsets, rows, len(background))
    return Tables(axes, members, offsets, rows, link)


def _check(axes: tuple[Axis, ...], members: Mask, offsets: Integers, rows: Floats, n_background: int) -> None:
    """Refuse tables in which some customer would be looked up outside of them."""
    ends = np.cumsum([0, *(axis.size for axis in axes)])
    fit = all(max(len(axis.cuts), axis.other, *axis.cells.values()) < axis.size for axis in axes)
    if (
        not fit
        or members[0].any()
        or rows.shape[1] != n_background
        or len(offsets) != ends[-1]
        or not np.isfinite(rows).all()
    ):
        raise ValueError("the tables do not fit their axes")
    parts = [offsets[start:end] for start, end in pairwise(ends)]
    lowest, highest = (np.sum([part_of(part, 0) for part in parts], 0) for part_of in (np.min, np.max))
    if lowest.min() < 0 or highest.max() >= len(rows):
        raise ValueError("the tables are shorter than their offsets say")


def _to_text(array: npt.NDArray[Any], dtype: str) -> str:
    return b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")


def _from_text(text: str, dtype: str) -> npt.NDArray[Any]:
    return np.frombuffer(b64decode(text, validate=True), dtype=dtype)
