"""Fits: one alone, and what many say of the rows they were fitted without, here or on a cluster."""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from predict.contract import Feature

from ..command.cluster import Cluster
from ..command.journal import Journal
from ..command.signals import end_with, ignoring_interrupts
from ..customers.table import Table
from .pipeline import build_pipeline
from .trials import Trial

__all__ = ["Budget", "fit", "score", "score_unseen"]

type Floats = npt.NDArray[np.float64]
type Indices = npt.NDArray[np.int64]


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
    cluster : Cluster, optional
        Where the fits are made in place of this machine.
    journal : Journal, optional
        Keeps what each fit said; what it has is not fitted again.
    """

    trials: Sequence[Trial]
    minutes: float | None = None
    n_jobs: int = 2
    cluster: Cluster | None = None
    journal: Journal | None = None


def fit(pipeline: Pipeline, X: pd.DataFrame, y: npt.NDArray[np.int8]) -> Pipeline:
    """Fit a copy of the pipeline on one thread: sums over threads depend on how many there are."""
    with threadpool_limits(1):
        return clone(pipeline).fit(X, y)


def score(pipeline: Pipeline, X: pd.DataFrame) -> Floats:
    """Return the probability of the positive answer for each row, an ndarray of shape (n_rows,)."""
    with threadpool_limits(1):
        return np.asarray(pipeline.predict_proba(X)[:, 1], dtype=np.float64)


def score_unseen(
    tasks: Sequence[tuple[Trial, tuple[int, ...]]],
    table: Table,
    features: Sequence[Feature],
    fold: Indices,
    budget: Budget,
    seed: int,
    deadline: float | None = None,
) -> Iterator[tuple[Floats, float]]:
    """Yield, in order, what each fit says of the rows it left out, and the seconds it took.

    Parameters
    ----------
    tasks : sequence of (Trial, tuple of int)
        What is fitted, and the numbers of the folds that are left out.
    table : Table
    features : sequence of Feature
    fold : ndarray of shape (n_rows,)
    budget : Budget
    seed : int
    deadline : float, optional
        By `time.time()`. A fit that would begin later is left out, but for those of the first trial of each family:
        no scores then, and -1 second.
    """
    first = {trial.family: trial for trial, _ in reversed(tasks)}
    folds = hashlib.sha256(fold).hexdigest()
    names = [_name(trial, left_out, folds) for trial, left_out in tasks]
    kept = [_read(budget.journal, name) for name in names]
    calls = [
        (trial, left_out, None if first[trial.family] is trial else deadline)
        for (trial, left_out), found in zip(tasks, kept, strict=True)
        if found is None
    ]
    fits = _spread(calls, (features, table, fold, seed), budget)
    for name, found in zip(names, kept, strict=True):
        if found is None:
            p, seconds = next(fits)
            if budget.journal and seconds >= 0:
                budget.journal.keep(name, np.append(p, seconds).tobytes())
            yield p, seconds
        else:
            yield found[:-1], float(found[-1])


def _spread(
    calls: Sequence[tuple[Trial, tuple[int, ...], float | None]], shared: tuple[Any, ...], budget: Budget
) -> Iterator[tuple[Floats, float]]:
    if budget.cluster and calls:
        there = budget.cluster.share(shared)
        tasks = [budget.cluster.submit(_fit_and_score, *call, there) for call in calls]
        yield from (task.result() for task in tasks)
    else:
        with ignoring_interrupts():
            parallel = Parallel(budget.n_jobs, return_as="generator", initializer=end_with, initargs=(os.getpid(),))
            fits = parallel(delayed(_fit_and_score)(*call, shared) for call in calls)
        yield from fits


def _name(trial: Trial, left_out: tuple[int, ...], folds: str) -> str:
    """Name a fit: the same of the same rows, and no other."""
    return hashlib.sha256(repr((trial, left_out, folds)).encode()).hexdigest()


def _read(journal: Journal | None, name: str) -> Floats | None:
    found = journal.read(name) if journal else None
    return None if found is None else np.frombuffer(found)


def _fit_and_score(
    trial: Trial,
    left_out: tuple[int, ...],
    deadline: float | None,
    shared: tuple[Sequence[Feature], Table, Indices, int],
) -> tuple[Floats, float]:
    features, table, fold, seed = shared
    if deadline is not None and time.time() > deadline:
        return np.empty(0), -1.0
    unseen = np.isin(fold, left_out)
    pipeline = build_pipeline(features, trial.family, trial.params, seed)
    start = time.perf_counter()
    fitted = fit(pipeline, table.X[~unseen], table.y[~unseen])
    seconds = time.perf_counter() - start
    return score(fitted, table.X[unseen]), seconds
