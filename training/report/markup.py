"""The parts that the report's HTML is made of."""

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["render_figure", "render_table", "share_text", "span_text"]


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
    best : str
        Name of the row that stands out.
    caption : str
    words : sequence of int
        Numbers of the columns that hold words and may be broken.
    """

    def cell(place: int, text: str) -> str:
        if place == 0:
            return f'<th scope="row">{escape(text)}</th>'
        return f'<td class="words">{escape(text)}</td>' if place in words else f"<td>{escape(text)}</td>"

    lines = [(row[0] == best, "".join(cell(place, text) for place, text in enumerate(row))) for row in rows]
    body = "".join(f"<tr{' class=best' if is_best else ''}>{cells}</tr>" for is_best, cells in lines)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    thead = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    return f'<div class="scroll" tabindex="0"><table>{title}{thead}<tbody>{body}</tbody></table></div>'


def render_figure(svg: str, caption: str) -> str:
    """Return a picture with its caption."""
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def share_text(value: float | None) -> str:
    """Return a share in whole percent, "" where there is none."""
    return "" if value is None else f"{value:.0%}"


def span_text(interval: tuple[float, float] | None, *, percent: bool = True) -> str:
    """Return both ends of an interval, "" where there is none."""
    if interval is None:
        return ""
    low, high = interval
    return f"{low:.1%} to {high:.1%}" if percent else f"{low:.3f} to {high:.3f}"
