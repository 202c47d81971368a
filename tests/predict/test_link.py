from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from predict.model.link import Link
from predict.model.shapley import Game


@given(st.sets(st.integers(1, 10**6 - 1), max_size=80), st.integers(0, 2**32))
def test_line_goes_through_its_knots_and_straight_between_them(places, seed):
    """Knots as close as a millionth, too."""
    x = np.array([0.0, *(place / 10**6 for place in sorted(places)), 1.0])
    y = np.sort(np.random.default_rng(seed).uniform(size=len(x)))
    link = Link(tuple(np.stack([x, y], axis=1).ravel().tolist()))
    p = np.concatenate([x, np.nextafter(x[1:], 0), np.linspace(0, 1, 4099)])
    with np.errstate(divide="ignore"):
        against = 1 / p - 1
    told = 1 / (1 + against)
    # A millionth apart, the line may be steep: last bits of p are a little more of the answer.
    np.testing.assert_allclose(link.of_odds(against), np.interp(told, x, y), atol=1e-9)


def test_without_knots_the_probability_is_that_of_the_log_odds():
    np.testing.assert_allclose(Link().of_log_odds(np.array([-800.0, 0.0, 2.0])), [0, 0.5, 0.8807970779778823])


def test_customer_beyond_what_exp_can_hold_is_explained_without_a_word():
    game = Game(SimpleNamespace(members=np.array([[0], [1]]), base=(0.0,), link=Link()))
    far = np.array([[0.0], [-800.0]])
    assert game.solve(far)[0] == game.solve_many(np.array([[0, 1]]), far)[0][0] == (-0.5,)
