import pytest

from training.schema.months import all_like

REST_OF_THE_YEAR = ("June", "July", "August", "September", "October", "November", "December")


@pytest.mark.parametrize(
    ("some", "added"),
    [
        (["Feb", "Mar", "June", "Dec"], ["Jan", "Apr", "May", "Jul", "Aug", "Sep", "Oct", "Nov"]),
        (["mon", "tue", "fri"], ["wed", "thu", "sat", "sun"]),
        (["SUNDAY", "MONDAY", "FRIDAY"], ["TUESDAY", "WEDNESDAY", "THURSDAY", "SATURDAY"]),
        (["March", "April", "May"], ["January", "February", *REST_OF_THE_YEAR]),
        (["Mar", "Apr", "Summer"], None),
        (["Ma", "Ap", "Ju"], None),
        (["Mar", "March", "Apr"], None),
    ],
)
def test_months_and_days_that_a_file_lacks_are_listed(some, added):
    listed = all_like(some)
    assert [value for value in listed if value not in some] == (added or [])
    assert set(some) <= set(listed) or added is None
