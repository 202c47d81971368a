"""95% intervals of what was counted: of a share, and of an area under a ROC curve."""

import numpy as np
import numpy.typing as npt

__all__ = ["auc_interval", "wilson"]

_Z = 1.959964  # 97.5% quantile of the normal distribution

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
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)) / (1 + _Z**2 / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def auc_interval(area: float, n_positive: int, n_negative: int) -> tuple[float, float]:
    """Return the interval of a ROC AUC.

    References
    ----------
    Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982, doi:10.1148/radiology.143.1.7063747.
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (n_positive - 1) * (q1 - area**2) + (n_negative - 1) * (q2 - area**2)
    half = _Z * float(np.sqrt(max(variance, 0.0) / (n_positive * n_negative)))
    return max(area - half, 0.0), min(area + half, 1.0)
