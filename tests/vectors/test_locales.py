"""Numbers as the locales of CLDR write them: each is read as it was meant, asked about, or refused; never another."""

import pytest
from babel.numbers import format_decimal, format_scientific
from hypothesis import given
from hypothesis import strategies as st

from predict.csv_file.decimal_mark import Shown, find_mark
from predict.requests.number import Unclear, read_number

NUMBERS = (0.5, 12.5, 1.234, 12.345, 999.999, 1234.0, 1234.5, 12345.678, 1234567.891, 1234567.0, -3.25, -1234.5, 7.0)


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


@pytest.mark.parametrize("locale", LOCALES)
def test_a_locales_numbers_are_read_as_they_were_meant(locale):
    for number in NUMBERS:
        assert_never_another([write(locale, number)], [number])
        assert read_number(write(locale, number), None) in (number, Unclear.NUMBER, None)
    assert_never_another([write(locale, number) for number in NUMBERS], NUMBERS)
    scientific = [format_scientific(number, locale=locale) for number in NUMBERS]
    assert_never_another(scientific, NUMBERS)


@given(
    locale=st.sampled_from(LOCALES),
    thousandths=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6),
)
def test_any_numbers_of_a_locale_are_read_as_they_were_meant(locale, thousandths):
    numbers = [whole / 1000 for whole in thousandths]
    assert_never_another([write(locale, number) for number in numbers], numbers)


@pytest.mark.parametrize("zero", [0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xE50, 0xF20, 0x1040, 0xFF10, 0x1E950])
def test_native_digits_are_no_number(zero):
    digits = {ord("0") + digit: zero + digit for digit in range(10)}
    for locale in LOCALES:
        assert {read_number(write(locale, number).translate(digits), None) for number in NUMBERS} == {None}
