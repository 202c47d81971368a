"""A chart as SVG: matplotlib's, with the colours and the font of the page it stands in."""

import io
import re
import warnings
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["INK", "MUTED", "NO", "THIRD", "YES", "draw_svg"]

# Colours that stand for the page's own; replaced after drawing.
INK, MUTED, _LINE, YES, NO, THIRD = "#010203", "#020304", "#030405", "#040506", "#050607", "#060708"
_PAGE_COLOURS = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    _LINE: "var(--line)",
    YES: "var(--yes)",
    NO: "var(--no)",
    THIRD: "var(--third)",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a label may hold dollars
    "font.size": 10,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlecolor": INK,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2,
}


def draw_svg(name: str, draw: Callable[[Axes], None], title: str, *, width: float = 5.4, height: float = 3.6) -> str:
    """Draw on a figure and return it as SVG.

    Parameters
    ----------
    name : str
        Of this chart alone among those of the page.
    draw : callable
        Draws on the axes.
    title : str
        For those who do not see it.
    width, height : float
        In inches.
    """
    with mpl.rc_context(_STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        # The page has letters that matplotlib's own font lacks; the SVG keeps texts as texts.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Several drawings stand on one page: their ids must not be the same.
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="|url\()#', rf"\1#{name}-", svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "system-ui, sans-serif", svg)
    for stand_in, colour in _PAGE_COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return re.sub(
        r'<svg [^>]*?viewBox="([^"]*)"[^>]*>',
        lambda match: (
            f'<svg viewBox="{match[1]}" role="img" aria-label="{escape(title)}" '
            f'style="max-width:{width:.1f}in" xmlns:xlink="http://www.w3.org/1999/xlink">'
        ),
        svg,
        count=1,
    )
