"""Agreement: how far explanations are from those against all training rows, with every input a player of its own.

Shapley values against all rows are estimated for some customers: an order of the inputs and a training row are drawn,
and the row's values become the customer's one after the other, in this order and in its reverse. What each input adds
is, in the mean, its Shapley value, and what is left of chance is known from the spread.

References
----------
Mitchell et al., Sampling Permutations for Shapley Value Estimation, 2022, doi:10.5555/3586589.3586632.
"""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from predict.contract import Agreement
from predict.model.explain import Explainer
from predict.model.session import Model

from .background import to_rows
from .parity import to_feed

__all__ = ["estimate_shapley", "measure_agreement"]

N_CUSTOMERS = 20
_MOST_SCORED = 800_000
# Two standard errors: so much may be chance.
_CHANCE = 2.0
_A_POINT = 0.01

type Floats = npt.NDArray[np.float64]


def measure_agreement(model: Model, X: pd.DataFrame, seed: int) -> Agreement:
    """Compare explanations of customers drawn at random with Shapley values against all of X."""
    rng = np.random.default_rng(seed)
    customers = X.iloc[rng.choice(len(X), min(N_CUSTOMERS, len(X)), replace=False)]
    ours = Explainer(model).contributions(to_rows(customers))
    n_orders = max(2, _MOST_SCORED // (2 * len(customers) * (X.shape[1] + 1)))
    estimates = [estimate_shapley(model, customers.iloc[[k]], X, n_orders, rng) for k in range(len(customers))]
    theirs, chance = (np.array(part) for part in zip(*estimates, strict=True))
    every = np.arange(len(customers))
    strongest, their_strongest = np.abs(ours).argmax(axis=1), np.abs(theirs).argmax(axis=1)
    behind = np.abs(theirs[every, their_strongest]) - np.abs(theirs[every, strongest])
    tie = _CHANCE * np.hypot(chance[every, their_strongest], chance[every, strongest])
    notable = np.abs(ours) > _A_POINT
    wrong = notable & (np.sign(ours) != np.sign(theirs)) & (np.abs(theirs) > _CHANCE * chance)
    return Agreement(
        customers=len(customers),
        same_strongest=int((behind <= tie).sum()),
        notable=int(notable.sum()),
        wrong_signs=int(wrong.sum()),
        # The mean square of what chance adds to the differences is known, and is not the explanations' fault.
        error=math.sqrt(max(0.0, float(np.mean((ours - theirs) ** 2 - chance**2)))),
    )


def estimate_shapley(
    model: Model, customer: pd.DataFrame, X: pd.DataFrame, n_orders: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return Shapley values of a customer against all rows, and their standard errors: two of shape (n_features,).

    Parameters
    ----------
    model : Model
    customer : DataFrame of shape (1, n_features)
    X : DataFrame of shape (n_rows, n_features)
    n_orders : int
        Orders to draw, at least 2; each is followed in reverse, too.
    rng : Generator
    """
    n = X.shape[1]
    rank = rng.permuted(np.tile(np.arange(n), (n_orders, 1)), axis=1)
    joined = np.arange(n + 1)[:, None]
    theirs = np.stack([rank[:, None] < joined, n - 1 - rank[:, None] < joined], axis=1).reshape(-1, n)
    features = model.contract.features
    own = to_feed(features, customer)
    others = to_feed(features, X.iloc[np.repeat(rng.integers(0, len(X), n_orders), 2 * (n + 1))])
    feed = {
        name: np.where(theirs[:, [place]], own[name], column) for place, (name, column) in enumerate(others.items())
    }
    worth = model.run(feed).reshape(n_orders, 2, n + 1)
    added = np.diff(worth, axis=2)
    of_input = (np.take_along_axis(added[:, 0], rank, 1) + np.take_along_axis(added[:, 1], n - 1 - rank, 1)) / 2
    return of_input.mean(axis=0), of_input.std(axis=0, ddof=1) / math.sqrt(n_orders)
