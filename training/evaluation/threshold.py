"""The threshold: what it is chosen for (the objective), and the choice.

A threshold is always put midway in a gap between two scores of unseen rows, never on a score, so that the last bit of
a probability never decides.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..errors import TrainingError

__all__ = ["Cuts", "Objective", "choose_threshold", "expected_profit", "parse_objective"]

# onnxruntime and scikit-learn may differ in the last bits: a threshold keeps away from every score it was chosen on.
_GAP = 2e-6
_FORMS = re.compile(r"(f1|profit)|(recall|precision)>=(0?\.\d+|1(?:\.0*)?)|(top)=(\d+(?:\.\d+)?)%")

type Floats = npt.NDArray[np.float64]
type Answers = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Objective:
    """What the threshold is chosen for.

    Attributes
    ----------
    kind : {"f1", "recall", "precision", "top", "profit"}
    level : float
        The recall or precision that is asked for, or the share of customers to choose; 0 for the others.
    contact_cost, purchase_value : float
        What contacting one customer costs, and what a contacted customer who answers yes is worth, in the same money.
    """

    kind: str = "f1"
    level: float = 0.0
    contact_cost: float = 1.0
    purchase_value: float = 10.0

    def words(self, noun: str) -> str:
        """Say how the threshold is chosen, for the contract; `noun` is the target's."""
        rule = {
            "f1": "best F1",
            "recall": f"best precision with at least {100 * self.level:.4g}% recall",
            "precision": f"best recall with at least {100 * self.level:.4g}% precision",
            "top": f"the {100 * self.level:.4g}% of customers with the highest scores",
            "profit": f"highest profit at {self.contact_cost:g} for a contact and {self.purchase_value:g} for {noun}",
        }[self.kind]
        return f"{rule}, on unseen customers"


def parse_objective(text: str, contact_cost: float = 1.0, purchase_value: float = 10.0) -> Objective:
    """Read an objective as it is written on the command line.

    Parameters
    ----------
    text : str
        ``f1``, ``recall>=0.8``, ``precision>=0.8``, ``top=10%`` or ``profit``.
    contact_cost, purchase_value : float

    Raises
    ------
    TrainingError
        If it is none of these, a share is not above 0 and at most 1, or the money makes no sense.
    """
    match = _FORMS.fullmatch(text.replace(" ", "").lower())
    if not match:
        raise TrainingError("The objective must be one of: f1, recall>=0.8, precision>=0.8, top=10%, profit.")
    plain, rate, rate_level, _, percent = match.groups()
    kind = plain or rate or "top"
    level = float(rate_level) if rate else float(percent) / 100 if percent else 0.0
    if kind in {"recall", "precision", "top"} and not 0 < level <= 1:
        raise TrainingError(f"The objective's {kind} must be above 0 and at most {'100%' if percent else '1'}.")
    if not (0 <= contact_cost < purchase_value < float("inf")):
        raise TrainingError("--contact-cost must be 0 or more, and a positive answer worth more than that (--value).")
    return Objective(kind, level, contact_cost, purchase_value)


class Cuts:
    """Where a threshold may lie among rows: above every score, in a gap between two, or below every score.

    Parameters
    ----------
    y, probability : ndarray of shape (n_rows,)
    """

    def __init__(self, y: Answers, probability: Floats) -> None:
        self._order = np.argsort(-probability, kind="stable")
        self._y = y[self._order]
        ranked = probability[self._order]
        edges = np.concatenate([[max(1.0, ranked[0])], ranked, [min(0.0, ranked[-1])]])
        # A cut after so many rows.
        self._cuts = np.flatnonzero(edges[:-1] - edges[1:] > _GAP)
        self._thresholds = (edges[self._cuts] + edges[self._cuts + 1]) / 2

    def choose(self, objective: Objective, weights: Floats | None = None) -> tuple[float, bool]:
        """Choose the one that serves the objective best, as of `choose_threshold`.

        A row of weight 2, of weights of shape (n_rows,), counts twice.
        """
        ranked = np.ones(len(self._y)) if weights is None else weights[self._order]
        hits, chosen = (np.concatenate([[0], np.cumsum(part)]) for part in (ranked * self._y, ranked))
        value, reached = _worth(objective, hits[self._cuts], chosen[self._cuts], hits[-1], chosen[-1])
        best = int(np.argmax(value))
        return float(self._thresholds[best]), bool(reached[best])


def choose_threshold(y: Answers, probability: Floats, objective: Objective | None = None) -> tuple[float, bool]:
    """Choose the threshold that serves the objective best on these rows.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    probability : ndarray of shape (n_rows,)
        By models that did not see the rows.
    objective : Objective, optional
        Best F1 by default.

    Returns
    -------
    threshold : float
        Above 0, below 1, and no score.
    reached : bool
        Whether the recall or precision that was asked for is reached; otherwise it is as close as it gets.
    """
    return Cuts(y, probability).choose(objective or Objective())


def expected_profit(y: Answers, decided: npt.NDArray[np.bool_], objective: Objective) -> float:
    """Return the profit of contacting the rows that were decided for, in the objective's money."""
    return float(objective.purchase_value * y[decided].sum() - objective.contact_cost * decided.sum())


def _worth(
    objective: Objective, hits: Floats, chosen: Floats, n_positive: float, n_rows: float
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return what each cut is worth, and whether it reaches the level; worth only orders the cuts."""
    recall = hits / max(n_positive, 1)
    precision = hits / np.maximum(chosen, 1)
    always = np.ones(len(hits), dtype=bool)
    match objective.kind:
        case "recall":
            reached = recall >= objective.level
            return np.where(reached, 2 + precision, recall), reached
        case "precision":
            # An empty selection has precision 1: at least one customer is required.
            reached = (precision >= objective.level) & (hits > 0)
            return np.where(reached, 2 + recall, precision), reached
        case "top":
            return -np.abs(chosen - objective.level * n_rows), always
        case "profit":
            return objective.purchase_value * hits - objective.contact_cost * chosen, always
    return 2 * hits / np.maximum(chosen + n_positive, 1), always
