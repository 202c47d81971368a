import pytest

from predict.errors import InvalidInput
from predict.requests.customer_refs import read_references


def test_references_are_texts_without_the_spaces_around_them():
    assert read_references([" C-1 ", ""], 2) == ["C-1", ""]


@pytest.mark.parametrize("value", [None, "C-1", ["C-1"], ["C-1", 2], {"0": "C-1"}])
def test_references_that_are_not_one_text_for_each_customer_are_refused(value):
    with pytest.raises(InvalidInput) as refused:
        read_references(value, 2)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("refs", "wrong_type")]
