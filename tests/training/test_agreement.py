import numpy as np
import pytest

from predict.model.explain import Explainer
from predict.model.session import Model
from tests.fitted import customers, fitted, metadata_of
from tests.wide import wide_customers, wide_model
from training.export.agreement import estimate_shapley, measure_agreement
from training.export.background import choose_background, to_rows
from training.export.onnx_file import serialize
from training.export.parity import to_feed

BOOSTED = "HistGradientBoostingClassifier"


def test_estimates_are_shapley_values_within_their_standard_errors():
    model = Model.from_bytes(serialize(fitted(BOOSTED), metadata_of(BOOSTED)))
    X = customers()[0]
    estimate, error = estimate_shapley(model, X.iloc[[3]], X.head(16), 4000, np.random.default_rng(0))
    (exact,) = Explainer(model).contributions(to_rows(X.iloc[[3]]))
    assert np.all(np.abs(estimate - exact) < 4 * error + 1e-12)
    assert error.max() < 0.005


@pytest.fixture(scope="module")
def wide():
    return wide_customers(20)[0]


def test_background_that_is_chosen_agrees_with_all_rows(wide):
    scorer = wide_model(20, tuple(to_rows(wide.head(2))))
    background = choose_background(wide, lambda X: scorer.run(to_feed(scorer.contract.features, X)), 0)
    found = measure_agreement(wide_model(20, background), wide, 0)
    assert (found.customers, found.wrong_signs) == (20, 0)
    assert found.same_strongest >= 18
    assert found.error < 0.01


def test_one_customer_as_background_is_found_not_to_agree(wide):
    found = measure_agreement(wide_model(20, tuple(to_rows(wide.head(1)))), wide, 0)
    assert found.error > 0.02
    assert found.wrong_signs > 0
