import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.customers.arrow import from_numbers, from_texts, may_hold, to_numbers


@pytest.mark.parametrize("texts", [[], [""], ["a", "", "Zoë\n", "日本", "a"]])
def test_texts_are_those_that_pyarrow_makes(texts):
    assert from_texts(texts).equals(pa.array(texts, pa.string()))
    from_texts(texts).validate(full=True)


@pytest.mark.parametrize("numbers", [np.array([1.5, -0.0, np.nan]), np.arange(9)[::2], np.zeros(0), np.int8([1, 0])])
def test_numbers_go_there_and_back(numbers):
    assert from_numbers(numbers).to_pylist() == pytest.approx(pa.array(numbers).to_pylist(), nan_ok=True)
    np.testing.assert_array_equal(to_numbers(from_numbers(numbers)), numbers)


@given(st.lists(st.lists(st.none() | st.text("ab=＝\0", max_size=3))), st.text("=＝", max_size=2))
def test_sign_is_found_in_whatever_chunk_it_stands(chunks, signs):
    column = pa.chunked_array([pa.array(texts, pa.string()) for texts in chunks], pa.string())
    texts = [text for texts in chunks for text in texts if text]
    assert may_hold(column, signs) == any(sign in text for sign in signs for text in texts)


def test_pandas_stays_out():
    code = (
        "import sys, numpy as np; from training.customers.arrow import *; "
        "from_texts(['a']); to_numbers(from_numbers(np.zeros(1))); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
