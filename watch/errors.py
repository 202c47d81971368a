"""What can go wrong between this project and its blob account.

WatchError
├── StoreError      the account cannot be reached, or says no
│   ├── NotThere    it has no such blob
│   └── Conflict    somebody else wrote the blob first
├── ShelfError      what was asked of the shelf cannot be done
└── NotKept         outcomes were sent, and no answers are kept
"""

__all__ = ["Conflict", "NotKept", "NotThere", "ShelfError", "StoreError", "WatchError"]


class WatchError(Exception):
    """Base of every error this package raises on purpose."""


class StoreError(WatchError):
    """The blob account cannot be reached, or refuses."""


class NotThere(StoreError):
    """There is no such blob."""


class Conflict(StoreError):
    """The blob is another one than it was when it was read, or is there already."""


class NotKept(WatchError):
    """Outcomes were sent, and no answers are kept to hold them against."""


class ShelfError(WatchError):
    """What was asked of the shelf cannot be done."""
