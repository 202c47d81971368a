from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watch.answers import Answer
from watch.matching import match
from watch.outcomes import Outcomes

TODAY, WITHIN = date(2026, 3, 31), 30
DAYS = [date.fromordinal(TODAY.toordinal() - back).isoformat() for back in range(90)]


def answer(day, customer="c", request="", model="m"):
    return Answer(day, request, customer, model, 0.5)


def judged(answers, outcomes):
    return match(answers, outcomes, today=TODAY, within=WITHIN)["m"]


@pytest.mark.parametrize(
    ("outcomes", "bought"),
    [
        (Outcomes(), None),
        (Outcomes({"c": {"2026-01-20"}}), True),
        (Outcomes({"c": {"2026-01-09"}}), True),  # the day before, elsewhere on earth
        (Outcomes({"c": {"2026-01-08"}}), None),
        (Outcomes({"c": {"2026-02-09"}}), True),
        (Outcomes({"c": {"2026-02-10"}}), None),
        (Outcomes({"c": {"2026-02-10"}}, {"d": {"2026-03-01"}}), False),
        (Outcomes({"c": {"2026-01-20"}}, {"d": {"2026-02-08"}}), None),
        (Outcomes({"c": {"2026-01-20"}}, {}, "2026-02-08"), None),
        (Outcomes({"c": {"2026-01-01", "2026-01-15"}}), True),
        (Outcomes({}, {"c": {"2026-02-08"}}), None),
        (Outcomes({}, {"c": {"2026-02-09"}}), False),
        (Outcomes({}, {}, "2026-02-08"), None),
        (Outcomes({}, {}, "2026-02-09"), False),
        (Outcomes({"c": {"2026-01-20"}}, {"c": {"2026-03-01"}}, "2026-03-01"), True),
    ],
)
def test_outcome_is_a_purchase_within_thirty_days(outcomes, bought):
    assert judged([answer("2026-01-10")], outcomes).bought == ([] if bought is None else [bought])


def test_request_id_names_one_answer():
    outcomes = Outcomes({"r": {""}}, {"q": {""}})
    answers = [answer("2026-01-10", "", "r"), answer("2026-01-10", "", "q"), answer("2026-01-10", "", "other")]
    result = judged(answers, outcomes)
    assert result.bought == [True, False]


def test_customer_of_a_list_has_no_request_id():
    outcomes = Outcomes({"c": {"2026-01-10"}, "d": {"2026-01-10"}})
    assert judged([answer("2026-01-10", "c", "r"), answer("2026-01-10", "d")], outcomes).is_single == [True, False]


@given(st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
def test_nobody_is_judged_before_the_time_is_over(pairs):
    answers = [answer(day, f"c{n}") for n, (day, _) in enumerate(sorted(pairs))]
    outcomes = Outcomes({f"c{n}": {bought} for n, (_, bought) in enumerate(sorted(pairs))}, {}, TODAY.isoformat())
    matched = match(answers, outcomes, today=TODAY, within=WITHIN)
    over = [a for a in answers if (TODAY - date.fromisoformat(a.date)).days >= WITHIN]
    assert sum(len(result.bought) for result in matched.values()) == len(over)


@given(st.lists(st.sampled_from(DAYS), min_size=1), st.sets(st.sampled_from(DAYS)))
def test_missing_outcomes_are_never_a_no(days, purchases):
    result = judged([answer(day, f"c{n}") for n, day in enumerate(sorted(days))], Outcomes({"c0": purchases}))
    assert len(result.bought) <= 1


def test_first_judged_answer_to_a_customer_counts():
    outcomes = Outcomes({"c": {"2026-02-20"}}, {}, "2026-03-01")
    result = judged([answer("2026-01-01"), answer("2026-01-25")], outcomes)
    assert result.bought == [False]


@pytest.mark.parametrize("behind", [0, 20])
@pytest.mark.parametrize("says_no", [False, True], ids=["buyers", "yes and no"])
def test_delayed_purchases_bias_nothing(behind, says_no):
    """Purchases come twelve days later on average; every day a hundred answers; what is known may be some days old."""
    rng = np.random.default_rng(0)
    answers, purchases, others = [], {}, {}
    for back, day in reversed(list(enumerate(DAYS))):
        for n in range(100):
            name = f"{day} {n}"
            answers.append(answer(day, name))
            bought = back - int(rng.exponential(12))
            if rng.random() < 0.6 and bought >= behind:
                purchases[name] = {DAYS[bought]}
            elif says_no:
                others[name] = {DAYS[behind]}
    result = judged(answers, Outcomes(purchases, others, "" if says_no else DAYS[behind]))
    truth = 0.6 * (1 - np.exp(-31 / 12))
    assert len(result.bought) == 6_000 - behind * 100
    assert np.mean(result.bought) == pytest.approx(truth, abs=3 * np.sqrt(truth * (1 - truth) / len(result.bought)))
