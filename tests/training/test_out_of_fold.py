import numpy as np

from tests.training.test_evaluate import scored
from training.evaluation.folds import N_SPLITS
from training.evaluation.out_of_fold import decide
from training.evaluation.threshold import Objective, choose_threshold


def test_each_row_is_decided_by_the_threshold_of_the_other_folds():
    rows = scored()
    decided = decide(rows, Objective())
    for number in range(N_SPLITS):
        inside = rows.fold == number
        threshold, _ = choose_threshold(rows.y[~inside], rows.probability[~inside])
        np.testing.assert_array_equal(decided[inside], rows.probability[inside] >= threshold)
