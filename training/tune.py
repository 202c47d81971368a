"""Tuning: hyperparameters are chosen, families compared and the winner measured on customers that nobody fitted on.

Nested cross-validation: each outer fold is scored by models whose hyperparameters, family and calibration were chosen
without it, on inner folds of the other rows. The inner folds are the other outer folds, so that one fit without folds
i and j serves both: as the inner fit of outer fold i that is scored on j, and the other way round. Five folds need ten
such fits a trial, not twenty.

Where models differ by no more than noise (one standard error of the paired difference in log loss), the simpler one
is taken: it is quicker, and has fewer ways to be wrong.

References
----------
Varma and Simon, Bias in error estimation when using cross-validation for model selection, 2006,
doi:10.1186/1471-2105-7-91. Breiman et al., Classification and Regression Trees, 1984 (the one-standard-error rule).
"""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from predict.contract import Feature

from .calibrate import Platt, apply_platt, fit_platt, helps, losses
from .data import Table
from .evaluate import N_SPLITS, OutOfFold, assign_folds, fit, score
from .pipeline import build_pipeline
from .trials import Trial

__all__ = ["Advance", "Budget", "Searched", "hold_out", "tune"]

_PAIRS = tuple(itertools.combinations(range(N_SPLITS), 2))

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.int64]


class Advance:
    """What is told how a search comes along; this one keeps it to itself."""

    def start(self, description: str, total: int) -> None:
        """Say how many steps are to come."""

    def step(self) -> None:
        """Say that one of them is done."""


@dataclass(frozen=True)
class Budget:
    """How long to search, and where.

    Attributes
    ----------
    trials : sequence of Trial
    minutes : float or None
        Trials that have not begun by then are left out, but for the first of each family. None, the default, keeps
        the search the same every time.
    n_jobs : int
        Fits at the same time; each takes one thread, so that the result does not depend on it.
    backend : callable
        Returns a context in which joblib runs the fits, such as one of a Dask cluster.
    """

    trials: Sequence[Trial]
    minutes: float | None = None
    n_jobs: int = 2
    backend: Callable[[], AbstractContextManager[object]] = nullcontext


