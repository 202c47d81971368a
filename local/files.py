"""The files of a site: found by path, never outside the folder, kept with their hash and their gzip."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

__all__ = ["CONFIG_NAME", "File", "Files", "is_sound"]

CONFIG_NAME = "staticwebapp.config.json"

# Python's own table: the system's, which the module asks too, differs from machine to machine.
_TYPES = mimetypes.MimeTypes(filenames=())
_TYPES.add_type("font/woff2", ".woff2")
_SMALLEST_TO_GZIP = 512


@dataclass(frozen=True)
class File:
    """A file's content.

    Attributes
    ----------
    content : bytes
    zipped : bytes or None
        By gzip, where that saves something.
    etag : str
        Without quotes.
    media_type : str
    modified : float
        Seconds since 1970.
    """

    content: bytes
    zipped: bytes | None
    etag: str
    media_type: str
    modified: float


class Files:
    """The folder of a site.

    Parameters
    ----------
    root : Path
        Absolute and resolved.
    mime_types : dict of str to str
        By extension, above the usual ones.
    """

    def __init__(self, root: Path, mime_types: dict[str, str]) -> None:
        self._root = root
        self._types = mime_types

    def find(self, path: str) -> tuple[File, str] | None:
        """Return the file for a decoded path and its own path such as "/about/index.html", or None.

        A folder is its index.html, and a path without extension may be that of an .html file.
        """
        if not is_sound(path):
            return None
        plain = path.rstrip("/")
        choices = [f"{plain}/index.html"] if path.endswith("/") else [path, f"{path}/index.html"]
        if plain and "." not in plain.rsplit("/", 1)[-1]:
            choices.append(f"{plain}.html")
        for choice in choices:
            file = (self._root / choice.lstrip("/")).resolve()
            if file.is_relative_to(self._root) and file.is_file():
                state = file.stat()
                return _load(file, state.st_mtime_ns, state.st_size, self._type(file)), choice
        return None

    def _type(self, file: Path) -> str:
        extension = file.suffix.lower()
        return self._types.get(extension) or _TYPES.guess_type(file.name)[0] or "application/octet-stream"


def is_sound(path: str) -> bool:
    """Whether a decoded path may lead to a file: no way up, nothing hidden, not the configuration itself."""
    if not path.startswith("/") or "\\" in path or "\0" in path or ":" in path:
        return False
    *folders, last = path[1:].split("/")
    if any(not folder or (folder.startswith(".") and folder != ".well-known") for folder in folders):
        return False
    return not last.startswith(".") and last.lower() != CONFIG_NAME


@lru_cache(maxsize=256)
def _load(file: Path, modified_ns: int, _size: int, media_type: str) -> File:
    content = file.read_bytes()
    zipped = None
    is_text = media_type.startswith("text/") or media_type.endswith(("json", "xml", "javascript"))
    if is_text and len(content) >= _SMALLEST_TO_GZIP:
        zipped = gzip.compress(content, mtime=0)
    return File(content, zipped, sha256(content).hexdigest()[:32], media_type, modified_ns / 1e9)
