from pathlib import Path

import numpy as np

from tests.factories import sample_contract
from tests.made import REAL, needs_real
from tests.training.test_evaluate import table
from training.customers.table import Table, read_table
from training.evaluation.leakage import SUSPICIOUS, column_powers, order_power, warn_of_leaks, warn_of_order
from training.schema.load import load_schema

FEATURES, TARGET = sample_contract().features, sample_contract().target
ROOT = Path(__file__).parents[2]


def with_answer(data: Table, y) -> Table:
    return Table(data.X, np.asarray(y, dtype=np.int8), data.groups, data.sha256, data.name)


def test_a_column_that_gives_the_answer_away_is_named_with_what_to_do():
    data = table(600)
    data.X["steps"] = data.y * 3.0 + np.random.default_rng(0).random(600)
    powers = column_powers(data, FEATURES, seed=0)
    assert (powers[0].feature.name, powers[0].roc_auc) == ("steps", 1.0)
    (warning,) = warn_of_leaks(powers, TARGET)
    assert "steps alone reaches 1.000 ROC AUC" in warning
    assert "--drop steps" in warning


def test_a_column_that_matters_in_the_middle_of_its_range_is_seen():
    data = table(2000)
    data.X["steps"] = np.where(data.y == 1, 50.0, np.random.default_rng(0).choice([0.0, 100.0], 2000))
    assert column_powers(data, FEATURES, seed=0)[0].roc_auc > 0.99


def test_columns_of_chance_have_no_power():
    data = table(2000)
    data = with_answer(data, np.random.default_rng(0).permutation(data.y))
    powers = column_powers(data, FEATURES, seed=0)
    assert all(0.4 < power.roc_auc < 0.6 for power in powers)
    assert warn_of_leaks(powers, TARGET) == ()


def test_a_sorted_file_is_said_to_be_sorted():
    data = table(600)
    data = with_answer(data, np.sort(data.y))
    assert order_power(data) == 1.0
    assert warn_of_order(0.6) == ()
    (warning,) = warn_of_order(order_power(data))
    assert "sorted by the answer" in warning


@needs_real
def test_days_on_platform_of_the_365_file_is_suspicious():
    schema = load_schema(ROOT / "training/schema/students_365.toml")
    powers = column_powers(read_table(REAL, schema), schema.features, seed=0)
    assert "days_on_platform" in {power.feature.name for power in powers if power.roc_auc >= SUSPICIOUS}
