"""Any numbers as the locales of CLDR write them: each is read as it was meant, asked about, or refused; never another.

`locales.json` holds every style, and every reader to it.
"""

from babel.numbers import format_decimal, format_scientific
from hypothesis import given
from hypothesis import strategies as st

from predict.csv_file.decimal_mark import Shown, find_mark
from predict.requests.number import read_number

# Every way of grouping, mark, minus and least group that CLDR's locales have, each by one of them.
LOCALES = (
    *("en", "de", "fr", "nb", "hi", "mr", "es", "pt_PT", "pl", "bg", "sv", "lt", "et", "he", "fa", "ur", "ar_EG", "ks"),
    *("en_CH", "de_AT", "de_CH", "it_CH", "en_ZA", "ff_Adlm_NE", "bgn_PK", "nqo_GN", "tok", "twq_NE"),
)


def write(locale: str, number: float) -> str:
    return format_decimal(number, locale=locale, decimal_quantization=False)


def assert_never_another(texts, numbers):
    """Read numbers as a column of a file, and compare with what was meant."""
    mark, unclear = find_mark({"column": Shown.of(texts)})
    if unclear:
        return
    for text, number in zip(texts, numbers, strict=True):
        found = read_number(text, mark)
        assert found is None or found == number


@given(
    locale=st.sampled_from(LOCALES),
    thousandths=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6),
)
def test_any_numbers_of_a_locale_are_read_as_they_were_meant(locale, thousandths):
    numbers = [whole / 1000 for whole in thousandths]
    assert_never_another([write(locale, number) for number in numbers], numbers)
    assert_never_another([format_scientific(number, locale=locale) for number in numbers], numbers)
