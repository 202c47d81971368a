"""The verdict: do the customers that come look like those of training, and what to do if they do not.

A shift is said only where it is both certain and large. "PSI above .2" is neither: with a hundred customers it happens
by chance, and with ten thousand a real shift stays far below. So each input is held to Pearson's chi-square test of two
samples, at a level that all inputs share (Bonferroni), and to a smallest effect (Cohen's w, 1988: .1 is "small"). So
is the share with the positive answer, which may differ where each input by itself looks as in training.

The scores are not tested by their bins: training's are of models fitted on parts of the rows, and step elsewhere. Of
looks at 10,000 customers as in training that alarmed two of five (20,000 rows), or all (5,000 rows, isotonic).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from predict.contract import LARGEST, Feature
from predict.model.metadata import Bins, Metadata
from predict.words import number_text, percent_text, quantity_text

from .counts import Counts, bins_of
from .small_groups import SMALL_GROUP, count_text, is_small, shares

__all__ = ["ENOUGH", "Bar", "Shift", "chi_square_tail", "contacted_share", "is_like_training", "sentence", "shifts"]

ENOUGH = 100
"""With fewer customers nothing is said."""

# Half of the 2% that are promised: with a hundred customers the test's approximation raises more than its level.
_FALSE_ALARMS = 0.01
_SMALLEST_EFFECT = 0.1
_LEAST_EXPECTED = 5.0
_MOST_BARS = 6


@dataclass(frozen=True)
class Bar:
    """Values of an input in words, and the share of customers that have them, now and in training."""

    words: str
    now: float
    then: float


@dataclass(frozen=True)
class Shift:
    """How an input differs from training.

    Attributes
    ----------
    feature : str
    p_value : float
        How often chance alone would show as much.
    effect : float
        Cohen's w.
    is_shifted : bool
        Whether it is certain and large.
    words : str
        Where the difference is largest, in a sentence.
    bars : tuple of Bar
        How the input is spread.
    """

    feature: str
    p_value: float
    effect: float
    is_shifted: bool
    words: str
    bars: tuple[Bar, ...]


def shifts(metadata: Metadata, counts: Counts) -> list[Shift]:
    """Hold each input against training, in the order of the contract's features; none where too few were counted."""
    if counts.rows < ENOUGH:
        return []
    features = [f for f in metadata.contract.features if f.is_category or f.name in metadata.reference]
    level = _level(metadata)
    found = []
    for feature in features:
        bins = bins_of(feature, metadata)
        now = counts.features.get(feature.name, [0] * len(bins.counts))
        p_value, effect = _test(bins.counts, now, ordered=not feature.is_category)
        describe, spread = (_category_words, _category_bars) if feature.is_category else (_number_words, _number_bars)
        words, bars = describe(feature, bins, now), tuple(spread(feature, bins, now))
        is_shifted = _is_certain_and_large(p_value, effect, level)
        found.append(Shift(feature.name, p_value, effect, is_shifted, words, bars))
    return found


def contacted_share(metadata: Metadata) -> float:
    """Return the share of the evaluated rows that had the positive answer."""
    evaluation, threshold = metadata.evaluation, metadata.contract.threshold
    point = min(evaluation.curve, key=lambda point: abs(point.threshold - threshold))
    return (point.tp + point.fp) / evaluation.n_rows


def is_like_training(metadata: Metadata, counts: Counts) -> bool:
    """Return whether neither an input nor the share with the positive answer differs for certain and by much."""
    return not any(shift.is_shifted for shift in shifts(metadata, counts)) and not _answers_differ(metadata, counts)


def sentence(metadata: Metadata, counts: Counts) -> str:
    """Say in one sentence how the inputs and the answers do."""
    if any(
        not feature.is_category and feature.name not in metadata.reference for feature in metadata.contract.features
    ):
        return "The model file does not say how its numbers were spread: train it again."
    if counts.rows < ENOUGH:
        return f"Too early: {count_text(counts.rows)} of {ENOUGH} customers."
    labels = {feature.name: feature.label for feature in metadata.contract.features}
    shifted = sorted((s for s in shifts(metadata, counts) if s.is_shifted), key=lambda s: -s.effect)
    if not shifted and _answers_differ(metadata, counts):
        now = shares(counts)["positive"]
        words, tested = metadata.contract.words(True), percent_text(contacted_share(metadata))
        return f"Look at the answers: {'few' if now is None else percent_text(now)} are “{words}”, {tested} in tests."
    if not shifted:
        return "The customers are as in training."
    return f"Look at {', '.join(labels[shift.feature] for shift in shifted)}."


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Return how often a chi-square variable is at least this large (Abramowitz and Stegun 26.4.4 and 26.4.5)."""
    half = statistic / 2
    if degrees % 2 == 0:
        tail = term = math.exp(-half)
        for step in range(1, degrees // 2):
            term *= half / step
            tail += term
        return tail
    tail, term = math.erfc(math.sqrt(half)), math.sqrt(4 * half / math.pi) * math.exp(-half)
    for step in range(1, degrees // 2 + 1):
        tail += term
        term *= statistic / (2 * step + 1)
    return tail


def _answers_differ(metadata: Metadata, counts: Counts) -> bool:
    if counts.rows < ENOUGH:
        return False
    n_then = metadata.evaluation.n_rows
    contacted = round(contacted_share(metadata) * n_then)
    then, now = (contacted, n_then - contacted), (counts.positive, counts.rows - counts.positive)
    return _is_certain_and_large(*_test(then, now, ordered=True), _level(metadata))


def _level(metadata: Metadata) -> float:
    """Return the level of each test: one for each input, and one for the answers."""
    return _FALSE_ALARMS / (len(metadata.contract.features) + 1)


def _is_certain_and_large(p_value: float, effect: float, level: float) -> bool:
    return p_value < level and effect >= _SMALLEST_EFFECT


def _test(then: Sequence[int], now: Sequence[int], *, ordered: bool) -> tuple[float, float]:
    """Return the p-value and the effect of two samples' counts by bin."""
    pairs = _merged(list(zip(then, now, strict=True)), ordered=ordered)
    n_then, n_now = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    if len(pairs) < 2 or not n_then or not n_now:
        return 1.0, 0.0
    statistic = effect = 0.0
    for a, b in pairs:
        share = (a + b) / (n_then + n_now)
        statistic += (a - n_then * share) ** 2 / (n_then * share) + (b - n_now * share) ** 2 / (n_now * share)
        effect += (b / n_now - a / n_then) ** 2 / share
    return chi_square_tail(statistic, len(pairs) - 1), math.sqrt(effect)


