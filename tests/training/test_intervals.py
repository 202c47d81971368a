import numpy as np
import pytest

from training.evaluation.intervals import auc_interval


def test_interval_of_an_area_is_as_wide_as_fresh_samples_differ():
    rng = np.random.default_rng(0)
    areas = [(rng.normal(1, 1, 50)[:, None] > rng.normal(0, 1, 200)).mean() for _ in range(400)]
    low, high = auc_interval(float(np.mean(areas)), 50, 200)
    assert (high - low) / np.subtract(*np.percentile(areas, [97.5, 2.5])) == pytest.approx(1, abs=0.15)
