import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from predict.contract import LARGEST
from training.export.drift_reference import MOST_BINS, bins_of_numbers, bins_of_scores

COLUMNS = st.lists(
    st.sampled_from([0.0, 1.0, 2.5, 3.0, 7.0, 100.0, -4.0]) | st.floats(-1e6, 1e6), min_size=1, max_size=300
)


@given(COLUMNS)
def test_bins_hold_every_row_once_and_none_is_empty(values):
    bins = bins_of_numbers(np.array(values))
    assert sum(bins.counts) == len(values)
    assert list(bins.edges) == sorted(set(bins.edges))
    assert min(bins.counts[:-1], default=1) > 0
    assert len(bins.counts) <= 2 * MOST_BINS + 2


def test_value_that_many_rows_share_has_a_bin_of_its_own():
    values = np.concatenate([np.zeros(500), np.full(200, 3.0), np.random.default_rng(0).uniform(0.5, 9, 300)])
    bins = bins_of_numbers(values)
    places = np.searchsorted(bins.edges, [0.0, 3.0], side="left")
    assert [bins.counts[place] for place in places] == [500, 200]


def test_numbers_that_are_not_known_stand_behind_all_others():
    values = np.array([0.0, np.nan, 1.0, 5.0, np.nan])
    bins, known = bins_of_numbers(values), bins_of_numbers(values[~np.isnan(values)])
    assert (bins.edges, bins.counts) == ((*known.edges, LARGEST), (*known.counts, 2))


def test_others_share_the_rest_in_about_equal_parts():
    bins = bins_of_numbers(np.random.default_rng(1).exponential(size=10_000))
    assert len(bins.counts) == MOST_BINS
    assert max(bins.counts) - min(bins.counts) < 20


def test_column_of_one_value_has_one_bin():
    assert [count for count in bins_of_numbers(np.full(7, 2.0)).counts if count] == [7]


def test_score_on_an_edge_is_in_the_bin_below_it():
    bins = bins_of_scores(np.array([0.0, 0.05, 0.051, 1.0]))
    assert len(bins.counts) == 20
    assert (bins.counts[0], bins.counts[1], bins.counts[-1]) == (2, 1, 1)
