"""The result of a prediction as markup: the card with the chance, and the table that says why.

The scripts fill the same markup (static_site/scripts/customer/ and effects.js); a test in the browser
compares the two. Every text that comes from outside is escaped.
"""

import math
from collections.abc import Sequence
from html import escape

from ..answers import Scored
from ..contract import Contract
from ..words import chance_and_threshold, comparison, inside_sentence, percent_text, points_text, value_text
from .form import field_id
from .groups import MOST_TOGETHER, groups_of

__all__ = ["render_explanation", "render_recent", "render_result"]

_MARK = {True: "M4 10.5l4 4 8-9", False: "M5 5l10 10M15 5L5 15"}
"""The paths of a tick and a cross."""
_NEAR_END = 0.8
_UNBROKEN = "\N{NO-BREAK SPACE}"
"""Between a number and its unit."""
_NUMBER = ' class="number"'
_STEPS = (2, 5, 10, 20)
_MOST_STEPS = 5
_HEAD_ROOM = 0.22
"""The share of the scale that the words at its head need."""

_CHECKING = """<details class="checking">
<summary>Numbers for checking</summary>
<section class="scroll" aria-label="Numbers for checking" tabindex="0">
<table class="table" aria-label="Numbers for checking">
<thead>
<tr><th scope="col">Input</th><th scope="col" class="number">Value</th><th scope="col" class="number">Median</th>\
<th scope="col" class="number">Points</th><th scope="col" class="number">Running total</th></tr>
</thead>
<tbody id="checking-rows"></tbody>
</table>
</section>
</details>
"""
"""Filled by the scripts."""


def render_result(contract: Contract, scored: Scored | None) -> str:
    """Return the result card; without a score it is hidden and empty, for the scripts to fill."""
    hidden = " hidden" if scored is None else ""
    chance, limit = "", percent_text(contract.threshold)
    positive, sentence, cautions = False, "", ""
    if scored is not None:
        chance, limit = chance_and_threshold(scored.probability, contract.threshold)
        positive = scored.probability >= contract.threshold
        sentence = f"{comparison(scored.probability, contract.base_rate)} {_reasons(contract, scored)}".strip()
        cautions = "".join(f"<li>{escape(warning.message)}</li>" for warning in scored.warnings)
    inputs = " ".join(field_id(contract, feature.name) for feature in contract.features)
    words = escape(contract.words(positive)) if chance else ""
    # The page has one live region of its own: the output keeps quiet, so that nothing is said twice.
    return f"""<section class="card result" id="result" aria-labelledby="result-title" tabindex="-1" \
data-base-rate="{contract.base_rate!r}" data-positive="{str(positive).lower()}"{hidden}>
<h2 class="visually-hidden" id="result-title">Result</h2>
<div class="result-head">
<div>
<p><output class="chance" id="chance" for="{inputs}" aria-live="off">{chance}</output></p>
<p class="chance-words">chance of {escape(contract.target.noun)} <strong class="pinned" id="pinned" hidden></strong></p>
</div>
<p class="verdict" id="verdict"><span id="verdict-words">{words}</span> \
<span id="verdict-icon" aria-hidden="true">{_mark(positive)}</span></p>
</div>
{_gauge(contract, scored.probability if scored else 0.0, limit)}
<p class="sentence" id="sentence">{escape(sentence)}</p>
<ul class="cautions" id="cautions">{cautions}</ul>
<div class="result-foot">
<div class="result-actions" id="result-actions" hidden>
<button class="button-quiet" id="copy" type="button">Copy link</button>
<button class="button-quiet" id="pin" type="button">Pin to compare</button>
<button class="button-quiet" id="print" type="button">Print</button>
</div>
<p class="result-model">Model {escape(contract.version)}</p>
</div>
</section>"""


