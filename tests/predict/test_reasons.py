from predict.contract import Feature
from predict.model.explain import Explanation
from predict.model.reasons import Reasons

FEATURES = (
    Feature("exams", "Exams passed", "integer", unit="exams"),
    Feature("hours", "Hours watched", "number", unit="hours", optional=True),
    Feature("country", "Country", "category", values={"DE": "Germany", "": "not known"}, optional=True),
)


def words(row, explanation):
    return [contribution["words"] for contribution in Reasons(FEATURES).contributions(row, explanation)]


def test_a_contribution_is_said_with_its_value_its_unit_and_its_size():
    assert words((1.0, 2.5, "DE"), Explanation(0.1, (0.36, -0.01, 0.0004))) == [
        "Exams passed (1 exam) raises the chance by 36.0 points",
        "Hours watched (2.5 hours) lowers the chance by 1.0 point",
        "Country (Germany) hardly moves the chance",
    ]


def test_what_is_not_known_is_said_so_and_a_share_is_said_to_be_about():
    assert words((0.0, None, ""), Explanation(0.1, (0.02, -0.05, 0.01), frozenset({1, 2}))) == [
        "Exams passed (0 exams) raises the chance by 2.0 points",
        "Hours watched (not known) lowers the chance by about 5.0 points",
        "Country (not known) raises the chance by about 1.0 point",
    ]


def test_values_are_those_of_the_request_a_whole_number_without_a_point():
    contributions = Reasons(FEATURES).contributions((21.0, 2.0, "DE"), Explanation(0.1, (0.1, 0.1, 0.1)))
    assert [repr(contribution["value"]) for contribution in contributions] == ["21", "2.0", "'DE'"]


def test_the_largest_of_each_side_come_first_and_small_ones_not_at_all():
    row, explanation = (3.0, 4.0, "DE"), Explanation(0.1, (0.02, 0.3, -0.0004))
    largest = Reasons(FEATURES).largest(row, explanation)
    assert [contribution["feature"] for contribution in largest["for"]] == ["hours", "exams"]
    assert largest["against"] == []


def test_a_text_says_what_the_largest_say_of_each_row():
    reasons = Reasons(FEATURES)
    rows = [(number, 2.0, "DE") for number in (3.0, 4.0, 3.0)]
    explanations = [Explanation(0.1, (number / 100, -0.1, 0.05)) for number in (3, 4, 3)]
    explained = list(zip(rows, explanations, strict=True))
    said = [[c["words"] for side in reasons.largest(*one).values() for c in side] for one in explained]
    assert list(reasons.texts(explained)) == ["; ".join(texts) for texts in said]
