import numpy as np
import pytest

from predict.model.coalitions import Coalitions
from predict.model.differing import DifferingGame
from predict.model.dividend_document import from_document, to_document
from predict.model.dividends import Linear, Term
from predict.model.explain import Explainer
from predict.model.link import Link
from predict.model.strongest import MOST_EXACT, STRONGEST, StrongestGame
from tests.wide import wide_customers, wide_model
from training.export.background import to_rows
from training.export.dividends_check import check_dividends

JUST_TOO_MANY = MOST_EXACT + 1


def rows_of(n, first, count):
    return tuple(to_rows(wide_customers(n)[0].iloc[first : first + count]))


@pytest.fixture(scope="module")
def model():
    return wide_model(JUST_TOO_MANY, rows_of(JUST_TOO_MANY, 100, 8))


def test_contributions_are_close_to_those_of_all_inputs_as_players(model):
    rows = rows_of(JUST_TOO_MANY, 0, 30)
    ours, theirs = Explainer(model).contributions(rows), Coalitions(model).contributions(rows)
    assert np.abs(ours - theirs).max() < 0.005
    np.testing.assert_array_equal(np.abs(ours).argmax(axis=1), np.abs(theirs).argmax(axis=1))


def test_contributions_are_exact_where_the_weaker_inputs_do_nothing(model):
    """Against customers like this one but for a few inputs."""
    (row,) = rows_of(JUST_TOO_MANY, 0, 1)
    background = tuple((*other[:STRONGEST], *row[STRONGEST:]) for other in rows_of(JUST_TOO_MANY, 100, 6))
    alike = wide_model(JUST_TOO_MANY, background)
    np.testing.assert_allclose(
        Explainer(alike).contributions([row]), Coalitions(alike).contributions([row]), atol=1e-12
    )


@pytest.mark.parametrize("n", [JUST_TOO_MANY, 70])
def test_base_value_and_contributions_add_up_to_the_probability(n):
    """More inputs than an integer of the machine has bits, too."""
    wide = wide_model(n, rows_of(n, 100, 16))
    rows = rows_of(n, 0, 40)
    scores = wide.probabilities(rows)
    for explanation, score in zip(Explainer(wide).explain(rows), scores, strict=True):
        assert explanation.base_value + sum(explanation.contributions) == pytest.approx(float(score), abs=1e-12)
        assert len(explanation.approximate) == n - STRONGEST


def test_signs_are_right_where_each_input_alone_would_nearly_decide():
    """On so steep a slope the strongest hide the weaker, which the estimates have to know."""
    rng = np.random.default_rng(0)
    terms = tuple(Term(weight=weight) for weight in rng.normal(0, 3, JUST_TOO_MANY).tolist())
    rows = rng.normal(size=(16, JUST_TOO_MANY))
    linear = Linear(terms, 0.0, (rows * [term.weight for term in terms]).T, Link())
    customers = [linear.of_row(tuple(row)) for row in rng.normal(size=(30, JUST_TOO_MANY)).tolist()]
    ours, theirs = (
        np.array([game.solve(customer)[0] for customer in customers])
        for game in (StrongestGame(linear), DifferingGame(linear))
    )
    assert not ((np.abs(ours) > 0.01) & (np.sign(ours) != np.sign(theirs))).any()


def test_log_odds_beyond_the_doubles_are_explained_too():
    """As a linear model's are of a customer far outside: exp of one input is infinite, and of another 0."""
    terms = tuple(Term(weight=weight) for weight in (30.0, -30.0, *[0.1] * (MOST_EXACT - 1)))
    rows = np.random.default_rng(0).uniform(0, 1, (8, len(terms)))
    linear = Linear(terms, -1.0, (rows * [term.weight for term in terms]).T, Link())
    contributions, _ = StrongestGame(linear).solve(linear.of_row((100.0, 100.0, *[1.0] * (MOST_EXACT - 1))))
    base = linear.link.of_log_odds(linear.base).mean()
    assert base + sum(contributions) == pytest.approx(1 / (1 + np.exp(1 - 0.1 * (MOST_EXACT - 1))), abs=1e-12)


def test_a_row_is_explained_the_same_alone_and_in_a_batch(model):
    rows = rows_of(JUST_TOO_MANY, 0, 20)
    explainer = Explainer(model)
    assert explainer.explain(rows) == [explained for row in rows for explained in explainer.explain([row])]


def test_dividends_of_many_inputs_come_back_from_the_file():
    wide = wide_model(70, rows_of(70, 100, 4))
    found = from_document(to_document(wide.metadata.dividends), wide.metadata.background)
    np.testing.assert_array_equal(found.members, wide.metadata.dividends.members)
    check_dividends(wide, [wide_customers(70)[0].head(40)])