def render_explanation(contract: Contract, scored: Scored | None) -> str:
    """Return the card that says why a score is what it is, in percentage points; without a score hidden and empty."""
    hidden = " hidden" if scored is None else ""
    left, right = _extents([*scored.contributions, _together(scored)]) if scored else (0.0, 1.0)
    rows = _rows(contract, scored, left, right) if scored else ""
    return f"""<section class="card why" id="why" aria-labelledby="why-title" tabindex="-1"{hidden}>
<div class="card-head">
<h2 id="why-title">Why this score</h2>
<p class="card-words">Percentage points added to or taken from the baseline, which is the score of typical customers</p>
</div>
<table class="why-table" aria-labelledby="why-title">
<thead>
<tr><th scope="col">Input</th><th class="why-bar" scope="col"><span class="visually-hidden">Effect</span>\
<svg class="effect-words" id="why-scale" aria-hidden="true">{_scale_words(left, right)}</svg></th>\
<th class="why-points" scope="col">Points</th></tr>
</thead>
<tbody id="why-rows">{rows}</tbody>
<tfoot>
<tr><td class="why-sum" id="why-sum" colspan="3">{_sum(contract, scored) if scored else ""}</td></tr>
</tfoot>
</table>
{_CHECKING if scored is None else ""}</section>"""


def render_recent(contract: Contract) -> str:
    """Return the table of recent predictions, without rows: those are in the browser."""
    heads = "".join(
        f'<th scope="col" data-input{"" if feature.is_category else _NUMBER}>{escape(feature.label)}</th>'
        for feature in groups_of(contract)[0].features[:MOST_TOGETHER]
    )
    return f"""<table class="table recent" aria-labelledby="recent-title">
<thead>
<tr><th scope="col">When</th>{heads}<th scope="col"{_NUMBER}>Chance</th><th scope="col">Decision</th>\
<th scope="col"><span class="visually-hidden">Open</span></th></tr>
</thead>
<tbody id="recent-rows"></tbody>
</table>"""


def _mark(positive: bool) -> str:
    path = f'<path d="{_MARK[positive]}"></path>'
    return f'<svg class="mark" viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">{path}</svg>'


def _reasons(contract: Contract, scored: Scored) -> str:
    """Say what moved the score most, in the direction it went."""
    sign = 1 if scored.probability >= scored.base_value else -1
    ranked = sorted(zip(scored.contributions, contract.features, scored.row, strict=True), key=lambda c: -c[0] * sign)
    causes = [
        f"{inside_sentence(feature.label)} ({value_text(feature, value, _UNBROKEN)})"
        for contribution, feature, value in ranked[:2]
        if points_text(contribution * sign)[0] == "+"
    ]
    return f"{'Raised' if sign > 0 else 'Lowered'} most by {' and '.join(causes)}." if causes else ""


def _gauge(contract: Contract, probability: float, limit: str) -> str:
    threshold, average = contract.threshold, contract.base_rate
    end = "" if average > _NEAR_END else '<text x="100%" y="3.7em" text-anchor="end">100%</text>'
    counts = f"{limit} or more counts as “{escape(contract.words(True))}”"
    label = f"A scale from 0% to 100%: {counts}, the average customer has {percent_text(average)}"
    return f"""<svg class="gauge" role="img" aria-label="{label}">
<text class="gauge-limit" x="{threshold:.2%}" y="1em" text-anchor="{_anchor(threshold)}">Threshold \
<tspan id="limit">{limit}</tspan></text>
<rect class="gauge-track" x="0" y="1.55em" width="100%" height="0.8em" rx="0.4em"/>
<rect class="gauge-fill" id="gauge-fill" x="0" y="1.55em" width="{probability:.2%}" height="0.8em" rx="0.4em"/>
<line class="gauge-average" x1="{average:.2%}" x2="{average:.2%}" y1="1.55em" y2="2.35em"/>
<line class="gauge-gap" x1="{threshold:.2%}" x2="{threshold:.2%}" y1="1.55em" y2="2.35em"/>
<line class="gauge-threshold" x1="{threshold:.2%}" x2="{threshold:.2%}" y1="1.25em" y2="2.65em"/>
<line class="gauge-pinned" id="gauge-pinned" x1="0" x2="0" y1="1.25em" y2="2.65em" visibility="hidden"/>
<text x="{average:.2%}" y="3.7em" text-anchor="{_anchor(average)}">Average {percent_text(average)}</text>
{end}
</svg>"""


