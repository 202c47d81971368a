"""The page of `/api/docs`: the OpenAPI document as a person reads it, in one file that needs nothing else.

Nothing from outside; the one style sheet and the one script are in the page, and the policy names them by their hashes.
"""

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape

from ..answers import Document
from ..contract import Contract, Feature
from ..words import number_text
from .docs_style import STYLE
from .docs_try import SCRIPT, example_of, render_try

__all__ = ["docs_headers", "render_docs"]

_CODE = re.compile(r"`([^`]+)`")
_KEY = "x-functions-key: $FUNCTION_KEY"


def docs_headers() -> dict[str, str]:
    """Return the headers of the page: its own style sheet and script, an empty icon so that none is asked for."""
    style, script = (b64encode(sha256(text.encode()).digest()).decode() for text in (STYLE, SCRIPT))
    return {
        "Cache-Control": "public, max-age=60",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; connect-src 'self'; "
            "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'"
        ),
        "Content-Type": "text/html; charset=utf-8",
        "Referrer-Policy": "no-referrer",
    }


def render_docs(document: Document, contract: Contract, base: str) -> str:
    """Return the page.

    Parameters
    ----------
    document : dict
        What `openapi_document` returns.
    contract : Contract
        Of the same model.
    base : str
        The address under which the routes are, without a slash at the end; the commands on the page call it.
    """
    info = document["info"]
    routes = [(path, method, route) for path, item in document["paths"].items() for method, route in item.items()]
    title = f"{info['title']}: the interface"
    links = "".join(
        f'<li><a href="#{route["operationId"]}">{escape(route["summary"])}</a></li>' for *_, route in routes
    )
    sections = "\n".join(_route(document, path, method, route, base) for path, method, route in routes)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<meta name="description" content="{escape(info["summary"])}">
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<header>
<p class="brand">{escape(info["title"])}</p>
<p>Version {escape(info["version"])} · <a href="{escape(base)}/openapi.json">OpenAPI document</a></p>
</header>
<main id="main">
<h1>The interface</h1>
<p class="lead">{_prose(info["summary"])} {_prose(info["description"])}</p>
<p>All addresses begin with <code>{escape(base)}</code>. The commands run as they stand in a shell.</p>
<nav aria-label="On this page">
<ul>{links}<li><a href="#fields">Fields of a customer</a></li><li><a href="#codes">Codes</a></li></ul>
</nav>
{sections}
{_fields(contract)}
{_codes(document)}
</main>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _route(document: Document, path: str, method: str, route: Document, base: str) -> str:
    name = route["operationId"]
    body = route.get("requestBody")
    parameters = [_resolve(document, parameter) for parameter in route.get("parameters", [])]
    key = f"<p>{_prose(_asked_key(document))}</p>" if "security" in route else ""
    taken = ""
    if body:
        types = " or ".join(f"<code>{escape(media_type)}</code>" for media_type in body["content"])
        taken = f"<p>Send {types}. {_prose(body['description'])}</p>"
    return f"""<section aria-labelledby="{name}">
<h2 id="{name}">{escape(route["summary"])}</h2>
<p class="route"><span class="method">{method.upper()}</span> <code>{escape(path)}</code></p>
<p>{_prose(route["description"])}</p>
{key}{taken}
{_table("Parameters", ["Name", "In", "What it does"], _parameter_rows(parameters))}
{_commands(path, method, route, base)}
{render_try(method, base + path, route, parameters)}
{_table("Answers", ["Status", "What it means", "Body"], _answer_rows(document, route))}
{_sample(route)}
</section>"""


def _asked_key(document: Document) -> str:
    kind = document["components"]["securitySchemes"]["functionKey"]["description"]
    return (
        f"Asks for {kind}, in the header `x-functions-key` or the parameter `code`; the command takes it from the "
        "variable `FUNCTION_KEY`."
    )


def _parameter_rows(parameters: Iterable[Document]) -> Iterator[list[str]]:
    for parameter in parameters:
        yield [f"<code>{escape(parameter['name'])}</code>", parameter["in"], _prose(parameter["description"])]


