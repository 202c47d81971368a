"""Pseudonyms: by what an answer is found again, and nobody is recognised.

HMAC-SHA256 under a salt in a container of its own, which nobody but the app needs to read: without it nobody can try
out guesses.
"""

import hmac
import os
from contextlib import suppress

from .errors import Conflict, NotThere
from .store import Container

__all__ = ["for_customer", "for_request", "read_salt"]

_SALT = "salt"
_DIGITS = 32


def read_salt(container: Container) -> str:
    """Return the salt of the pseudonyms, which is made where there is none yet.

    Raises
    ------
    StoreError
    """
    try:
        return container.read(_SALT).body.decode()
    except NotThere:
        with suppress(Conflict):
            container.create(_SALT, os.urandom(32).hex().encode())
        return container.read(_SALT).body.decode()


def for_request(salt: str, request_id: str) -> str:
    """Return the pseudonym of a request id."""
    return _pseudonym(salt, f"request {request_id}")


def for_customer(salt: str, ref: str) -> str:
    """Return the pseudonym of a customer's reference."""
    return _pseudonym(salt, f"customer {ref}")


def _pseudonym(salt: str, text: str) -> str:
    return hmac.digest(salt.encode(), text.encode(), "sha256").hex()[:_DIGITS]
