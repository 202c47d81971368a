"""The site's generated parts: what the pages know of the model stands in their HTML, and in model.json beside them.

A page marks such a part by `<!-- region:NAME -->` and `<!-- /region:NAME -->`; everything else in it is written by
hand. Writing twice changes nothing, so a check can tell which file is stale.
"""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from predict.contract import Contract
from predict.form import render_examples, render_form
from predict.model import Model
from predict.page import render_footer, render_header, render_result
from predict.words import count_word

from .errors import TrainingError

__all__ = ["model_document", "stale_files", "write_site"]

_REGION = re.compile(r"(<!-- region:(?P<name>[a-z-]+) -->)(?P<body>.*?)(<!-- /region:(?P=name) -->)", re.DOTALL)
_MARK = re.compile(r"<!-- /?region:[a-z-]+ -->")


def write_site(model: Model, folder: Path) -> tuple[Path, ...]:
    """Write the generated parts of a site.

    Parameters
    ----------
    model : Model
    folder : Path
        The site: its HTML pages and config.json.

    Returns
    -------
    tuple of Path
        The files that changed.

    Raises
    ------
    TrainingError
        If a page or config.json is missing or has a region this code does not know.
    """
    stale = _stale(model, folder)
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(stale)


def stale_files(model: Model, folder: Path) -> tuple[Path, ...]:
    """Return the files that `write_site` would change."""
    return tuple(_stale(model, folder))


def model_document(model: Model) -> dict[str, Any]:
    """Return what `GET /api/model` answers."""
    contract = model.contract
    return {
        "model": {
            "name": contract.name,
            "version": contract.version,
            "hash": model.hash,
            "estimator": contract.estimator,
        },
        "contract": asdict(contract),
        "evaluation": asdict(model.metadata.evaluation),
        "provenance": asdict(model.metadata.provenance),
    }


def _stale(model: Model, folder: Path) -> dict[Path, str]:
    """Return the text that each file should have and has not."""
    regions = _regions(model.contract, _api_base(folder))
    document = model_document(model)
    expected = {folder / "model.json": json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"}
    pages = sorted(folder.glob("*.html"))
    if not pages:
        raise TrainingError(f"{folder} has no pages: the site's HTML belongs there.")
    expected |= {page: _filled(page, regions) for page in pages}
    return {path: text for path, text in expected.items() if not path.exists() or path.read_text("utf-8") != text}


def _regions(contract: Contract, api_base: str) -> dict[str, str]:
    """Return the markup of every region by its name."""
    action = f"{api_base}/predict"
    return {
        "header": render_header("./"),
        "examples": render_examples(contract, action),
        "form": render_form(contract, {}, action=action),
        "count": count_word(len(contract.features)),
        "result": render_result(contract, None),
        "footer": render_footer(contract),
    }


def _filled(page: Path, regions: dict[str, str]) -> str:
    text = page.read_text("utf-8")
    found = [match["name"] for match in _REGION.finditer(text)]
    unknown = sorted(set(found) - set(regions))
    if unknown:
        raise TrainingError(f"{page} has the unknown region {unknown[0]!r}: use one of {', '.join(regions)}.")
    if len(_MARK.findall(text)) != 2 * len(found):
        raise TrainingError(f"{page} has a region that is not closed, or not opened: write both marks of each.")
    # A region that stands in a line of text stays in it.
    return _REGION.sub(
        lambda match: (
            f"{match[1]}\n{regions[match['name']]}\n{match[4]}"
            if "\n" in match["body"]
            else f"{match[1]}{regions[match['name']]}{match[4]}"
        ),
        text,
    )


def _api_base(folder: Path) -> str:
    """Return where the API is, from the file that the scripts read too."""
    path = folder / "config.json"
    try:
        base = json.loads(path.read_text("utf-8"))["apiBase"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f'{path} must be a JSON object like {{"apiBase": "api"}}.') from error
    return str(base).rstrip("/")
