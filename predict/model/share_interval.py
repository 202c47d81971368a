"""The 95% interval of a share that was counted."""

import numpy as np
import numpy.typing as npt

__all__ = ["Z", "wilson"]

Z = 1.959964
"""97.5% quantile of the normal distribution."""

type Floats = npt.NDArray[np.float64]


def wilson(hits: npt.ArrayLike, counts: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return both ends of the Wilson interval of shares.

    It behaves for few rows and for shares near 0 and 1, unlike the usual one.

    References
    ----------
    Wilson, Probable inference, the law of succession, and statistical inference, 1927,
    doi:10.1080/01621459.1927.10502953.
    """
    n = np.maximum(np.asarray(counts, dtype=np.float64), 1)
    share = np.asarray(hits, dtype=np.float64) / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
