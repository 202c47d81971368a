"""95% intervals of what was counted: of an area under a ROC curve; those of a share are `predict`'s."""

import numpy as np

__all__ = ["auc_interval"]

_Z = 1.959964  # 97.5% quantile of the normal distribution


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
