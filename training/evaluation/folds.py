"""Folds: which rows are held out together.

Identical rows stay on one side of every split, or a copy of a training row would be counted as new. Every split is
shuffled: real files come sorted.
"""

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from ..customers.table import LEAST_DISTINCT, Table
from ..errors import TrainingError

__all__ = ["N_SPLITS", "assign_folds"]

N_SPLITS = 5


def assign_folds(table: Table, seed: int) -> npt.NDArray[np.int64]:
    """Return the number of each row's fold: shuffled, stratified, with identical rows together.

    Raises
    ------
    TrainingError
        If there are fewer than `LEAST_DISTINCT` distinct rows of one answer.
    """
    positive = np.bincount(table.groups, weights=table.y)
    negative = np.bincount(table.groups) - positive
    fewest = min(int((positive > 0).sum()), int((negative > 0).sum()))
    if fewest < LEAST_DISTINCT:
        raise TrainingError(
            f"{table.name}: only {fewest} distinct rows have the rarer answer; {LEAST_DISTINCT} are needed to compare "
            "models on unseen rows, and a few hundred to learn well from. Collect more data."
        )
    # Mostly a group has one answer: one entry a group is then enough, and much quicker.
    answer = positive >= negative
    if min(int(answer.sum()), int((~answer).sum())) >= LEAST_DISTINCT:
        fold_of = np.empty(len(answer), dtype=np.int64)
        splits = StratifiedKFold(N_SPLITS, shuffle=True, random_state=seed).split(answer, answer)
        for number, (_, held_out) in enumerate(splits):
            fold_of[held_out] = number
        return fold_of[table.groups]
    fold = np.empty(len(table.y), dtype=np.int64)
    splits = StratifiedGroupKFold(N_SPLITS, shuffle=True, random_state=seed).split(table.X, table.y, table.groups)
    for number, (_, held_out) in enumerate(splits):
        fold[held_out] = number
    return fold
