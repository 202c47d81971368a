from copy import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.made import result
from training.evaluation.out_of_fold import decide
from training.evaluation.slices import auc_interval, slice_up, worse_parts


def test_slices_cover_every_row_and_mark_the_one_that_does_worse():
    table, scored = result().table, result().scored
    decided = decide(scored, result().settings.objective)
    days = [part for part in slice_up(table, scored, decided, result().schema.features[:1]) if part.n_rows]
    assert sum(part.n_rows for part in days) >= len(table.y) - 50
    broken = np.where(table.X["days_on_platform"] > 300, 1 - scored.probability, scored.probability)
    worse = type(scored)(scored.y, broken, scored.fold, scored.groups)
    *_, last = slice_up(table, worse, broken >= 0.9, result().schema.features[:1])
    assert {"ROC AUC lower than expected", "scores too high"} <= set(last.warnings)
    (worst, *_) = worse_parts([replace(days[0], warnings=()), last])
    assert (worst.part, worst.n_rows, worst.warnings) == (last.part, last.n_rows, last.warnings)
    assert worse_parts([replace(last, warnings=())]) == ()


def test_a_slice_has_the_roc_auc_of_its_rows_ties_included():
    table, scored = result().table, result().scored
    rounded = replace(scored, probability=scored.probability.round(2))
    country = result().schema.features[-1]
    parts = {part.part: part for part in slice_up(table, rounded, rounded.probability > 0.5, [country])}
    rows = (table.X[country.name] == "US").to_numpy()
    expected = roc_auc_score(scored.y[rows], rounded.probability[rows])
    assert parts[country.values["US"]].roc_auc == pytest.approx(expected, abs=1e-12)


def test_interval_of_an_area_is_as_wide_as_fresh_samples_differ():
    rng = np.random.default_rng(0)
    areas = [(rng.normal(1, 1, 50)[:, None] > rng.normal(0, 1, 200)).mean() for _ in range(400)]
    low, high = auc_interval(float(np.mean(areas)), 50, 200)
    assert (high - low) / np.subtract(*np.percentile(areas, [97.5, 2.5])) == pytest.approx(1, abs=0.15)