def _answer_rows(document: Document, route: Document) -> Iterator[list[str]]:
    for status, answer in route["responses"].items():
        resolved = _resolve(document, answer)
        types = ", ".join(f"<code>{escape(media_type)}</code>" for media_type in resolved.get("content", {}))
        yield [f"<code>{status}</code>", _prose(resolved["description"]), types or "none"]


def _commands(path: str, method: str, route: Document, base: str) -> str:
    """Return commands that can be pasted, one for each kind of body."""
    key = f' \\\n  -H "{_KEY}"' if "security" in route else ""
    if method == "get":
        return _block("Command", f"curl {shlex.quote(base + path)}{key}", "command")
    commands = []
    for media_type, content in route["requestBody"]["content"].items():
        value = example_of(content)
        call = f"curl {shlex.quote(base + path)}{key}"
        if media_type == "application/json":
            text = json.dumps(value, ensure_ascii=False)
            commands.append(f"{call} \\\n  -H 'Content-Type: application/json' \\\n  -d {shlex.quote(text)}")
        elif media_type == "text/csv":
            commands.append(
                f"printf '%s' {shlex.quote(value)} |\n  {call} \\\n  -H 'Content-Type: text/csv' --data-binary @-"
            )
    return "".join(_block("Command", command, "command") for command in commands)


def _sample(route: Document) -> str:
    for media_type, content in route["responses"]["200"].get("content", {}).items():
        if media_type == "text/csv":
            return _block("Its answer", content["example"])
        if "example" in content and route["operationId"] != "describeModel":
            return _block("Its answer", json.dumps(content["example"], indent=2, ensure_ascii=False))
    return ""


def _fields(contract: Contract) -> str:
    rows = (
        [
            f"<code>{escape(feature.name)}</code>",
            f"{escape(feature.label)}. {escape(feature.help)}",
            _rule(feature),
            ", ".join(f"<code>{escape(alias)}</code>" for alias in feature.aliases) or "none",
        ]
        for feature in contract.features
    )
    values = "".join(_values(feature) for feature in contract.features if feature.is_category)
    return f"""<section aria-labelledby="fields">
<h2 id="fields">Fields of a customer</h2>
<p>Every field is required, and no other is taken.</p>
{_table("Fields", ["Name", "What it is", "What it may be", "Other names of a column"], rows)}
{values}
</section>"""


def _rule(feature: Feature) -> str:
    if feature.is_category:
        unknown = ", or empty where it is not known" if feature.optional else ""
        return f"One of {len(feature.values)} texts{unknown}"
    low, high = feature.minimum, feature.maximum
    kind = "A whole number" if feature.kind == "integer" else "A number"
    if low is None or high is None:
        return kind
    return (
        f"{kind} from {number_text(low)} to {number_text(high)}{f' ({escape(feature.unit)})' if feature.unit else ''}"
    )


def _values(feature: Feature) -> str:
    items = "".join(f"<li><code>{escape(value)}</code> {escape(label)}</li>" for value, label in feature.values.items())
    name = escape(feature.label)
    return f'<details><summary>Texts of {name}</summary><ul class="values">{items}</ul></details>'


def _codes(document: Document) -> str:
    schemas = document["components"]["schemas"]
    tables = "".join(
        _table(title, ["Code", "Meaning"], ([f"<code>{code}</code>", _prose(text)] for code, text in labels.items()))
        for title, labels in (
            (title, schemas[name]["properties"]["code"]["x-labels"])
            for title, name in (("Errors", "Fault"), ("Warnings", "Warning"))
        )
    )
    return f"""<section aria-labelledby="codes">
<h2 id="codes">Codes</h2>
<p>The words in <code>code</code> are stable; messages are for people and may change.</p>
{tables}
</section>"""


def _table(caption: str, heading: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table that a narrow screen scrolls sideways, by the keyboard too; its cells are markup already."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heading)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    if not body:
        return ""
    table = f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{caption}">{table}</div>'


def _block(title: str, text: str, kind: str = "sample") -> str:
    code = f"<code>{escape(text)}</code>"
    return f'<h3>{title}</h3><pre class="{kind}" role="group" tabindex="0" aria-label="{title}">{code}</pre>'


def _prose(text: str) -> str:
    """Return a text with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def _resolve(document: Document, part: Document) -> Document:
    """Follow a reference to the components."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: Document = document["components"][kind][name]
    return found
