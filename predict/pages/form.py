"""The form: the contract's features as fields that a browser shows and checks without any script.

The static page and the answer to a plain post share this markup. Every text that comes from outside is escaped here.
"""

from collections.abc import Iterable, Mapping
from html import escape

from ..contract import Contract, Example, Feature, Value
from ..errors import Fault
from ..words import inside_sentence, number_text
from .field import plain_text, render_field, whole
from .groups import MOST_TOGETHER, Group, groups_of

__all__ = ["field_id", "render_examples", "render_form", "render_summary", "words_for"]

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
        render_field(feature, field_id(contract, feature.name), values.get(feature.name, ""), notes.get(feature.name))
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


def _example(contract: Contract, example: Example, action: str) -> str:
    fields = "".join(
        f'<input type="hidden" name="{escape(feature.name)}" value="{escape(_text(value))}">'
        for feature, value in zip(contract.features, example.values, strict=True)
    )
    return (
        f'<form class="example" method="post" action="{escape(action)}">{fields}'
        f'<button class="chip" type="submit">{escape(example.name)}</button></form>'
    )


def _likely(feature: Feature) -> float:
    """Return a number that such a customer may have."""
    likely = feature.seen.upper_quartile or feature.maximum or 1.0
    return whole(likely) if abs(likely) >= 1 or feature.kind == "integer" else likely


def _text(value: Value) -> str:
    return value or "" if value is None or isinstance(value, str) else plain_text(value)


def _with_article(label: str) -> str:
    inside = inside_sentence(label)
    return f"{'an' if inside[:1] in 'aeiou' else 'a'} {inside}"
