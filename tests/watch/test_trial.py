from copy import replace

import numpy as np
import pytest

from tests.watch.test_doing import MODEL, PACKAGED
from watch.counts import Counts
from watch.matching import Judged
from watch.trial import Answered, compare

DAYS = [f"2026-03-{day:02}" for day in range(1, 31)]


def answered(model, first, *, n=20, right=0.5, judged=True):
    """Return the answers of a model from a day on: all positive, and right for this share of the customers."""
    days = [(day, Counts(rows=n, positive=n)) for day in DAYS[first:]]
    dates = [day for day in DAYS[first:] for _ in range(n)]
    bought = (np.arange(len(dates)) % 10 < 10 * right).tolist()
    known = Judged([0.9] * len(dates), bought, dates) if judged else None
    return Answered(model.hash[:12], "serves" if first == 0 else "shadow", model, days, known)


def test_both_are_compared_on_the_days_on_which_both_answered():
    trial = compare(answered(PACKAGED, 0), [answered(MODEL, 10)])
    assert trial["since"] == "2026-03-11"
    assert [model["rows"] for model in trial["models"]] == [400, 400]
    assert [model["outcomes"] for model in trial["models"]] == [400, 400]
    assert [model["hash"] for model in trial["models"]] == [PACKAGED.hash[:12], MODEL.hash[:12]]


def test_beside_a_model_on_a_share_lists_do_not_count():
    champion, canary = answered(PACKAGED, 0), replace(answered(MODEL, 0, right=0.5), role="canary")
    # Half of the champion's answers are of a list, whose customers hardly ever purchase.
    known, listed = champion.judged, np.arange(len(champion.judged.days)) % 2 == 0
    known.bought = (np.array(known.bought) & ~listed).tolist()
    known.is_single = (~listed).tolist()
    canary.judged.is_single = [True] * len(canary.judged.days)
    measured = compare(champion, [canary])["models"]
    assert [model["outcomes"] for model in measured] == [300, 600]
    assert measured[0]["precision"]["value"] == pytest.approx(0.4)
    (beside_shadow, _) = compare(champion, [replace(canary, role="shadow")])["models"]
    assert (beside_shadow["outcomes"], beside_shadow["precision"]["value"]) == (600, pytest.approx(0.2))


@pytest.mark.parametrize(
    ("candidate", "sentence"),
    [
        ({"right": 0.5}, "No difference is certain."),
        ({"right": 0.8}, "Certain: its precision is higher."),
        ({"right": 0.2}, "Certain: its precision is lower."),
        ({"right": 0.8, "n": 2}, "Too early to compare: both need about 300 outcomes."),
        ({"judged": False}, "Which is better is not known: no answers are kept to hold outcomes against."),
    ],
)
def test_sentence_says_no_more_than_is_certain(candidate, sentence):
    trial = compare(answered(PACKAGED, 0), [answered(MODEL, 1, **candidate)])
    assert [model["sentence"] for model in trial["models"]] == ["", sentence]
