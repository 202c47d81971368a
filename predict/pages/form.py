"""The form: the contract's features as fields that a browser shows and checks without any script.

The static page and the answer to a plain post share this markup. Every text that comes from outside is escaped here.
"""

import math
from collections.abc import Iterable, Mapping
from html import escape
from unicodedata import combining, normalize

from ..contract import Contract, Example, Feature, Value
from ..errors import Fault
from ..model.slider_scale import Scale
from ..words import inside_sentence, number_text
from .groups import MOST_TOGETHER, Group, groups_of

__all__ = ["field_id", "render_examples", "render_form", "render_summary", "words_for"]

_COMMON = 8
"""So many of the most frequent categories stand at the top of a long list."""

_ROUGH = 10

_SEARCH = """<div class="find" id="find" hidden>
<label class="find-label" for="find-text">Find an input</label>
<input class="control" id="find-text" type="search" autocomplete="off">
<p class="find-none" id="find-none" role="status"></p>
</div>
"""
"""For scripts, which show it."""


def field_id(contract: Contract, name: str) -> str:
    """Return the id of a feature's control, or "" where there is none: names may hold spaces, ids may not."""
    position = next((i for i, feature in enumerate(contract.features, 1) if feature.name == name), 0)
    return f"field-{position}" if position else ""


def words_for(contract: Contract, fault: Fault) -> str:
    """Return what the form says of a fault: shorter than the API's message, and in a person's terms.

    `static_site/scripts/validation.js` says the same; a test in the browser compares the two.
    """
    feature = next((feature for feature in contract.features if feature.name == fault.field), None)
    if feature is None:
        return fault.message
    label, seen = feature.label, feature.seen
    match fault.code:
        case "missing":
            return f"Choose {_with_article(label)}" if feature.is_category else f"Enter {inside_sentence(label)}"
        case "unknown_category":
            return f"{label} is not in the list. Choose one from the list"
        case "wrong_type" if feature.reference:
            return f"{label} must be a date, like 2024-01-31, or a number of days"
        case "wrong_type" | "not_finite" if not feature.is_category:
            # Without a mark between thousands: typed like that it would be unclear.
            return f"{label} must be a number, like {number_text(_likely(feature)).replace(',', '')}"
        case "unclear_number":
            return f"{label} could be thousands or have three decimals. Write it like 1234 or 1.2340"
        case "not_whole":
            return f"{label} must be a whole number"
        case "too_small" if feature.minimum is not None:
            return f"{label} must be {number_text(feature.minimum)} or more"
        case "too_large" if feature.maximum is not None:
            return f"{label} must be {number_text(feature.maximum)} or less"
        case "outside_range" if seen.minimum is not None and seen.maximum is not None:
            span = f"{number_text(seen.minimum)}–{number_text(seen.maximum)}"
            return f"Outside the {span} seen in training. Treat the score with care."
    return fault.message


def render_form(
    contract: Contract,
    values: Mapping[str, str],
    faults: Iterable[Fault] = (),
    warnings: Iterable[Fault] = (),
    *,
    action: str = "",
) -> str:
    """Return the form with every field, refilled with what was typed; its button stands outside.

    Parameters
    ----------
    contract : Contract
    values : mapping of str to str
        What the person typed, by feature name; may hold anything.
    faults, warnings : iterable of Fault
        Shown in the note under their field, the first one of each field, faults before warnings.
    action : str
        Where the form is posted; without one, to the address of the page it stands in.
    """
    notes: dict[str, tuple[str, str]] = {}
    for state, found in (("error", faults), ("warning", warnings)):
        for fault in found:
            notes.setdefault(fault.field, (state, words_for(contract, fault)))
    groups = groups_of(contract)
    fields = "\n".join(_group(contract, group, values, notes, is_open=group is groups[0]) for group in groups)
    search = _SEARCH if len(contract.features) > MOST_TOGETHER else ""
    target = f' action="{escape(action)}"' if action else ""
    return f'<form id="customer-form" method="post"{target} novalidate>\n{search}{fields}\n</form>'


