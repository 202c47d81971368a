"""Access keys: who may call which function when `--enable-auth` stands in for the deployed host's rules."""

import os
import secrets
from dataclasses import dataclass
from hmac import compare_digest

__all__ = ["HOST_KEY", "MASTER_KEY", "Keys", "load_keys", "sent_key"]

HOST_KEY = "FUNCTIONS_HOST_KEY"
MASTER_KEY = "FUNCTIONS_MASTER_KEY"


@dataclass(frozen=True)
class Keys:
    """The two keys of a host.

    Attributes
    ----------
    host : str
        Opens every function of level "function".
    master : str
        Opens everything, the admin endpoints too.
    """

    host: str
    master: str

    def open(self, auth_level: str, key: str) -> bool:
        """Whether a key opens a function; the comparison takes the same time whatever the key."""
        if auth_level == "anonymous":
            return True
        sent = key.encode()
        is_master = compare_digest(sent, self.master.encode())
        return is_master or (auth_level == "function" and compare_digest(sent, self.host.encode()))


def sent_key(headers: dict[str, str], query: dict[str, str]) -> str:
    """Return the key of a request: the header, even an empty one, beats the query; of two the first counts."""
    code = next((value for name, value in query.items() if name.lower() == "code"), "")
    return headers.get("x-functions-key", code).partition(",")[0]


def load_keys() -> Keys:
    """Take the keys from the environment (or local.settings.json, which is in it by then), or make new ones."""
    return Keys(
        host=os.environ.get(HOST_KEY) or secrets.token_urlsafe(32),
        master=os.environ.get(MASTER_KEY) or secrets.token_urlsafe(32),
    )
