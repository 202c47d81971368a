"""References: the caller's own names for the customers of a batch, one for each, by which outcomes are sent later."""

from ..errors import Fault, InvalidInput
from ..text import clean

__all__ = ["read_references"]


def read_references(value: object, n_rows: int) -> list[str]:
    """Return the references of a batch.

    Parameters
    ----------
    value : object
        What was sent.
    n_rows : int
        Customers in the batch.

    Raises
    ------
    InvalidInput
    """
    if not isinstance(value, list) or len(value) != n_rows or not all(isinstance(one, str) for one in value):
        message = 'refs must be a list of texts, one for each customer, "" for one without.'
        raise InvalidInput([Fault("refs", "wrong_type", message)])
    return [clean(one) for one in value]