def render_summary(contract: Contract, faults: Iterable[Fault]) -> str:
    """Return the list of what is wrong, each line a link to its field."""
    lines = []
    for fault in faults:
        words = escape(words_for(contract, fault))
        target = field_id(contract, fault.field)
        lines.append(f'<li><a href="#{target}">{words}</a></li>' if target else f"<li>{words}</li>")
    return (
        '<div class="summary" id="summary" role="alert" tabindex="-1" autofocus aria-labelledby="summary-title">\n'
        '<h2 id="summary-title">There is a problem</h2>\n'
        f"<ul>{''.join(lines)}</ul>\n</div>"
    )


def render_examples(contract: Contract, action: str) -> str:
    """Return a small form for each example: it posts the example where no script fills the fields with it.

    A contract without examples gets no heading over nothing, but no markup at all.
    """
    if not contract.examples:
        return ""
    forms = "\n".join(_example(contract, example, action) for example in contract.examples)
    return f"""<div class="examples" role="group" aria-labelledby="examples-title">
<p id="examples-title">Try</p>
{forms}
</div>"""


def _group(
    contract: Contract, group: Group, values: Mapping[str, str], notes: Mapping[str, tuple[str, str]], *, is_open: bool
) -> str:
    fields = "\n".join(
        _field(feature, field_id(contract, feature.name), values.get(feature.name, ""), notes.get(feature.name))
        for feature in group.features
    )
    if not group.name:
        return fields
    # What is wrong must be seen, without scripts too.
    is_open |= any(feature.name in notes for feature in group.features)
    return (
        f'<details class="group"{" open" if is_open else ""}>\n<summary>{escape(group.name)} '
        f'<span class="group-count">{len(group.features)}</span></summary>\n{fields}\n</details>'
    )


def _field(feature: Feature, id_: str, value: str, note: tuple[str, str] | None) -> str:
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
    known = [f'data-{key}="{_plain(value)}"' for key, value in facts.items() if value is not None]
    known += [f'data-reference="{feature.reference}"'] if feature.reference else []
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
    unit = f'<span class="{shown}" id="{id_}-unit">{escape(feature.unit)}</span>' if feature.unit else ""
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


def _example(contract: Contract, example: Example, action: str) -> str:
    fields = "".join(
        f'<input type="hidden" name="{escape(feature.name)}" value="{escape(_text(value))}">'
        for feature, value in zip(contract.features, example.values, strict=True)
    )
    return (
        f'<form class="example" method="post" action="{escape(action)}">{fields}'
        f'<button class="chip" type="submit">{escape(example.name)}</button></form>'
    )


def _hint(feature: Feature) -> str:
    low, high = feature.seen.lower_quartile, feature.seen.upper_quartile
    if low is None or high is None:
        return ""
    # Quartiles fall between two values; a hint needs no decimals where they say little.
    low, high = (_whole(value) if feature.kind == "integer" or abs(value) >= _ROUGH else value for value in (low, high))
    span = number_text(low) if low == high else f"{number_text(low)}–{number_text(high)}"
    date = f" {feature.unit}. A date, like {feature.reference}, will do" if feature.reference else ""
    unknown = ". May be left empty" if feature.optional else ""
    return f"Middle half of customers: {span}{date}{unknown}"


def _likely(feature: Feature) -> float:
    """Return a number that such a customer may have."""
    likely = feature.seen.upper_quartile or feature.maximum or 1.0
    return _whole(likely) if abs(likely) >= 1 or feature.kind == "integer" else likely


def _whole(value: float) -> float:
    return float(math.floor(value + 0.5))


def _text(value: Value) -> str:
    return value or "" if value is None or isinstance(value, str) else _plain(value)


def _plain(number: float) -> str:
    """Return a number as programs write it."""
    return repr(float(number)).removesuffix(".0")


def _with_article(label: str) -> str:
    inside = inside_sentence(label)
    return f"{'an' if inside[:1] in 'aeiou' else 'a'} {inside}"


def _sort_key(label: str) -> str:
    """Return the label without accents: Côte d’Ivoire stands among the C, Åland among the A."""
    return "".join(letter for letter in normalize("NFKD", label.casefold()) if not combining(letter))