def _anchor(share: float) -> str:
    """Return which end of a text stands at a place on the scale, so that it stays inside."""
    return "start" if share < 1 - _NEAR_END else "end" if share > _NEAR_END else "middle"


def _extents(contributions: Sequence[float]) -> tuple[float, float]:
    """Return how far the bars' scale goes to the left and to the right, in points.

    Whole steps of 2, 5, 10 or 20 points: an effect of a fraction of a point must not fill the column.
    """
    lowest, highest = (100 * f((0.0, *contributions)) for f in (min, max))
    largest = max(highest, -lowest)
    step = next((step for step in _STEPS if largest <= step * _MOST_STEPS), _STEPS[-1])
    left, right = (math.ceil(round(extent / step, 6)) * float(step) for extent in (-lowest, highest))
    return left, right if left + right else float(step)


def _scale_words(left: float, right: float) -> str:
    zero, words = left / (left + right), []
    if zero > _HEAD_ROOM:
        words.append(f'<text x="{zero:.2%}" dx="-0.5em" y="1em" text-anchor="end">← Lowers</text>')
    if 1 - zero > _HEAD_ROOM:
        words.append(f'<text x="{zero:.2%}" dx="0.5em" y="1em">Raises →</text>')
    return "".join(words)


def _rows(contract: Contract, scored: Scored, left: float, right: float) -> str:
    effects = [
        (contribution, feature.label, value_text(feature, value, _UNBROKEN))
        for place, (contribution, feature, value) in enumerate(
            zip(scored.contributions, contract.features, scored.row, strict=True)
        )
        if place not in scored.approximate
    ]
    effects.sort(key=lambda effect: -abs(effect[0]))
    if scored.approximate:
        effects.append((_together(scored), f"{len(scored.approximate)} others together", ""))
    return "\n".join(
        f'<tr><th scope="row">{escape(label)} <span class="why-value">{escape(value)}</span></th>'
        f'<td class="why-bar">{_bar(contribution * 100, left, right)}</td>'
        f'<td class="why-points {_side(contribution)}">{points_text(contribution)}</td></tr>'
        for contribution, label, value in effects
    )


def _together(scored: Scored) -> float:
    """Return what the weaker inputs add, which play as one."""
    return sum(scored.contributions[place] for place in scored.approximate)


def _bar(points: float, left: float, right: float) -> str:
    span = left + right
    zero, start = left / span, (left + min(points, 0)) / span
    return (
        f'<svg class="effect" aria-hidden="true"><rect class="effect-{"down" if points < 0 else "up"}" '
        f'x="{start:.2%}" y="20%" width="{abs(points) / span:.2%}" height="60%"/>'
        f'<line class="effect-zero" x1="{zero:.2%}" x2="{zero:.2%}" y1="0" y2="100%"/></svg>'
    )


def _side(contribution: float) -> str:
    """Return the side that its points are on as they are written: 0.0 has none."""
    return {"+": "up", "−": "down"}.get(points_text(contribution)[0], "even")


def _sum(contract: Contract, scored: Scored) -> str:
    """Return the sum that the table shows: the baseline, what raises, what lowers, the chance."""
    raises = sum(c for c in scored.contributions if c > 0)
    lowers = sum(c for c in scored.contributions if c < 0)
    chance, _ = chance_and_threshold(scored.probability, contract.threshold)
    parts = [f"Baseline {percent_text(scored.base_value)}"]
    parts += [f'<span class="up">{points_text(raises)}</span>'] if raises else []
    parts += [f'<span class="down">{points_text(lowers)}</span>'] if lowers else []
    return " ".join([*parts, f"<strong>= {chance}</strong>"])
