"""The answer to a plain form: a whole HTML page that needs no script.

The same form, refilled, with the result or with what is wrong. The static pages take their header and footer from here
too, so that the markup exists once. Every text that comes from outside is escaped.
"""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlsplit

from ..answers import Scored
from ..contract import Contract, Target
from ..errors import Fault
from ..words import chance_and_threshold
from .form import render_form, render_summary
from .result import render_explanation, render_result

__all__ = [
    "PAGES",
    "STYLES",
    "answer_headers",
    "render_answer",
    "render_failure",
    "render_footer",
    "render_header",
    "title_of",
]


STYLES = ("tokens", "base", "header", "controls", "form", "slider", "result", "why")
"""The style sheets of the page, in the order of the cascade."""

PAGES = {"index.html": "One customer", "list.html": "A list", "model.html": "The model"}
"""The pages of the site, in the order of the navigation."""


_ANY = Target("", "", "")
"""The words of a page that no model could be loaded for."""


def render_answer(
    contract: Contract,
    values: Mapping[str, str],
    site_url: str,
    *,
    scored: Scored | None = None,
    faults: Iterable[Fault] = (),
) -> str:
    """Return the page that answers a form.

    Parameters
    ----------
    contract : Contract
    values : mapping of str to str
        What was posted, by field name; shown again in the form.
    site_url : str
        Where the style sheets and the empty form live.
    scored : Scored, optional
        The score; None when there are faults.
    faults : iterable of Fault
    """
    faults = tuple(faults)
    question = title_of(contract)
    title, result, summary = question, "", ""
    if scored is not None:
        chance, _ = chance_and_threshold(scored.probability, contract.threshold)
        title = f"{contract.words(scored.probability >= contract.threshold)}, {chance}: {question}"
        result = f"{render_result(contract, scored)}\n{render_explanation(contract, scored)}"
    if faults:
        title = f"Error: {question}"
        summary = render_summary(contract, faults)
    # No action: the form goes to the address it was answered from. The result comes first, for small screens.
    return _document(
        contract.target,
        title,
        site_url,
        f"""<h1>{escape(question)}</h1>
<div class="columns">
<div class="results">
{result}
</div>
<section class="card" id="customer" aria-labelledby="customer-title">
<div class="card-head"><h2 id="customer-title">Customer</h2><a href="{_folder(site_url)}">Start again</a></div>
{summary}
{render_form(contract, values, faults, scored.warnings if scored else ())}
<div class="form-actions"><button class="button" type="submit" form="customer-form">Predict</button></div>
</section>
</div>""",
        render_footer(contract, site_url),
    )


def render_failure(title: str, detail: str, site_url: str) -> str:
    """Return the page for a form that could not be answered at all, such as one that came while no model is loaded."""
    body = f"""<h1>{escape(title)}</h1>
<p class="lead">{escape(detail)}</p>
<p><a href="{_folder(site_url)}">Back to the form</a></p>"""
    return _document(_ANY, f"Error: {title}", site_url, body, "")


def answer_headers(site_url: str) -> dict[str, str]:
    """Return the security headers of these pages: no script, style sheets from the site and from nowhere else."""
    address = urlsplit(site_url)
    site = f"{address.scheme}://{address.netloc}" if address.netloc else "'self'"
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src {site}; img-src {site}; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ),
        "Content-Type": "text/html; charset=utf-8",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def title_of(contract: Contract) -> str:
    """Return the question that the form answers."""
    return f"Will this customer {contract.target.verb}?"


def render_header(target: Target, site_url: str, current: str = "") -> str:
    """Return the head of every page: the way to the others, the model's state, light or dark.

    Parameters
    ----------
    target : Target
    site_url : str
        Where the pages live; "./" for a page among them.
    current : str
        Which of `PAGES` this one is, if it is one.
    """
    # The state and the switch are the scripts' (static_site/scripts/shell.js): hidden where there are none.
    words = " ".join(f'data-{key}="{escape(getattr(target, key))}"' for key in ("verb", "noun", "person"))
    return f"""<header class="site-header" {words}>
<a class="brand" href="{_address(site_url, "index.html")}">
<svg class="brand-mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
<rect x="1" y="11" width="5" height="8" rx="1.5"/><rect x="7.5" y="6" width="5" height="13" rx="1.5"/>
<rect class="brand-top" x="14" y="1" width="5" height="18" rx="1.5"/>
</svg>
{escape(target.title)} predictor</a>
<nav class="site-nav" aria-label="Pages">
<ul>
{"\n".join(_link(site_url, page, current) for page in PAGES)}
</ul>
</nav>
<p class="status" id="status" data-state="starting" hidden><span class="status-words" id="status-words"></span></p>
<button class="theme" id="theme" type="button" aria-pressed="false" aria-label="Dark theme" hidden>
<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
<circle class="theme-ring" cx="10" cy="10" r="7"/><path d="M10 3a7 7 0 0 0 0 14z"/>
</svg>
</button>
</header>"""


def render_footer(contract: Contract, site_url: str) -> str:
    """Return the foot of every page: what a score is, and whose."""
    return f"""<footer class="site-footer">
<p>A score is an estimate from past behaviour, not a fact about a person. \
<a href="{_address(site_url, "model.html")}">How good is the model?</a></p>
<p>Model {escape(contract.version)}</p>
</footer>"""


def _link(site_url: str, page: str, current: str) -> str:
    mark = ' aria-current="page"' if page == current else ""
    return f'<li><a href="{_address(site_url, page)}"{mark}>{PAGES[page]}</a></li>'


def _address(site_url: str, page: str) -> str:
    return _folder(site_url) + page.removeprefix("index.html")


def _folder(site_url: str) -> str:
    return escape(site_url if site_url.endswith("/") else f"{site_url}/")


def _document(target: Target, title: str, site_url: str, main: str, footer: str) -> str:
    folder = _folder(site_url)
    styles = "\n".join(f'<link rel="stylesheet" href="{folder}styles/{name}.css">' for name in STYLES)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="icon" href="{folder}favicon.svg" type="image/svg+xml">
{styles}
</head>
<body>
<a class="skip-link" href="#main">Skip to main content</a>
{render_header(target, site_url)}
<main id="main">
{main}
</main>
{footer}
</body>
</html>
"""
