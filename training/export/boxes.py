"""Boxes: the leaves of trees, and the tables that leaves which look at the same inputs add up to.

A leaf is a box: it gives its value where each input of its path lies between two splits. A table over the cells between
the splits falls apart by inclusion and exclusion when it is held against background rows: along each input either the
background's cell, or what the customer's cell adds to it.
"""

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from predict.contract import LARGEST

from ..search.pipeline import TreeColumn
from .trees import Tree

__all__ = ["Box", "Group", "Subset", "boxes_of", "cuts_of", "grouped", "inside", "split", "tabulate", "widened"]

type Floats = npt.NDArray[np.float64]
type Bounds = dict[int, tuple[float, float]]
type Subset = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Group:
    """Leaves that look at the same inputs, as one table over the cells of these.

    Attributes
    ----------
    inputs : tuple of int
        In ascending order.
    cuts : tuple of ndarray
        The splits of each.
    table : ndarray with an axis of len(cuts) + 1 for each input
        What the leaves add to the log odds.
    """

    inputs: Subset
    cuts: tuple[Floats, ...]
    table: Floats


@dataclass
class Box:
    """A leaf: its value, and the bounds (above, up to) of each input on its path."""

    value: float
    bounds: Bounds = field(default_factory=dict)


def boxes_of(
    tree: Tree, columns: Sequence[TreeColumn], places: Mapping[str, int], optional: Collection[int] = ()
) -> list[Box]:
    """Return the leaves of a tree.

    Parameters
    ----------
    tree : Tree
    columns : sequence of TreeColumn
    places : mapping of str to int
        The place of each input.
    optional : collection of int
        Inputs that may be not known, which counts as beyond `LARGEST`. A leaf that takes such customers along with
        others whose number is small is more than one box.
    """
    found = []
    # With each node: the inputs whose number does not get there where it is not known, and those where it is known.
    waiting: list[tuple[int, Bounds, frozenset[int], frozenset[int]]] = [(0, {}, frozenset(), frozenset())]
    while waiting:
        node, bounds, astray, known_astray = waiting.pop()
        if tree.is_leaf[node]:
            ranges = [
                _ranges(own, place in optional, place in astray, place in known_astray) for place, own in bounds.items()
            ]
            found += [
                Box(float(tree.value[node]), dict(zip(bounds, own, strict=True))) for own in itertools.product(*ranges)
            ]
            continue
        column, split = columns[int(tree.feature[node])], float(tree.threshold[node])
        place = places[column.name]
        low, high = bounds.get(place, (-math.inf, math.inf))
        if column.is_indicator:
            waiting.append((int(tree.left[node]), bounds | {place: (low, high)}, astray | {place}, known_astray))
            waiting.append((int(tree.right[node]), bounds | {place: (low, high)}, astray, known_astray | {place}))
            continue
        # Whoever's number is not known takes one side, and is astray on the other. scikit-learn's own trees compare
        # float32(x).
        is_left = tree.missing_left[node] if column.fill is None else float(np.float32(column.fill)) <= split
        left, right = (astray, astray | {place}) if is_left else (astray | {place}, astray)
        waiting.append((int(tree.left[node]), bounds | {place: (low, min(high, split))}, left, known_astray))
        waiting.append((int(tree.right[node]), bounds | {place: (max(low, split), high)}, right, known_astray))
    return found


def _ranges(
    bounds: tuple[float, float], is_optional: bool, is_astray: bool, is_known_astray: bool
) -> list[tuple[float, float]]:
    """Return where a leaf's numbers lie, and where those do that are not known."""
    low, high = bounds
    if not is_optional:
        return [bounds]
    known = [] if is_known_astray or low >= LARGEST else [(low, min(high, LARGEST))]
    if is_astray:
        return known
    return [bounds] if known and high == math.inf else [*known, (LARGEST, math.inf)]


def widened(bound: float) -> float:
    """Return the largest double that float32 rounds to no more than a bound."""
    if abs(bound) >= LARGEST:  # where the numbers that are known end
        return bound
    below = np.float32(bound)
    if float(below) > bound:
        below = np.nextafter(below, np.float32(-np.inf))
    middle = (float(below) + float(np.nextafter(below, np.float32(np.inf)))) / 2
    # Halfway between two, the even one is meant.
    return middle if np.float32(middle) == below else float(np.nextafter(middle, -np.inf))


def cuts_of(boxes: Sequence[Box], place: int) -> Floats:
    """Return the bounds of boxes along one input, ascending, each once."""
    bounds = {edge for box in boxes if place in box.bounds for edge in box.bounds[place] if math.isfinite(edge)}
    return np.array(sorted(bounds))


def grouped(boxes: Sequence[Box]) -> dict[Subset, list[Box]]:
    """Return the leaves by the inputs they look at; a leaf joins a group that looks at more, where there is one."""
    sets = {frozenset(box.bounds) for box in boxes}
    largest = sorted((s for s in sets if not any(s < other for other in sets)), key=sorted)
    groups: dict[Subset, list[Box]] = {tuple(sorted(s)): [] for s in largest}
    for box in boxes:
        home = next(s for s in largest if frozenset(box.bounds) <= s)
        groups[tuple(sorted(home))].append(box)
    return groups


def tabulate(inputs: Subset, boxes: Sequence[Box]) -> Group:
    """Return the table that boxes over these inputs add up to."""
    cuts = tuple(cuts_of(boxes, place) for place in inputs)
    table = np.zeros([len(own) + 1 for own in cuts])
    for box in boxes:
        where = []
        for place, own in zip(inputs, cuts, strict=True):
            low, high = box.bounds.get(place, (-math.inf, math.inf))
            # Cell k lies above cut k - 1 and up to cut k.
            first = 0 if low == -math.inf else int(np.searchsorted(own, low)) + 1
            last = len(own) if high == math.inf else int(np.searchsorted(own, high))
            where.append(slice(first, last + 1))
        table[tuple(where)] += box.value
    return Group(inputs, cuts, table)


def split(group: Group, cells: Sequence[npt.NDArray[np.intp]]) -> list[Group]:
    """Return the dividends of each set within a group; their tables have the background rows as last axis.

    Parameters
    ----------
    group : Group
    cells : sequence of ndarray of shape (n_background,)
        For each input of the group, the cells of the background rows.
    """
    every = np.arange(len(cells[0])) if cells else np.arange(0)
    parts: dict[Subset, Floats] = {(): group.table[..., None]}
    for axis, theirs in enumerate(cells):
        further: dict[Subset, Floats] = {}
        for subset, table in parts.items():
            # The axes of the subset come first, then those still to do, then the background rows.
            turned = np.moveaxis(table, len(subset), -2)
            held = turned[..., theirs, every if turned.shape[-1] > 1 else 0]
            further[subset] = held
            further[(*subset, axis)] = np.moveaxis(turned - held[..., None, :], -2, len(subset))
        parts = further
    return [
        Group(tuple(group.inputs[axis] for axis in subset), tuple(group.cuts[axis] for axis in subset), table)
        for subset, table in parts.items()
    ]


def inside(cuts: Floats) -> Floats:
    """Return a value inside each cell: its end, and infinity for the last one."""
    return np.append(cuts, np.inf)