@dataclass(frozen=True, eq=False)
class Searched:
    """What a search found.

    Attributes
    ----------
    trial : Trial
        The winner on all rows.
    platt : (float, float) or None
        Slope and intercept of its calibration, where that helps.
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
    platt: Platt | None
    scored: OutOfFold
    families: Mapping[str, OutOfFold]
    fit_seconds: Mapping[str, float]
    best: Mapping[str, Trial]
    tried: Sequence[tuple[Trial, float]]
    reason: str


@dataclass(frozen=True)
class _Choice:
    """Numbers of trials: the best of each family, the best of all, and the simplest of those that are as good."""

    of_family: Mapping[str, int]
    best: int
    winner: int


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
        choices.append(_choose(trials, [losses(y[seen], p[outer, seen]) for p in inner], table.groups[seen]))
    tasks = [(number, (outer,)) for outer in range(N_SPLITS) for number in choices[outer].of_family.values()]
    advance.start("measuring", len(tasks))
    measured = {}
    for (number, (outer,)), result in zip(
        tasks,
        _spread([(trials[number], left) for number, left in tasks], table, features, fold, budget, seed),
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
            if calibrated and helps(y[~held_out], before, table.groups[~held_out], seed):
                p = apply_platt(fit_platt(y[~held_out], before), p)
            joined[held_out] = p
        return OutOfFold(y, joined, fold, table.groups)

    # On all rows: each has been scored by the fits of four pairs of folds.
    mean_losses = [np.nanmean([losses(y, p[outer]) for outer in range(N_SPLITS)], axis=0) for p in inner]
    choice = _choose(trials, mean_losses, table.groups)
    # One score a row for the calibration: a row of fold i by the fit without i and i + 1.
    one_score = inner[choice.winner][(fold + 1) % N_SPLITS, np.arange(len(y))]
    calibrates = helps(y, one_score, table.groups, seed)
    families = list(choice.of_family)
    order = np.argsort([loss.mean() for loss in mean_losses], kind="stable")
    return Searched(
        trial=trials[choice.winner],
        platt=fit_platt(y, one_score) if calibrates else None,
        scored=join(lambda outer: choices[outer].winner, calibrated=True),
        families={name: join(lambda outer, name=name: choices[outer].of_family[name]) for name in families},  # type: ignore[misc]
        fit_seconds={
            name: float(np.mean([measured[choices[outer].of_family[name], outer][1] for outer in range(N_SPLITS)]))
            for name in families
        },
        best={name: trials[number] for name, number in choice.of_family.items()},
        tried=[(trials[number], float(mean_losses[number].mean())) for number in order],
        reason=_explain(trials, choice),
    )


def hold_out(
    trial: Trial, table: Table, features: Sequence[Feature], budget: Budget, seed: int, advance: Advance | None = None
) -> OutOfFold:
    """Return the probabilities of all rows by fits of one trial that did not see them."""
    advance = advance or Advance()
    fold = assign_folds(table, seed)
    probability = np.empty(len(table.y))
    advance.start("measuring on all rows", N_SPLITS)
    tasks = [(trial, (outer,)) for outer in range(N_SPLITS)]
    for outer, (p, _) in enumerate(_spread(tasks, table, features, fold, budget, seed)):
        probability[fold == outer] = p
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
    advance.start(f"trying {len(budget.trials)} models", len(tasks))
    deadline = None if budget.minutes is None else time.time() + 60 * budget.minutes
    trials, inner = [], []
    results = _spread(tasks, table, features, fold, budget, seed, deadline)
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


def _spread(
    tasks: Sequence[tuple[Trial, tuple[int, ...]]],
    table: Table,
    features: Sequence[Feature],
    fold: Indices,
    budget: Budget,
    seed: int,
    deadline: float | None = None,
) -> Iterator[tuple[Floats, float]]:
    """Yield, for each trial and the folds it leaves out, their scores and the seconds of the fit; late ones: -1."""
    first = {trial.family: trial for trial, _ in reversed(tasks)}
    with budget.backend():
        yield from Parallel(n_jobs=budget.n_jobs, return_as="generator")(
            delayed(_fit_and_score)(
                trial, features, table, fold, left_out, seed, None if first[trial.family] is trial else deadline
            )
            for trial, left_out in tasks
        )


def _fit_and_score(
    trial: Trial,
    features: Sequence[Feature],
    table: Table,
    fold: Indices,
    left_out: tuple[int, ...],
    seed: int,
    deadline: float | None,
) -> tuple[Floats, float]:
    if deadline is not None and time.time() > deadline:
        return np.empty(0), -1.0
    unseen = np.isin(fold, left_out)
    pipeline = build_pipeline(features, trial.family, trial.params, seed)
    start = time.perf_counter()
    fitted = fit(pipeline, table.X[~unseen], table.y[~unseen])
    seconds = time.perf_counter() - start
    return score(fitted, table.X[unseen]), seconds


def _choose(trials: Sequence[Trial], by_row: Sequence[Floats], groups: Indices) -> _Choice:
    """Choose from the losses of each row: within each family, and then among the families' best."""
    _, group = np.unique(groups, return_inverse=True)
    means = [float(loss.mean()) for loss in by_row]

    def simplest(numbers: Sequence[int]) -> int:
        best = min(numbers, key=lambda number: means[number])
        equals = [number for number in numbers if _is_noise(by_row[number] - by_row[best], group)]
        return min(equals, key=lambda number: (trials[number].complexity, means[number]))

    families = list(dict.fromkeys(trial.family for trial in trials))
    of_family = {
        name: simplest([number for number, trial in enumerate(trials) if trial.family == name]) for name in families
    }
    picked = list(of_family.values())
    return _Choice(of_family, min(picked, key=lambda number: means[number]), simplest(picked))


def _is_noise(difference: Floats, group: Indices) -> bool:
    """Return whether a mean difference is at most its standard error; identical rows are one piece of evidence."""
    mean = difference.mean()
    sums = np.bincount(group, weights=difference - mean)
    return bool(mean <= np.sqrt((sums**2).sum()) / len(difference))


def _explain(trials: Sequence[Trial], choice: _Choice) -> str:
    best, winner = trials[choice.best].family, trials[choice.winner].family
    if best == winner:
        return f"{winner} has the lowest log loss of the families, and no simpler one is within noise of it."
    return f"{winner} is taken: {best} has a lower log loss, but within noise, and {winner} is simpler."
