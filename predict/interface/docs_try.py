"""A request that is tried in the page of `/api/docs`: a form for each route, and the one script of the page."""

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from ..answers import Document

__all__ = ["SCRIPT", "example_of", "render_try"]

_MOST_ROWS = 14

SCRIPT = """
const MOST = 20_000;
for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
async function send(form) {
  const { body, key, query } = Object.fromEntries(new FormData(form));
  const [status, shown] = [form.querySelector("[role=status]"), form.querySelector("pre")];
  const headers = { ...(body && { "Content-Type": form.dataset.type }), ...(key && { "x-functions-key": key }) };
  status.textContent = "Waiting…";
  try {
    const begin = performance.now();
    const address = new URL(form.action).pathname + (query ? `?${query}` : "");
    const response = await fetch(address, { method: form.method.toUpperCase(), headers, body: body || undefined });
    const text = await response.text();
    status.textContent = `${response.status} after ${Math.round(performance.now() - begin)} ms`;
    shown.hidden = text === "";
    shown.textContent = indented(text).slice(0, MOST);
  } catch {
    status.textContent = "The service cannot be reached.";
  }
}
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
"""


def example_of(content: Document) -> Any:
    """Return the first example of a kind of body."""
    examples = content.get("examples")
    return next(iter(examples.values()))["value"] if examples else content["example"]


def render_try(method: str, address: str, route: Document, parameters: Sequence[Document]) -> str:
    """Return the form of a route, which the script shows; it sends the first kind of body that the route takes."""
    name, media_type, fields = route["operationId"], "", []
    if query := [parameter["name"] for parameter in parameters if parameter["in"] == "query"]:
        fields.append(
            _field(name, "query", f"Parameters, such as {query[0]}=…", '<input {} type="text" autocomplete="off">')
        )
    if "security" in route:
        fields.append(_field(name, "key", "Key", '<input {} type="password" autocomplete="current-password">'))
    if "requestBody" in route:
        media_type, content = next(iter(route["requestBody"]["content"].items()))
        value = example_of(content)
        text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        rows = min(text.count("\n") + 2, _MOST_ROWS)
        area = f'<textarea {{}} rows="{rows}" spellcheck="false">\n{escape(text)}</textarea>'
        fields.append(_field(name, "body", "Body", area))
    return f"""<form class="try" method="{method}" action="{escape(address)}" data-type="{escape(media_type)}" hidden>
<h3>Try it</h3>
{"".join(fields)}<p><button type="submit" aria-label="Send: {escape(name)}">Send</button>
<span role="status"></span></p>
<pre role="group" tabindex="0" aria-label="What it answers" hidden></pre>
</form>"""


def _field(name: str, kind: str, label: str, control: str) -> str:
    """Return a control under its label; a pair of braces in it stands for what ties the two together."""
    id_ = f"try-{name}-{kind}"
    return f'<p><label for="{id_}">{escape(label)}</label>{control.replace("{}", f'id="{id_}" name="{kind}"', 1)}</p>\n'
