"""What stops a local run before it starts, said in words for the person at the terminal."""

__all__ = ["LocalError"]


class LocalError(Exception):
    """The host or the site cannot start; the message says why and what to do."""
