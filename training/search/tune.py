"""Tuning: hyperparameters are chosen, families compared and the winner measured on customers that nobody fitted on.

Nested cross-validation: each outer fold is scored by models whose hyperparameters, family and calibration were chosen
without it, on inner folds of the other rows. The inner folds are the other outer folds, so that one fit without folds
i and j serves both: as the inner fit of outer fold i that is scored on j, and the other way round. Five folds need ten
such fits a trial, not twenty.

References
----------
Varma and Simon, Bias in error estimation when using cross-validation for model selection, 2006,
doi:10.1186/1471-2105-7-91.
"""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predict.contract import Feature

from ..command.progress import Advance
from ..customers.table import Table
from ..evaluation.folds import N_SPLITS, assign_folds
from ..evaluation.out_of_fold import OutOfFold
from .calibrate import Calibration, apply_calibration, choose_calibration, losses
from .choice import choose, explain
from .fits import Budget, score_unseen
from .trials import Trial

__all__ = ["Searched", "hold_out", "tune"]

_PAIRS = tuple(itertools.combinations(range(N_SPLITS), 2))

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search found.

    Attributes
    ----------
    trial : Trial
        The winner on all rows.
    calibration : Calibration or None
        None where its own probabilities are as good.
    scored : OutOfFold
        By the whole procedure, carried out anew without each fold.
    families : dict of str to OutOfFold
        By the best of each family, chosen anew without each fold.
    fit_seconds : dict of str to float
        Mean time of one fit of that, on four fifths of the rows.
    best : dict of str to Trial
        The best of each family on all rows.
    tried : sequence of (Trial, float)
        Every trial with its mean log loss, best first.
    reason : str
        Why the winner won.
    """

    trial: Trial
    calibration: Calibration | None
    scored: OutOfFold
    families: Mapping[str, OutOfFold]
    fit_seconds: Mapping[str, float]
    best: Mapping[str, Trial]
    tried: Sequence[tuple[Trial, float]]
    reason: str


def tune(
    table: Table, features: Sequence[Feature], budget: Budget, seed: int, advance: Advance | None = None
) -> Searched:
    """Search, compare and measure.

    Parameters
    ----------
    table : Table
    features : sequence of Feature
    budget : Budget
    seed : int
        Of the folds and the fits.
    advance : Advance, optional

    Raises
    ------
    TrainingError
        If there are too few distinct rows of one answer.
    """
    advance = advance or Advance()
    y, fold = table.y, assign_folds(table, seed)
    trials, inner = _search(table, features, fold, budget, seed, advance)

    # Chosen without each outer fold, then measured on it.
    choices = []
    for outer in range(N_SPLITS):
        seen = fold != outer
        choices.append(choose(trials, [losses(y[seen], p[outer, seen]) for p in inner], table.groups[seen]))
    tasks = [(number, (outer,)) for outer in range(N_SPLITS) for number in choices[outer].of_family.values()]
    advance.start("measuring", len(tasks))
    measured = {}
    for (number, (outer,)), result in zip(
        tasks,
        score_unseen([(trials[number], left) for number, left in tasks], table, features, fold, budget, seed),
        strict=True,
    ):
        measured[number, outer] = result
        advance.step()

    def join(pick: Callable[[int], int], calibrated: bool = False) -> OutOfFold:
        joined = np.empty(len(y))
        for outer in range(N_SPLITS):
            number, held_out = pick(outer), fold == outer
            p = measured[number, outer][0]
            before = inner[number][outer, ~held_out]
            if calibrated and (found := choose_calibration(y[~held_out], before, table.groups[~held_out], seed)):
                p = apply_calibration(found, p)
            joined[held_out] = p
        return OutOfFold(y, joined, fold, table.groups)

    # On all rows: each has been scored by the fits of four pairs of folds.
    mean_losses = [np.nanmean([losses(y, p[outer]) for outer in range(N_SPLITS)], axis=0) for p in inner]
    choice = choose(trials, mean_losses, table.groups)
    # One score a row for the calibration: a row of fold i by the fit without i and i + 1.
    one_score = inner[choice.winner][(fold + 1) % N_SPLITS, np.arange(len(y))]
    families = list(choice.of_family)
    order = np.argsort([loss.mean() for loss in mean_losses], kind="stable")
    return Searched(
        trial=trials[choice.winner],
        calibration=choose_calibration(y, one_score, table.groups, seed),
        scored=join(lambda outer: choices[outer].winner, calibrated=True),
        families={name: join(lambda outer, name=name: choices[outer].of_family[name]) for name in families},  # type: ignore[misc]
        fit_seconds={
            name: float(np.mean([measured[choices[outer].of_family[name], outer][1] for outer in range(N_SPLITS)]))
            for name in families
        },
        best={name: trials[number] for name, number in choice.of_family.items()},
        tried=[(trials[number], float(mean_losses[number].mean())) for number in order],
        reason=explain(trials, choice),
    )


def hold_out(
    trial: Trial,
    calibration: Calibration | None,
    table: Table,
    features: Sequence[Feature],
    budget: Budget,
    seed: int,
    advance: Advance | None = None,
) -> OutOfFold:
    """Return the probabilities of all rows by fits of one trial that did not see them, calibrated."""
    advance = advance or Advance()
    fold = assign_folds(table, seed)
    probability = np.empty(len(table.y))
    advance.start("measuring on all rows", N_SPLITS)
    tasks = [(trial, (outer,)) for outer in range(N_SPLITS)]
    for outer, (p, _) in enumerate(score_unseen(tasks, table, features, fold, budget, seed)):
        probability[fold == outer] = apply_calibration(calibration, p) if calibration else p
        advance.step()
    return OutOfFold(table.y, probability, fold, table.groups)


def _search(
    table: Table, features: Sequence[Feature], fold: Indices, budget: Budget, seed: int, advance: Advance
) -> tuple[list[Trial], list[Floats]]:
    """Return the trials, and of each the inner scores.

    An array of shape (N_SPLITS, n_rows): in row i, of every row outside fold i, by a fit that saw neither i nor the
    row's own fold; NaN in fold i.
    """
    tasks = [(trial, pair) for trial in budget.trials for pair in _PAIRS]
    n_families = len({trial.family for trial in budget.trials})
    advance.start(f"fits of {len(budget.trials)} models, {n_families} families", len(tasks))
    deadline = None if budget.minutes is None else time.time() + 60 * budget.minutes
    trials, inner = [], []
    results = score_unseen(tasks, table, features, fold, budget, seed, deadline)
    for trial in budget.trials:
        scores = np.full((N_SPLITS, len(table.y)), np.nan)
        complete = True
        for first, second in _PAIRS:
            p, seconds = next(results)
            advance.step()
            complete &= seconds >= 0
            if seconds >= 0:
                left_out = np.isin(fold, (first, second))
                for outer, other in ((first, second), (second, first)):
                    scores[outer, fold == other] = p[fold[left_out] == other]
        if complete:
            trials.append(trial)
            inner.append(scores)
    return trials, inner
