import contextlib
import json
from copy import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.contract import Contract, Example, Feature, Seen, Target
from predict.errors import ArtifactError
from predict.model.metadata import Metadata, SelfTest
from predict.model.metadata_texts import from_metadata, to_metadata
from tests.factories import contract_365, metadata_for, sample_contract, sample_metadata

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(min_size=1, max_size=20)
BOUNDS = st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] < pair[1])


@st.composite
def features(draw):
    name, label, unit, words = draw(NAMES), draw(st.text()), draw(st.text()), draw(st.text())
    if draw(st.booleans()):
        values = draw(st.dictionaries(NAMES, st.text(), min_size=1, max_size=5))
        counts = draw(st.dictionaries(st.sampled_from(sorted(values)), st.integers(0, 10**9)))
        return Feature(name, label, "category", unit, words, optional=True, values=values, seen=Seen(counts=counts))
    low, high = draw(BOUNDS)
    kind = draw(st.sampled_from(["integer", "number"]))
    return Feature(name, label, kind, unit, words, low, high, aliases=(label,), seen=Seen(low, low, low, high, high))


@st.composite
def contracts(draw):
    chosen = draw(st.lists(features(), min_size=1, max_size=5, unique_by=lambda f: f.name))
    row = tuple(next(iter(f.values)) if f.is_category else f.minimum for f in chosen)
    threshold = draw(st.floats(0, 1, exclude_min=True, exclude_max=True))
    target = Target(*draw(st.tuples(NAMES, st.text(), st.text())))
    return Contract("m", "1", "E", tuple(chosen), target, threshold, "rule", 0.1, (Example("e", row),))


@given(contracts())
def test_metadata_comes_back_as_it_went(contract):
    metadata = metadata_for(contract)
    assert to_metadata(from_metadata(to_metadata(metadata))) == to_metadata(metadata)


DAMAGE = [None, "", "{", "null", "[]", "3", '"x"', "{}"]
LEGAL = {("breaks", "{}"), ("reference", "{}"), ("scores", "null")}
PARTS = [*Metadata._fields, "contract_version"]


@pytest.mark.parametrize(
    ("key", "text"),
    # {} is what the breaks of a smooth estimator are; a model may have no reference and no scores.
    [(key, text) for key in PARTS for text in DAMAGE if (key, text) not in LEGAL],
)
def test_damaged_part_is_refused(key, text):
    texts = to_metadata(sample_metadata())
    if text is None:
        del texts[key]
    else:
        texts[key] = text
    with pytest.raises(ArtifactError):
        from_metadata(texts)


@given(
    st.sampled_from(list(Metadata._fields)),
    st.recursive(
        st.none() | st.booleans() | NUMBERS | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
)
def test_no_json_gets_past_as_anything_but_metadata_or_a_refusal(key, part):
    texts = to_metadata(sample_metadata()) | {key: json.dumps(part)}
    with contextlib.suppress(ArtifactError):
        assert isinstance(from_metadata(texts), Metadata)


def test_another_contract_version_is_refused_by_number():
    texts = to_metadata(sample_metadata()) | {"contract_version": "99"}
    with pytest.raises(ArtifactError, match="99"):
        from_metadata(texts)


def test_unknown_key_of_a_feature_is_refused():
    texts = to_metadata(sample_metadata())
    contract = json.loads(texts["contract"])
    contract["features"][0]["colour"] = "red"
    with pytest.raises(ArtifactError):
        from_metadata(texts | {"contract": json.dumps(contract)})


CATEGORY = sample_contract().features[-1]
NUMBER = sample_contract().features[0]


@pytest.mark.parametrize(
    ("contract", "problem"),
    [
        (replace(sample_contract(), features=()), "no features"),
        (replace(sample_contract(), features=(NUMBER, NUMBER), examples=()), "twice"),
        (replace(sample_contract(), features=(replace(NUMBER, kind="colour"),), examples=()), "unknown kind"),
        (replace(sample_contract(), threshold=1.5), "threshold"),
        (replace(sample_contract(), features=(replace(NUMBER, maximum=None),), examples=()), "bounds"),
        (replace(sample_contract(), features=(replace(CATEGORY, values={}),), examples=()), "values"),
        (replace(sample_contract(), examples=(Example("short", (1.0,)),)), "does not fit"),
    ],
)
def test_contract_that_contradicts_itself_is_refused(contract, problem):
    metadata = replace(sample_metadata(), contract=contract)
    if not contract.examples:
        metadata = replace(metadata, background=(), self_test=())
    with pytest.raises(ArtifactError, match=problem):
        from_metadata(to_metadata(metadata))


@pytest.mark.parametrize(
    ("key", "value"),
    [("probability", "text"), ("probability", None), ("contributions", [None]), ("contributions", [0.1])],
)
def test_a_self_test_that_no_score_can_be_held_against_is_refused(key, value):
    texts = to_metadata(sample_metadata())
    tests = json.loads(texts["self_test"])
    tests[0][key] = value
    with pytest.raises(ArtifactError):
        from_metadata(texts | {"self_test": json.dumps(tests)})


@pytest.mark.parametrize("part", ["self_test", "background"])
def test_a_file_without_a_part_that_is_needed_is_refused(part):
    with pytest.raises(ArtifactError, match=part.replace("_", ".")):
        from_metadata(to_metadata(replace(metadata_for(contract_365()), **{part: ()})))


def test_a_number_that_is_not_finite_is_never_written():
    metadata = sample_metadata()
    with pytest.raises(ValueError, match="JSON"):
        to_metadata(replace(metadata, self_test=(SelfTest(metadata.self_test[0].values, float("nan")),)))
