from datetime import UTC, datetime

import numpy as np
import pytest

from predict.model.session import Model
from tests.fitted import model_file
from watch.journal import Journal
from watch.rollup import read_days, roll_up
from watch.serving import Serving
from watch.shelf import publish, shadow
from watch.witness import Witness

PACKAGED = Model.from_bytes(model_file("HistGradientBoostingClassifier"))
OTHER = model_file("LogisticRegression")
SHADOW = Model.from_bytes(OTHER)
ROW = PACKAGED.contract.examples[0].values


@pytest.fixture
def serving(models):
    shadow(models, publish(models, OTHER), by="ada", at="2026-01-02T03:04:05+00:00")
    serving = Serving(PACKAGED, models)
    serving.look()
    return serving


@pytest.fixture
def counted(parts, serving):
    """Return what counts, and what tells the counts by the model."""
    journal = Journal(parts, lambda: datetime(2026, 3, 4, tzinfo=UTC))

    def counts():
        journal.flush()
        roll_up(parts)
        return {model: counts for _, model, counts in read_days(parts)}

    return Witness(journal, serving), counts


def test_shadow_is_counted_with_its_own_scores(counted):
    witness, counts = counted
    witness.add(PACKAGED, ROW, PACKAGED.score(ROW), is_warned=False)
    columns = [np.array([value] * 3, object if isinstance(value, str) else float) for value in ROW]
    witness.add_many(PACKAGED, columns, np.full(3, PACKAGED.score(ROW)), failed=1, warned=0)
    witness.refuse(PACKAGED)
    by_model = counts()
    for model in (PACKAGED, SHADOW):
        assert by_model[model.hash[:12]].rows == 4
        assert sum(by_model[model.hash[:12]].sums) == pytest.approx(4e6 * model.score(ROW), abs=4)


def test_shadow_that_fails_is_nobodys_business(counted, serving, monkeypatch, caplog):
    witness, counts = counted

    def fail(*_):
        raise RuntimeError("Marked")

    monkeypatch.setattr(serving.shadow, "score", fail)
    witness.add(PACKAGED, ROW, 0.5, is_warned=False)
    assert list(counts()) == [PACKAGED.hash[:12]]
    assert "cannot score (RuntimeError)" in caplog.text
    assert "Marked" not in caplog.text
