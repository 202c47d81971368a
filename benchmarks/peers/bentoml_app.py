"""A BentoML service with a scikit-learn pipeline of the model store: a DataFrame in, an array out.

It checks nothing, warns of nothing and explains nothing: less work than the function does.
"""

import bentoml  # type: ignore[import-not-found]  # only in its own environment
import numpy as np
import pandas as pd


@bentoml.service
class CustomerPurchase:
    """One process, as `bentoml serve` starts it."""

    model = bentoml.models.BentoModel("customer_purchase:latest")

    def __init__(self) -> None:
        self.pipeline = bentoml.sklearn.load_model(self.model)

    @bentoml.api  # type: ignore[untyped-decorator]
    def predict(self, customers: pd.DataFrame) -> np.ndarray:
        """Score customers."""
        probabilities: np.ndarray = self.pipeline.predict_proba(customers)
        return probabilities
