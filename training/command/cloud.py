"""Blobs in a cloud: their addresses, and files fetched from there and sent there.

The only module of the trainer that knows obstore, which it imports when an address is used and not before. An account
and its keys, where there are any, come from the variables that its command line has, too: AZURE_STORAGE_ACCOUNT_NAME,
AWS_REGION and so on. A blob is seen when it is whole, and not before.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import replace
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import CloudError, DataError

__all__ = ["Address", "Blob", "details", "fetch", "find", "place", "remove", "send"]

_SCHEMES = ("az", "azure", "abfs", "abfss", "s3")
_PIECE_BYTES = 8 << 20
_NO_CONTAINER = ("ContainerNotFound", "FilesystemNotFound", "NoSuchBucket")


@dataclass(frozen=True)
class Address:
    """An address in a cloud.

    Attributes
    ----------
    container : str
        Such as "az://shop" or "abfs://shop@account.dfs.core.windows.net".
    name : str
        Of a blob in it; of a folder, which ends in a slash or is empty; or a pattern, which has an asterisk.
    """

    container: str
    name: str

    def __str__(self) -> str:
        """Return it as a person writes it."""
        return f"{self.container}/{self.name}"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder's."""
        return self.name == "" or self.name.endswith("/")

    @property
    def is_one(self) -> bool:
        """Whether it is a single blob's."""
        return not (self.is_folder or "*" in self.name)

    @property
    def folder(self) -> str:
        """The folder that all it stands for is in, with a slash at its end."""
        beginning, slash, _ = self.name.partition("*")[0].rpartition("/")
        return beginning + slash

    def below(self, name: str) -> "Address":
        """Return the address of a blob in this folder."""
        return replace(self, name=self.name + name)

    def beside(self, word: str) -> "Address":
        """Return the address with a word more in its last name: customers.rejected.csv, customers.rejected/."""
        if self.is_folder:
            return replace(self, name=f"{self.name[:-1]}.{word}/" if self.name else f"{word}/")
        path = PurePosixPath(self.name)
        return replace(self, name=str(path.with_name(f"{path.stem}.{word}{path.suffix}")))


@dataclass(frozen=True)
class Blob:
    """A blob that is there.

    Attributes
    ----------
    address : Address
    tag : str
        Its entity tag: another version has another one.
    n_bytes : int
    """

    address: Address
    tag: str
    n_bytes: int


def place(text: str) -> Path | Address:
    """Return where an argument says that something is: in a cloud, or on this machine."""
    scheme, is_url, rest = text.partition("://")
    if not is_url or scheme not in _SCHEMES:
        return Path(text)
    container, _, name = rest.partition("/")
    return Address(f"{scheme}://{container}", name)


def find(address: Address, suffixes: tuple[str, ...]) -> list[Blob]:
    """Return what an address stands for, in the order of the names.

    A folder stands for the blobs in it whose name ends as said, hidden ones (._) left out; an asterisk for any text
    without a slash.

    Raises
    ------
    DataError
        If there is none.
    CloudError
    """
    if address.is_one:
        return [_head(address)]
    pattern = address.name + "*" if address.is_folder else address.name
    with _told(address) as store:
        listed = [entry["path"] for page in store.list(address.folder or None) for entry in page]
    names = [
        name
        for name in sorted(listed)
        if PurePosixPath(name).full_match(pattern)
        and PurePosixPath(name).name[0] not in "._"
        and name.lower().endswith(suffixes)
    ]
    if not names:
        raise DataError(f"{address}: there is no blob of this address whose name ends in {' or '.join(suffixes)}.")
    return [_head(replace(address, name=name)) for name in names]


def details(address: Address) -> Mapping[str, str]:
    """Return what was noted of a blob when it was sent; nothing where there is no such blob.

    Raises
    ------
    CloudError
    """
    with suppress(DataError), _told(address) as store:
        return dict(store.get(address.name, options={"head": True}).attributes)
    return {}


def fetch(blob: Blob, path: Path) -> None:
    """Write a blob into a file, piece by piece.

    Raises
    ------
    DataError
        If this version of it is not there any more.
    CloudError
    OSError
        If the file cannot be written.
    """
    with path.open("wb") as file:
        for start in range(0, blob.n_bytes, _PIECE_BYTES):
            options = {"range": (start, min(start + _PIECE_BYTES, blob.n_bytes)), "if_match": blob.tag}
            with _told(blob.address) as store:
                piece = bytes(store.get(blob.address.name, options=options).bytes())
            file.write(piece)


def send(path: Path, address: Address, noted: Mapping[str, str]) -> None:
    """Make a blob of a file, over whatever is there.

    Raises
    ------
    CloudError
    """
    try:
        with _told(address) as store:
            store.put(address.name, path, attributes=dict(noted))
    except DataError as error:
        raise CloudError(str(error)) from None


def remove(address: Address) -> None:
    """Remove a blob, if it is there.

    Raises
    ------
    CloudError
    """
    with suppress(DataError), _told(address) as store:
        store.delete(address.name)


def _head(address: Address) -> Blob:
    with _told(address) as store:
        meta = store.head(address.name)
    return Blob(address, meta["e_tag"] or "", meta["size"])


@contextmanager
def _told(address: Address) -> Iterator[Any]:
    """Open an address's container, and put what goes wrong with it into words that hold nothing of an answer."""
    import obstore.exceptions as errors

    try:
        yield _open(address.container)
    except FileNotFoundError:
        raise DataError(f"{address}: there is no such blob, or no such container. Check the address.") from None
    except errors.PreconditionError:
        raise DataError(f"{address}: the blob was changed while it was read. Ask again.") from None
    except (errors.PermissionDeniedError, errors.UnauthenticatedError):
        raise CloudError(f"{address}: access is refused. Sign in, or have a role given to you there.") from None
    except errors.BaseError as error:
        if any(word in str(error) for word in _NO_CONTAINER):
            raise DataError(f"{address}: there is no such container. Check the address.") from None
        if "Account must be specified" in str(error):
            raise CloudError(
                f"{address}: in which account? Set AZURE_STORAGE_ACCOUNT_NAME, or begin with "
                "abfs://CONTAINER@ACCOUNT.dfs.core.windows.net."
            ) from None
        raise CloudError(f"{address}: the cloud cannot be reached ({type(error).__name__}). Ask again.") from None


@cache
def _open(container: str) -> Any:
    from obstore.store import from_url

    # Where there is no key and the machine has no identity of its own: whoever is signed in.
    signed_in = not container.startswith("s3:") and "IDENTITY_ENDPOINT" not in os.environ
    access: dict[str, Any] = {"use_azure_cli": True} if signed_in else {}
    return from_url(container, **access)
