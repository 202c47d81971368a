"""The site's generated parts: what the pages know of the model stands in their HTML, and in model.json beside them.

The pages mark such parts as regions (`training.pages.regions`); everything else in them is written by hand.
"""

import json
import shutil
from contextlib import ExitStack
from html import escape
from pathlib import Path

from predict.answers import describe
from predict.contract import Contract
from predict.model.session import Model
from predict.pages.form import render_examples, render_form
from predict.pages.page import render_footer, render_header, title_of
from predict.pages.result import render_explanation, render_recent, render_result
from predict.words import count_word

from ..command.files import replacing
from ..errors import TrainingError
from .model_page import model_regions
from .regions import fill_regions

__all__ = ["copy_site", "write_site"]


def copy_site(source: Path, folder: Path) -> None:
    """Copy a site, scripts and styles included, to a folder with no file but hidden ones; leave any other as it is.

    A copy that was not finished is made again.

    Raises
    ------
    TrainingError
        If a file cannot be copied.
    """
    unfinished = folder / ".unfinished"
    if any(folder.glob("[!.]*")) and not unfinished.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    for path in sorted(source.rglob("*")):
        target = folder / path.relative_to(source)
        try:
            target.mkdir(exist_ok=True) if path.is_dir() else shutil.copy2(path, target)
        except OSError as error:
            raise TrainingError(f"{target} cannot be written ({error.strerror or error}).") from None
    unfinished.unlink()


def write_site(model: Model, folder: Path) -> tuple[Path, ...]:
    """Write the generated parts of a site. All are written before the first takes its place.

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
    pages = sorted(folder.glob("*.html"))
    if not pages:
        raise TrainingError(f"{folder} has no pages: the site's HTML belongs there.")
    api_base = _api_base(folder)
    document = describe(model)
    expected = {folder / "model.json": json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"}
    about = model_regions(model.metadata, model.hash)
    expected |= {page: fill_regions(page, _regions(model.contract, api_base, page.name) | about) for page in pages}
    stale = {path: text for path, text in expected.items() if not path.exists() or path.read_text("utf-8") != text}
    with ExitStack() as written:
        for path, text in stale.items():
            file = written.enter_context(replacing(path))
            file.write(text.encode())
            file.flush()
    return tuple(stale)


def _regions(contract: Contract, api_base: str, page: str) -> dict[str, str]:
    """Return the markup of every region of a page by its name."""
    action = f"{api_base}/predict"
    return {
        "header": render_header(contract.target, "./", page),
        "question": _question(contract),
        "heading": escape(title_of(contract)),
        "verb": escape(contract.target.verb),
        "noun": escape(contract.target.noun),
        "person": escape(contract.target.person),
        "people": escape(contract.target.people),
        "examples": render_examples(contract, action),
        "form": render_form(contract, {}, action=action),
        "count": count_word(len(contract.features)),
        "start": _start(contract),
        "result": f"{render_result(contract, None)}\n{render_explanation(contract, None)}",
        "recent": render_recent(contract),
        "footer": render_footer(contract, "./"),
    }


def _question(contract: Contract) -> str:
    """Return what the form's page is about, for its head."""
    about = f"Enter what a customer has done so far and get the chance of {contract.target.noun}."
    return f'<title>{escape(title_of(contract))}</title>\n<meta name="description" content="{escape(about)}">'


def _start(contract: Contract) -> str:
    """Return how to get a first prediction."""
    count = len(contract.features)
    fields = "field" if count == 1 else f"{count_word(count)} fields"
    return f"Fill in the {fields}{', or start from an example' if contract.examples else ''}."


def _api_base(folder: Path) -> str:
    """Return where the API is, from the file that the scripts read too."""
    path = folder / "config.json"
    try:
        base = json.loads(path.read_text("utf-8"))["apiBase"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f'{path} must be a JSON object like {{"apiBase": "api"}}.') from error
    return str(base).rstrip("/")
