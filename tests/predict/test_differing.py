import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.model.coalitions import Coalitions
from predict.model.differing import shapley_of_differing
from predict.model.explain import Explainer
from predict.model.link import Link
from predict.model.strongest import MOST_EXACT
from tests.wide import wide_customers, wide_model
from training.export.background import to_rows

LINKS = (Link(), Link((0.0, 1e-6, 0.2, 0.4, 0.2001, 0.45, 0.7, 0.5, 1.0, 0.99)))


def by_definition(members, dividends, link):
    """Shapley values of one game, order by order."""
    n = members.shape[1]

    def worth(coalition):
        within = [set(np.flatnonzero(own)) <= coalition for own in members]
        return link.of_log_odds(dividends[within].sum(keepdims=True))[0]

    values = np.zeros(n)
    for order in itertools.permutations(range(n)):
        for place, player in enumerate(order):
            before = set(order[:place])
            values[player] += worth(before | {player}) - worth(before)
    return values / math.factorial(n)


@st.composite
def games(draw):
    """Sets of up to five players, and dividends of which many are 0, as of values that are the background's, too."""
    n = draw(st.integers(1, 5))
    sets = draw(st.sets(st.integers(1, (1 << n) - 1), max_size=6))
    members = np.array([[mask >> player & 1 for player in range(n)] for mask in (0, *sets)], dtype=float)
    dividend = st.sampled_from([0.0, 0.0, 1.0, -2.5, 0.3])
    count = draw(st.integers(1, 4))
    dividends = draw(st.lists(dividend, min_size=len(members) * count, max_size=len(members) * count))
    return members, np.array(dividends).reshape(len(members), count), draw(st.sampled_from(LINKS))


@settings(max_examples=60, deadline=None)
@given(games())
def test_values_are_those_of_the_definition(game):
    members, dividends, link = game
    ours = shapley_of_differing(members, np.exp(-dividends), link)
    theirs = [by_definition(members, own, link) for own in dividends.T]
    np.testing.assert_allclose(ours, theirs, atol=1e-14)


@pytest.mark.parametrize("n", [10, MOST_EXACT])
def test_inputs_up_to_a_dozen_are_explained_as_scored_coalitions_say(n):
    rows = to_rows(wide_customers(n)[0].head(40))
    model = wide_model(n, tuple(rows[24:]))
    explainer = Explainer(model)
    ours = explainer.contributions(rows[:20])
    np.testing.assert_allclose(ours, Coalitions(model).contributions(rows[:20]), atol=1e-12)
    alone = np.concatenate([explainer.contributions([row]) for row in rows[:20]])
    np.testing.assert_allclose(ours, alone, atol=1e-14)


def test_a_batch_larger_than_is_worked_on_at_once_is_explained_the_same(monkeypatch):
    rows = to_rows(wide_customers(10)[0].head(40))
    model = wide_model(10, tuple(rows[24:]))
    whole = Explainer(model).contributions(rows)
    monkeypatch.setattr("predict.model.differing.AT_ONCE", 500)
    np.testing.assert_allclose(Explainer(model).contributions(rows), whole, atol=1e-14)