def _merged(pairs: list[tuple[int, int]], *, ordered: bool) -> list[tuple[int, int]]:
    """Merge bins in which the test could not rely on its approximation: neighbours, or the rarest categories."""
    n_then, n_now = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    smaller = min(n_then, n_now) / max(1, n_then + n_now)
    if not ordered:
        pairs = sorted(pairs, key=sum)
    merged: list[tuple[int, int]] = []
    open_then = open_now = 0
    for a, b in pairs:
        open_then, open_now = open_then + a, open_now + b
        if (open_then + open_now) * smaller >= _LEAST_EXPECTED:
            merged.append((open_then, open_now))
            open_then = open_now = 0
    if merged and (open_then or open_now):
        merged[-1] = (merged[-1][0] + open_then, merged[-1][1] + open_now)
    return merged


def _number_words(feature: Feature, bins: Bins, now: Sequence[int]) -> str:
    """Say above which edge the shares differ most."""
    n_then, n_now = sum(bins.counts), sum(now)
    best, words = -1.0, ""
    for place, edge in enumerate(bins.edges, 1):
        then_above, now_above = sum(bins.counts[place:]), sum(now[place:])
        difference = abs(now_above / n_now - then_above / n_then)
        if difference > best and min(now_above, n_now - now_above) >= SMALL_GROUP:
            best = difference
            side = "not known" if edge == LARGEST else f"above {quantity_text(edge, feature.unit)}"
            words = f"{percent_text(now_above / n_now)} are {side}, {percent_text(then_above / n_then)} in training."
    return words


def _category_words(feature: Feature, bins: Bins, now: Sequence[int]) -> str:
    """Say whose share differs most."""
    n_then, n_now = sum(bins.counts), sum(now)
    labels = ["not known", *feature.values.values(), "others"]
    shares = [(b / n_now, a / n_then) for a, b in zip(bins.counts, now, strict=True)]
    place = max(range(len(shares)), key=lambda i: abs(shares[i][0] - shares[i][1]))
    share = f"{count_text(now[place])} customers" if is_small(now[place]) else percent_text(shares[place][0])
    return f"{labels[place]}: {share}, {percent_text(shares[place][1])} in training."


def _number_bars(feature: Feature, bins: Bins, now: Sequence[int]) -> Iterator[Bar]:
    """Yield neighbouring bins, merged until enough customers are in each; numbers that are not known by themselves."""
    n_then, n_now = sum(bins.counts), sum(now)
    edges = (-math.inf, *bins.edges, math.inf)
    n_bins = len(now)
    has_unknown = LARGEST in bins.edges
    if has_unknown and not (is_small(now[-1]) or is_small(n_now - now[-1])):
        n_bins -= 1
    start = 0
    for end in range(1, n_bins + 1):
        if end < n_bins and (sum(now[start:end]) < SMALL_GROUP or is_small(sum(now[end:n_bins]))):
            continue
        words = _range_words(feature, edges[start], edges[end], has_unknown=has_unknown)
        yield Bar(words, sum(now[start:end]) / n_now, sum(bins.counts[start:end]) / n_then)
        start = end
    if n_bins < len(now):
        yield Bar("not known", now[-1] / n_now, bins.counts[-1] / n_then)


def _range_words(feature: Feature, first: float, last: float, *, has_unknown: bool) -> str:
    """Say which values lie above `first` and not above `last`; a number that is not known stands above all."""
    unknown = " or not known" if has_unknown and last == math.inf else ""
    if last < LARGEST:
        highest = quantity_text(last, feature.unit)
        return f"up to {highest}" if first == -math.inf else f"{number_text(first)} to {highest}"
    return f"{'any' if first == -math.inf else f'above {quantity_text(first, feature.unit)}'}{unknown}"


def _category_bars(feature: Feature, bins: Bins, now: Sequence[int]) -> Iterator[Bar]:
    """Yield the commonest values, and all others together."""
    n_then, n_now = sum(bins.counts), sum(now)
    labels = ["not known", *feature.values.values()]
    order = sorted(range(len(labels)), key=lambda place: -now[place] / n_now - bins.counts[place] / n_then)
    shown = [place for place in order[:_MOST_BARS] if not is_small(now[place])]
    while shown and is_small(n_now - sum(now[place] for place in shown)):
        shown.pop()
    for place in shown:
        yield Bar(labels[place], now[place] / n_now, bins.counts[place] / n_then)
    others_now, others_then = n_now - sum(now[p] for p in shown), n_then - sum(bins.counts[p] for p in shown)
    if others_now or others_then:
        yield Bar("all others", others_now / n_now, others_then / n_then)
