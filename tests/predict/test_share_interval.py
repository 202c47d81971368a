import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from predict.model.share_interval import wilson


@given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(counts):
    k, n = counts
    expected = binomtest(k, n).proportion_ci(0.95, "wilson")
    assert wilson(k, n) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_wilson_interval_is_the_roots_of_its_equation():
    """Of a share p, the interval holds every p0 that is within 1.96 standard errors of p0 from it."""
    low, high = wilson([0, 3, 50], [10, 10, 100])
    for hits, n, ends in zip([0, 3, 50], [10, 10, 100], zip(low, high, strict=True), strict=True):
        for end in ends:
            if 0 < end < 1:
                assert abs(hits / n - end) == pytest.approx(1.959964 * np.sqrt(end * (1 - end) / n))
    assert low[0] == 0
    assert wilson([0], [0])[1][0] <= 1
