"""Trials: which hyperparameters are tried, and how much a model of each would cost to run.

Most keep to models that serve quickly: some hundred trees of a few leaves, which tables explain. A few are deeper, for
data whose columns hang together; one of them is taken only where it is better by more than noise, and only of few
inputs, since without tables an explanation scores every coalition.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .pipeline import DEFAULTS

__all__ = ["MOST_IN_FULL", "N_TRIALS", "Trial", "draw_trials", "from_params"]

N_TRIALS = 24
"""Trials of all families together, unless more are asked for."""

MOST_IN_FULL = 6
"""Inputs up to which a model may be explained by scoring all coalitions. Of eight that took 5 ms a customer, and on the
public purchase table trees that tables explain are, once calibrated, as good."""

# How often each family's turn comes. Fits of histograms are the quickest, and have most to choose from.
_TURNS = (
    "HistGradientBoostingClassifier",
    "LogisticRegression",
    "HistGradientBoostingClassifier",
    "GradientBoostingClassifier",
    "HistGradientBoostingClassifier",
    "LogisticRegression",
    "HistGradientBoostingClassifier",
    "RandomForestClassifier",
)
_ENCODERS = ("ordinal", "onehot", "target")
_SPACES: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "LogisticRegression": {
        "encoder": _ENCODERS,
        "logarithm": (True, False),
        "C": (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
    },
    "RandomForestClassifier": {
        "encoder": ("ordinal", "target"),
        "n_estimators": (60, 90),
        "min_samples_leaf": (5, 10, 20, 40),
        "max_features": (0.3, 0.5, 0.7),
    },
    "GradientBoostingClassifier": {
        "encoder": ("ordinal", "target"),
        "n_estimators": (80, 100, 120),
        "learning_rate": (0.08, 0.12, 0.16),
        "max_depth": (2, 3),
        "subsample": (0.5, 0.8),
        "min_samples_leaf": (10, 20, 50),
    },
    "HistGradientBoostingClassifier": {
        "encoder": ("ordinal", "target"),
        "max_iter": (80, 100, 120),
        "learning_rate": (0.06, 0.09, 0.12, 0.16),
        "max_leaf_nodes": (3, 4, 5),
        "min_samples_leaf": (10, 20, 50, 100),
        "l2_regularization": (1.0, 3.0, 10.0, 30.0),
        "max_features": (0.4, 0.5, 0.7, 1.0),
    },
}
_BOOSTED: dict[str, Any] = {"encoder": "target", "max_features": 0.5, "l2_regularization": 10.0}
_DEEPER: Sequence[tuple[str, Mapping[str, Any]]] = (
    (
        "HistGradientBoostingClassifier",
        _BOOSTED | {"max_iter": 120, "learning_rate": 0.08, "max_leaf_nodes": 8, "min_samples_leaf": 20},
    ),
    (
        "HistGradientBoostingClassifier",
        _BOOSTED | {"max_iter": 150, "learning_rate": 0.05, "max_leaf_nodes": 31, "min_samples_leaf": 20},
    ),
    ("RandomForestClassifier", {"encoder": "target", "n_estimators": 150, "min_samples_leaf": 5, "max_features": 0.3}),
    (
        "HistGradientBoostingClassifier",
        _BOOSTED | {"max_iter": 120, "learning_rate": 0.1, "max_leaf_nodes": 5, "max_depth": 3, "min_samples_leaf": 20},
    ),
    (
        "HistGradientBoostingClassifier",
        _BOOSTED | {"max_iter": 100, "learning_rate": 0.08, "max_leaf_nodes": 16, "min_samples_leaf": 20},
    ),
    ("RandomForestClassifier", {"encoder": "ordinal", "n_estimators": 150, "min_samples_leaf": 3, "max_features": 0.5}),
)
_TABLED_DEPTH = 3
# Of many inputs, trees of up to eight leaves: measured on public tables of 8 to 23 inputs, as good as trees of 31.
_OF_MANY_INPUTS: Sequence[tuple[str, Mapping[str, Any]]] = tuple(
    ("HistGradientBoostingClassifier", _BOOSTED | {"min_samples_leaf": 20} | own)
    for own in (
        {"max_leaf_nodes": 8, "max_depth": _TABLED_DEPTH, "max_iter": 120, "learning_rate": 0.1},
        {"max_leaf_nodes": 8, "max_depth": _TABLED_DEPTH, "max_iter": 250, "learning_rate": 0.06},
        # Categories in a fixed order, small leaves, held back less: where single values and rare categories tell most.
        {
            "encoder": "ordinal",
            "min_samples_leaf": 5,
            "max_leaf_nodes": 8,
            "max_depth": _TABLED_DEPTH,
            "max_iter": 250,
            "learning_rate": 0.1,
            "max_features": 0.7,
            "l2_regularization": 1.0,
        },
        # Where the inputs all but tell the answer, many strong rounds find the rest.
        {
            "max_leaf_nodes": 8,
            "max_depth": _TABLED_DEPTH,
            "max_iter": 300,
            "learning_rate": 0.16,
            "max_features": 1.0,
            "l2_regularization": 3.0,
        },
        # Long branches find who differs in many inputs at once; five are the most that tables hold.
        {"max_leaf_nodes": 6, "max_iter": 100, "learning_rate": 0.12, "max_bins": 24, "max_features": 1.0},
        {
            "max_leaf_nodes": 8,
            "max_depth": 5,
            "max_iter": 120,
            "learning_rate": 0.08,
            "max_bins": 64,
            "max_features": 0.7,
        },
    )
)
# Of a thousand rows a linear model is often the best: how strongly it is regularised is not left to chance.
_LINEAR: Sequence[tuple[str, Mapping[str, Any]]] = tuple(
    ("LogisticRegression", {"encoder": "onehot", "logarithm": logarithm, "C": c})
    for logarithm, c in ((False, 0.1), (True, 0.1), (False, 1.0))
)
# Levels of a forest's tree, which has no bound: what measured ones came to.
_FOREST_DEPTH = 12


@dataclass(frozen=True)
class Trial:
    """One set of hyperparameters of one family.

    Attributes
    ----------
    family : str
        The estimator's class.
    params : dict of str to value
    complexity : float
        Comparisons that score one row; 1 for a sum of products. A deterministic stand-in for the time it takes.
    """

    family: str
    params: Mapping[str, Any]
    complexity: float

    @property
    def words(self) -> str:
        """The hyperparameters in one line."""
        return ", ".join(f"{name}={value}" for name, value in self.params.items())


def from_params(family: str, params: Mapping[str, Any]) -> Trial:
    """Return a trial with its complexity."""
    match family:
        case "LogisticRegression":
            complexity = 1.0
        case "RandomForestClassifier":
            complexity = float(params["n_estimators"] * _FOREST_DEPTH)
        case "GradientBoostingClassifier":
            complexity = float(params["n_estimators"] * params["max_depth"])
        case _:
            complexity = params["max_iter"] * math.log2(params["max_leaf_nodes"])
    return Trial(family, params, complexity)


def draw_trials(
    n_trials: int, seed: int, families: Sequence[str] = tuple(DEFAULTS), n_features: int = 0
) -> list[Trial]:
    """Draw hyperparameters at random, the default of each family and a few deeper ones first.

    Parameters
    ----------
    n_trials : int
        At least one of each family is drawn.
    seed : int
    families : sequence of str
    n_features : int
        With more than `MOST_IN_FULL`, only what tables may explain is tried: no forests and no trees of many leaves.

    Returns
    -------
    list of Trial
        Families take turns, so that a search that is stopped early has tried all of them.

    References
    ----------
    Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, 2012.
    """
    rng = np.random.default_rng(seed)
    deeper = _DEEPER
    if n_features > MOST_IN_FULL:
        families = [family for family in families if family != "RandomForestClassifier"]
        tabled = [one for one in _DEEPER if one[1].get("max_depth") == _TABLED_DEPTH]
        deeper = [*_OF_MANY_INPUTS, *tabled, *_LINEAR]
    first = [from_params(family, params) for family, params in deeper if family in families]
    trials = [from_params(family, DEFAULTS[family]) for family in families]
    trials += first[: max(n_trials - len(trials), 0)]
    turns = [family for family in _TURNS if family in families]
    turn, misses = 0, 0
    while len(trials) < n_trials and misses < 100:
        family = turns[turn % len(turns)]
        params = {name: choices[int(rng.integers(len(choices)))] for name, choices in _SPACES[family].items()}
        turn += 1
        known = any(trial.family == family and trial.params == params for trial in trials)
        misses = misses + 1 if known else 0
        if not known:
            trials.append(from_params(family, params))
    return trials
