from copy import replace

import numpy as np

from tests.factories import sample_contract
from tests.training.test_evaluate import table
from training.customers.table import Table
from training.search.one_rule import describe_rule, hold_out_rule

FEATURES, TARGET = sample_contract().features, sample_contract().target


def with_answer(y) -> Table:
    data = table(600)
    return Table(data.X, y.to_numpy(np.int8), data.groups, data.sha256, data.name)


def test_the_rule_that_made_the_answers_is_found_in_words():
    X = table(600).X
    data = with_answer(X["minutes_watched"] > 30)
    assert describe_rule(data, FEATURES, TARGET, seed=0).startswith("Minutes watched: more than 30")
    assert np.mean((hold_out_rule(data, FEATURES, seed=0).probability > 0.5) == data.y) > 0.98
    data = with_answer(X["days_on_platform"] <= 10)
    assert describe_rule(data, FEATURES, TARGET, seed=0) == "Days on platform: less than 10.5 days"


def test_a_category_may_be_the_rule():
    data = with_answer(table(600).X["student_country"].isin(["AF", "BR", "US"]))
    assert describe_rule(data, FEATURES, TARGET, seed=0) == "Country: one of those with many buyers"


def test_whether_a_number_is_known_may_be_the_rule():
    X = table(600).X
    unknown = X["minutes_watched"] > 30
    data = with_answer(unknown)
    data = replace(data, X=X.assign(minutes_watched=X["minutes_watched"].mask(unknown)))
    features = [replace(f, optional=f.name == "minutes_watched") for f in FEATURES]
    assert describe_rule(data, features, TARGET, seed=0) == "Minutes watched: whether it is known"


def test_a_rule_has_two_answers_in_each_fold():
    scored = hold_out_rule(table(600), FEATURES, seed=0)
    for number in range(5):
        assert len(np.unique(scored.probability[scored.fold == number])) == 2
