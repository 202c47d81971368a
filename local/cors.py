"""Cross-origin requests, answered as the host's CORS middleware answers them."""

from .outgoing import Headers

__all__ = ["Cors"]


class Cors:
    """The list of origins that may read answers.

    Parameters
    ----------
    origins : sequence of str
        Exact origins such as "https://example.com"; "*" allows all.
    credentials : bool
        Whether they may send cookies.
    """

    def __init__(self, origins: tuple[str, ...], credentials: bool) -> None:
        self._origins = frozenset(origin.lower() for origin in origins)
        self._credentials = credentials

    def headers(self, origin: str) -> Headers:
        """Return what an answer to this origin says; nothing to a stranger."""
        if not origin or not {"*", origin} & self._origins:
            return []
        allowed = "*" if "*" in self._origins else origin
        headers = [(b"access-control-allow-origin", allowed.encode())]
        if self._credentials:
            headers.append((b"access-control-allow-credentials", b"true"))
        # With one origin the answer is the same to everybody who gets it.
        return [*headers, (b"vary", b"Origin")] if len(self._origins) > 1 else headers

    def preflight(self, origin: str, method: str, names: str) -> Headers:
        """Return the headers of a 204: any method and any header for an origin of the list."""
        if not (headers := self.headers(origin)):
            return []
        if method:
            headers.append((b"access-control-allow-methods", method.encode()))
        if names:
            headers.append((b"access-control-allow-headers", names.replace(" ", "").encode()))
        return headers
