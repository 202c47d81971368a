from copy import replace

from predict.pages.groups import groups_of
from tests.factories import sample_contract
from tests.wide import wide_contract


def named(contract):
    return [(group.name, [feature.name for feature in group.features]) for group in groups_of(contract)]


def test_few_inputs_stand_in_their_own_order():
    contract = replace(sample_contract(), ranking=("steps", "exams_passed"))
    assert named(contract) == [("", [feature.name for feature in contract.features])]


def test_many_inputs_begin_with_the_strongest():
    (first, strongest), (second, others) = named(wide_contract(20))
    assert (first, second) == ("Strongest inputs", "Other inputs")
    assert strongest[:2] == ["plan", "x0"]
    assert {*strongest, *others} == {feature.name for feature in wide_contract(20).features}


def test_groups_of_the_schema_are_ordered_by_their_strongest_input():
    contract = sample_contract()
    groups = {"steps": "Activity", "minutes_watched": "Activity", "exams_passed": "Exams"}
    features = tuple(replace(f, group=groups.get(f.name, "")) for f in contract.features)
    ranking = ("exams_passed", "steps", "minutes_watched", "student_country")
    assert named(replace(contract, features=features, ranking=ranking)) == [
        ("Exams", ["exams_passed"]),
        ("Activity", ["steps", "minutes_watched"]),
        ("Other inputs", ["student_country", "days_on_platform", "courses_started"]),
    ]
