"""The parts that the report's HTML is made of."""

import re
from collections.abc import Iterable, Sequence
from html import escape

_INSIDE_NAME = re.compile("(?<=[a-z])(?=[A-Z])")  # where the name of a class may be broken

__all__ = ["measured_text", "render_figure", "render_table"]


def render_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    best: str = "",
    caption: str = "",
    words: Sequence[int] = (),
) -> str:
    """Return a table whose first column names its rows.

    Parameters
    ----------
    heads : sequence of str
        Of the columns; all empty for none.
    rows : iterable of sequence of str
        What follows a line break in a cell is written small below it.
    best : str
        Name of the row that stands out.
    caption : str
    words : sequence of int
        Numbers of the columns that hold words and may be broken.
    """

    def cell(place: int, text: str, scope: str = "") -> str:
        start = f'th scope="{scope}"' if scope else "td"
        style = ' class="words"' if place in words else ""
        number, _, note = escape(text).partition("\n")
        if place == 0:
            number = _INSIDE_NAME.sub("<wbr>", number)
        return f"<{start}{style}>{number}{f'<small>{note}</small>' if note else ''}</{start[:2]}>"

    body = "".join(
        f"<tr{' class=best' if row[0] == best else ''}>"
        f"{''.join(cell(place, text, '' if place else 'row') for place, text in enumerate(row))}</tr>"
        for row in rows
    )
    head = "".join(cell(place, text, "col") for place, text in enumerate(heads))
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    thead = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    return f'<div class="scroll" tabindex="0"><table>{title}{thead}<tbody>{body}</tbody></table></div>'


def render_figure(svg: str, caption: str, *, in_summary: bool = False) -> str:
    """Return a picture with its caption, and whether the printed summary shows it."""
    return f"<figure{' class=summary' if in_summary else ''}>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def measured_text(value: float | None, style: str, interval: tuple[float, float] | None = None) -> str:
    """Return a cell: the number as `style` writes it, and below it both ends of its interval; "" without a number."""
    if value is None:
        return ""
    ends = f"\n{interval[0]:{style}}–{interval[1]:{style}}" if interval else ""
    return f"{value:{style}}{ends}"
