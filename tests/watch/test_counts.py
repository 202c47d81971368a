import json
from copy import replace
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.model.session import Model
from tests.fitted import customers, model_file
from training.export.background import to_rows
from training.export.drift_reference import bins_of_numbers
from watch.counts import Counter, Counts, bins_of

MODEL = Model.from_bytes(model_file("LogisticRegression"))
X, _ = customers(2_000, seed=3)
ROWS = to_rows(X)
CONTRACT = MODEL.contract
METADATA = replace(
    MODEL.metadata,
    reference={f.name: bins_of_numbers(X[f.name].to_numpy()) for f in CONTRACT.features if not f.is_category},
)
PROBABILITIES = MODEL.probabilities(ROWS)


def counted(rows, probabilities, warned=0):
    counter = Counter(METADATA)
    for number, (row, probability) in enumerate(zip(rows, probabilities.tolist(), strict=True)):
        counter.add(row, probability, is_warned=number < warned)
    return counter.take()


def test_every_customer_is_in_one_bin_of_each_input():
    counts = counted(ROWS, PROBABILITIES)
    assert counts.rows == len(ROWS)
    assert {name: sum(bins) for name, bins in counts.features.items()} == dict.fromkeys(
        [feature.name for feature in CONTRACT.features], len(ROWS)
    )
    assert sum(counts.scores) == len(ROWS)
    assert sum(counts.sums) / 1e6 == pytest.approx(PROBABILITIES.sum(), abs=1e-3)
    assert counts.positive == int((CONTRACT.threshold <= PROBABILITIES).sum())


def test_training_rows_give_the_counts_that_training_stored():
    counts = counted(ROWS, PROBABILITIES)
    for feature in CONTRACT.features:
        if not feature.is_category:
            assert tuple(counts.features[feature.name]) == bins_of(feature, METADATA).counts


def test_many_are_counted_as_one_by_one():
    counter = Counter(METADATA)
    columns = [X[feature.name].to_numpy() for feature in CONTRACT.features]
    counter.add_many(columns, PROBABILITIES, failed=3, warned=7)
    many = counter.take()
    one_by_one = counted(ROWS, PROBABILITIES, warned=7)
    assert many.failed == 3
    assert replace(many, failed=0) == one_by_one


@given(st.lists(st.integers(0, len(ROWS)), max_size=4))
def test_counts_of_parts_add_up_to_those_of_the_whole(cuts):
    edges = [0, *sorted(cuts), len(ROWS)]
    total = Counts()
    for start, end in pairwise(edges):
        part = counted(ROWS[start:end], PROBABILITIES[start:end])
        total += Counts.of(json.loads(json.dumps(asdict(part))))
    whole = counted(ROWS, PROBABILITIES)
    assert total == whole


def test_category_that_is_not_listed_is_other():
    counter = Counter(METADATA)
    row = (*ROWS[0][:-1], "Marked Value")
    counter.add(row, 0.5, is_warned=True)
    counts = counter.take()
    assert counts.features[CONTRACT.features[-1].name][-1] == 1
    assert "Marked" not in json.dumps(asdict(counts))


def test_refusal_counts_as_failed_alone():
    counter = Counter(METADATA)
    counter.refuse()
    counts = counter.take()
    assert (counts.rows, counts.failed) == (0, 1)
    assert counts
    assert not counter.take()


@pytest.mark.parametrize(
    "document", [{}, {"rows": -1}, {"rows": 1.5}, {"other": 1}, {"features": {"a": ["1"]}}], ids=str
)
def test_document_of_something_else_is_refused(document):
    if document:
        with pytest.raises(ValueError, match="not a document of counts"):
            Counts.of(document)
    else:
        assert not Counts.of(document)


def test_a_number_that_is_not_known_is_counted_in_a_bin_of_its_own():
    unknown = bins_of_numbers(X["minutes_watched"].mask(X.index % 9 == 0).to_numpy())
    counter = Counter(replace(METADATA, reference=METADATA.reference | {"minutes_watched": unknown}))
    row = next(row for row in ROWS if row[1] == max(X["minutes_watched"]))
    columns = list(MODEL.feed([row, row]).values())
    columns[1][0] = np.nan
    counter.add((row[0], None, *row[2:]), 0.5, is_warned=True)
    counter.add_many([column.ravel() for column in columns], np.array([0.5, 0.5]), failed=0, warned=1)
    assert counter.take().features["minutes_watched"][-2:] == [1, 2]
