"""A field of the form: one feature's label, control, note and help."""

import math
from collections.abc import Iterable
from html import escape
from unicodedata import combining, normalize

from ..contract import Feature
from ..model.slider_scale import Scale
from ..words import inside_sentence, number_text, unit_text

__all__ = ["plain_text", "render_field", "whole"]

_COMMON = 8
"""So many of the most frequent categories stand at the top of a long list."""

_ROUGH = 10


def render_field(feature: Feature, id_: str, value: str, note: tuple[str, str] | None) -> str:
    """Return a field: label, control, note and help.

    Parameters
    ----------
    feature : Feature
    id_ : str
        Of the control.
    value : str
        What was typed; may be anything.
    note : tuple of str or None
        "error" or "warning", and what is said of the value; without one the note is a hint.
    """
    state, words = note or ("hint", _hint(feature))
    described = f'aria-describedby="{id_}-unit {id_}-note"' if feature.unit else f'aria-describedby="{id_}-note"'
    if state == "error":
        described += ' aria-invalid="true"'
    if feature.is_category:
        control = _select(feature, id_, value, described)
    else:
        control = f"{_box(feature, id_, value, described)}\n{_track(feature)}"
    hint = escape(_hint(feature))
    prefix = '<span class="visually-hidden">Error: </span>' if state == "error" else ""
    # The help comes last, so that Tab goes from box to box; the grid shows it beside the label.
    return f"""<div class="field" {_facts(feature)}>
<label class="field-label" for="{id_}">{escape(feature.label)}</label>
{control}
<p class="field-note" id="{id_}-note" data-state="{state}" data-hint="{hint}">{prefix}{escape(words)}</p>
{_help(feature, id_)}</div>"""


def _facts(feature: Feature) -> str:
    """Return what the scripts need to know of a feature, as data attributes."""
    seen = feature.seen
    facts: dict[str, float | None] = {
        "minimum": feature.minimum,
        "maximum": feature.maximum,
        "lowest": seen.minimum,
        "lower-quartile": seen.lower_quartile,
        "median": seen.median,
        "upper-quartile": seen.upper_quartile,
        "highest": seen.maximum,
        "step": None if feature.is_category else feature.step,
    }
    known = [f'data-{key}="{plain_text(value)}"' for key, value in facts.items() if value is not None]
    dates = {"reference": feature.reference, "date-order": feature.date_order}
    known += [f'data-{key}="{value}"' for key, value in dates.items() if value]
    return " ".join([f'data-kind="{feature.kind}"', *known, *_flags(feature)])


def _flags(feature: Feature) -> list[str]:
    flags = {"optional": feature.optional, "actionable": feature.actionable and not feature.is_category}
    return [f"data-{name}" for name, is_set in flags.items() if is_set]


def _track(feature: Feature) -> str:
    """Return the track of the number's slider: the middle half of customers and the median; scripts add the slider."""
    scale, seen = Scale.of(feature), feature.seen
    if seen.lower_quartile is None or seen.median is None or seen.upper_quartile is None:
        return '<div class="track"></div>'
    low, median, high = (scale.place(value) for value in (seen.lower_quartile, seen.median, seen.upper_quartile))
    return f"""<div class="track"><svg class="track-picture" aria-hidden="true">
<rect class="track-line" x="0" y="0" width="100%" height="100%"/>
<rect class="track-middle" x="{low:.2%}" y="0" width="{high - low:.2%}" height="100%"/>
<line class="track-median" x1="{median:.2%}" x2="{median:.2%}" y1="-3" y2="6"/>
</svg></div>"""


def _box(feature: Feature, id_: str, value: str, described: str) -> str:
    keyboard = {"integer": "numeric", "number": "decimal"}[feature.kind]
    if feature.minimum is None or feature.minimum < 0 or feature.reference:
        keyboard = "text"  # the numeric keyboards of phones have no minus sign
    # A date needs the whole box; the hint has the unit of its days.
    shown = "field-unit visually-hidden" if feature.reference else "field-unit"
    words = unit_text(1, feature.unit) if value == "1" else feature.unit
    unit = f'<span class="{shown}" id="{id_}-unit">{escape(words)}</span>' if words else ""
    return (
        f'<span class="field-box"><input class="control" id="{id_}" name="{escape(feature.name)}" type="text" '
        f'inputmode="{keyboard}" autocomplete="off" value="{escape(value)}" {described}>{unit}</span>'
    )


def _select(feature: Feature, id_: str, value: str, described: str) -> str:
    blank = "Not known" if feature.optional else "Choose one"
    common = [code for code in feature.seen.counts if code in feature.values][:_COMMON]
    others = [code for code in feature.values if code not in common]
    if len(feature.values) > 2 * _COMMON and common:
        groups = (("Most common", common), ("All others", others))
        options = "\n".join(
            f'<optgroup label="{title}">\n{_options(feature, codes, value)}\n</optgroup>' for title, codes in groups
        )
    else:
        options = _options(feature, [*common, *others], value)
    return (
        f'<select class="control" id="{id_}" name="{escape(feature.name)}" autocomplete="off" {described}>\n'
        f'<option value="">{blank}</option>\n{options}\n</select>'
    )


def _options(feature: Feature, codes: Iterable[str], value: str) -> str:
    ordered = sorted(codes, key=lambda code: _sort_key(feature.values[code]))
    return "\n".join(
        f'<option value="{escape(code)}"{" selected" if code == value else ""}>{escape(feature.values[code])}</option>'
        for code in ordered
    )


def _help(feature: Feature, id_: str) -> str:
    if not feature.help:
        return ""
    return (
        f'<button class="help" type="button" popovertarget="{id_}-help" '
        f'aria-label="About {escape(inside_sentence(feature.label))}">?</button>\n'
        f'<p class="help-text" id="{id_}-help" popover>{escape(feature.help)}</p>\n'
    )


def whole(value: float) -> float:
    """Return the nearest whole number, the higher one of two."""
    return float(math.floor(value + 0.5))


def plain_text(number: float) -> str:
    """Return a number as programs write it."""
    return repr(float(number)).removesuffix(".0")


def _hint(feature: Feature) -> str:
    low, high = feature.seen.lower_quartile, feature.seen.upper_quartile
    if low is None or high is None:
        return ""
    # Quartiles fall between two values; a hint needs no decimals where they say little.
    low, high = (whole(value) if feature.kind == "integer" or abs(value) >= _ROUGH else value for value in (low, high))
    span = number_text(low) if low == high else f"{number_text(low)}–\N{WORD JOINER}{number_text(high)}"
    date = f" {feature.unit}. A date, like {feature.reference}, will do" if feature.reference else ""
    unknown = ". May be left empty" if feature.optional else ""
    return f"Middle half of customers: {span}{date}{unknown}"


def _sort_key(label: str) -> str:
    """Return the label without accents: Côte d’Ivoire stands among the C, Åland among the A."""
    return "".join(letter for letter in normalize("NFKD", label.casefold()) if not combining(letter))
