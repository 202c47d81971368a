"""Cross-origin requests, answered as the host's CORS middleware answers them."""

__all__ = ["Cors"]

type Headers = list[tuple[bytes, bytes]]


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
        self._origins = frozenset(origin.encode() for origin in origins)
        self._any = b"*" in self._origins
        self._credentials = credentials

    def headers(self, origin: bytes) -> Headers:
        """Return what an answer to this origin says; nothing to a stranger."""
        if not (self._any or origin in self._origins):
            return []
        # A browser refuses "*" together with credentials.
        allowed = b"*" if self._any and not self._credentials else origin
        headers = [(b"access-control-allow-origin", allowed)]
        if allowed != b"*":
            headers.append((b"vary", b"Origin"))
        if self._credentials:
            headers.append((b"access-control-allow-credentials", b"true"))
        return headers

    def preflight(self, origin: bytes, method: bytes, names: bytes) -> Headers:
        """Return the headers of a 204: any method and any header for an origin of the list."""
        if not (headers := self.headers(origin)):
            return []
        headers.append((b"access-control-allow-methods", method))
        if names:
            headers.append((b"access-control-allow-headers", names))
        return headers
