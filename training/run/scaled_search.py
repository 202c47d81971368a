"""The search of a run, scaled to the rows: all of them, or of very many a sample, and the winner measured on others."""

from collections.abc import Callable, Sequence
from copy import replace
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predict.contract import Feature

from ..command.journal import Journal
from ..command.progress import Advance
from ..customers.table import Table
from ..evaluation.out_of_fold import OutOfFold
from ..export.dividends import can_be_tabled
from ..search.fits import Budget, fit
from ..search.one_rule import hold_out_rule
from ..search.pipeline import DEFAULTS, build_pipeline
from ..search.trials import MOST_IN_FULL, N_TRIALS, draw_trials
from ..search.tune import Searched, hold_out, tune
from .result import Settings

__all__ = ["Found", "search_scaled"]

ROWS_TO_TUNE = 50_000
"""More rows than this are sampled for the search; others then measure the winner."""

ROWS_TO_MEASURE = 2_000_000
"""More rows than this tell little more of the winner: a share of them is known to a tenth of a point."""

_QUICK_FAMILIES = ("LogisticRegression", "HistGradientBoostingClassifier")
"""Those whose fit of a million rows takes seconds; above `ROWS_TO_TUNE` the search keeps to them."""

_TRIALS_ON_A_SAMPLE = 10


@dataclass(frozen=True, eq=False)
class Found:
    """What was found, and on which rows.

    Attributes
    ----------
    searched : Searched
    rows : Table
        Those of the search.
    method : str
        How they were held out, in words.
    scored, ruled : OutOfFold
        What the winner and the best rule say of unseen rows.
    measured : Table
        These rows.
    measured_method : str
    """

    searched: Searched
    rows: Table
    method: str
    scored: OutOfFold
    ruled: OutOfFold
    measured: Table
    measured_method: str


def search_scaled(
    table: Table,
    features: Sequence[Feature],
    settings: Settings,
    journal: Journal,
    advance: Advance,
    tell: Callable[[str], None],
) -> Found:
    """Search among the families, and measure the winner and the best rule on rows that they did not see."""
    seed = settings.seed
    whole = len(table.y) <= ROWS_TO_TUNE
    budget = _budget(settings, journal, len(features), whole=whole)
    if whole:
        searched = _search(table, features, budget, seed, advance, tell)
        method = (
            "5 shuffled folds, identical rows together; hyperparameters, family, calibration and threshold chosen "
            "without each"
        )
        return Found(searched, table, method, searched.scored, hold_out_rule(table, features, seed), table, method)
    is_searched, is_drawn = _rows_to_search(table, seed), np.zeros(len(table.y), np.bool_)
    is_drawn[np.random.default_rng(seed).permutation(len(is_drawn))[:ROWS_TO_MEASURE]] = True
    n_searched, n_measured = int(is_searched.sum()), int((is_drawn & ~is_searched).sum())
    tell(
        f"{table.name} has {len(table.y):,} rows: the search is scaled down to {n_searched:,} rows drawn at "
        f"random, {len(budget.trials)} trials and the families that fit many rows quickly. The winner is measured "
        f"on {n_measured:,} rows that were not searched, and fitted on all."
    )
    rows, drawn, unseen = table.among(is_searched), table.among(is_drawn), ~is_searched[is_drawn]
    searched = _search(rows, features, budget, seed, advance, tell)
    held_out = hold_out(searched.trial, searched.calibration, drawn, features, budget, seed, advance)
    return Found(
        searched=searched,
        rows=rows,
        method=f"the {n_searched:,} rows of the search, in 5 shuffled folds, identical rows together",
        scored=held_out.among(unseen),
        ruled=hold_out_rule(drawn, features, seed).among(unseen),
        measured=drawn.among(unseen),
        measured_method="rows the search did not see, in 5 shuffled folds, identical rows together",
    )


def _rows_to_search(table: Table, seed: int) -> npt.NDArray[np.bool_]:
    """Return a mask of whole groups of rows, so that no other row is identical to one of them."""
    sizes = np.bincount(table.groups)
    order = np.random.default_rng(seed).permutation(len(sizes))
    mask = np.zeros(len(sizes), dtype=bool)
    left = ROWS_TO_TUNE
    for group, size in zip(order.tolist(), sizes[order].tolist(), strict=True):
        # A group that is too large is passed over: it must not end the drawing.
        if size <= left:
            mask[group] = True
            left -= size
    return mask[table.groups]


def _budget(settings: Settings, journal: Journal, n_features: int, *, whole: bool) -> Budget:
    families: Sequence[str] = tuple(DEFAULTS) if whole else _QUICK_FAMILIES
    n_trials = settings.trials or (N_TRIALS if whole else _TRIALS_ON_A_SAMPLE)
    trials = draw_trials(n_trials, settings.seed, families, n_features)
    return Budget(trials, settings.minutes, settings.n_jobs, settings.cluster, journal)


def _search(
    table: Table,
    features: Sequence[Feature],
    budget: Budget,
    seed: int,
    advance: Advance,
    tell: Callable[[str], None],
) -> Searched:
    """Search; of many inputs, until the winner is one that tables can explain."""
    searched = tune(table, features, budget, seed, advance)
    while len(features) > MOST_IN_FULL and len(budget.trials) > 1:
        trial = searched.trial
        fitted = fit(build_pipeline(features, trial.family, trial.params, seed), table.X, table.y)
        if can_be_tabled(fitted, features, table.X):
            break
        tell(f"The best model ({trial.words}) is too large to be explained. It is left out, and the next is taken.")
        budget = replace(budget, trials=[other for other in budget.trials if other is not trial])
        searched = tune(table, features, budget, seed, advance)
    return searched
