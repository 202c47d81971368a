import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tests.drafting import N_ROWS, column


def test_the_power_of_a_column_is_its_roc_auc_however_often_its_values_repeat():
    rng = np.random.default_rng(5)
    numbers, y = rng.integers(0, 6, N_ROWS), rng.random(N_ROWS) < 0.3
    texts = [*map(str, numbers)]
    rates = pd.Series(y).groupby(texts).mean()
    area = roc_auc_score(y, numbers)
    assert column("n", texts, numbers).power(y) == pytest.approx(max(area, 1 - area))
    assert column("t", texts).power(y) == pytest.approx(roc_auc_score(y, rates[texts]))
