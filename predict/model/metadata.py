"""What the model file says about itself: the contract, how well it does, where it comes from.

It travels inside the ONNX file (`predict.model.metadata_texts`), so that one file describes itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..contract import Contract, Row
from .dividends import Dividends

__all__ = [
    "INTERVAL_WORDS",
    "METRIC_NAMES",
    "SCORE_EDGES",
    "Bins",
    "CalibrationBin",
    "CurvePoint",
    "Evaluation",
    "Metadata",
    "Provenance",
    "SelfTest",
    "WorsePart",
]

# Inputs whose coalitions are a thousand or fewer.
_MOST_QUICK = 10

SCORE_EDGES = tuple(step / 20 for step in range(1, 20))
"""The edges between the bins of a score."""

METRIC_NAMES = {
    "average_precision": "Average precision",
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "accuracy": "Accuracy",
    "log_loss": "Log loss",
    "brier": "Brier score",
    "calibration_error": "Calibration error",
}
"""The metrics as people know them, by their key, in the order of every table."""

INTERVAL_WORDS = (
    "A 95% interval is meant to hold what very many new customers would show, 95 times in 100; a few hundred customers "
    "differ by more."
)
"""What the intervals of the metrics say, wherever they stand."""


class CurvePoint(NamedTuple):
    """Counts over the evaluated rows when the threshold is put at `threshold`."""

    threshold: float
    tp: int
    fp: int
    fn: int
    tn: int


@dataclass(frozen=True)
class CalibrationBin:
    """One bin of the calibration curve: what was said against what happened."""

    mean_probability: float
    fraction_positive: float
    count: int


class WorsePart(NamedTuple):
    """A group of customers for whom the model does worse than its own scores say.

    Attributes
    ----------
    column, part : str
        In words.
    n_rows, n_positive : int
    said : float
        The mean probability that was given.
    recall : float or None
        None without a positive answer.
    warnings : tuple of str
        In what it does worse.
    """

    column: str
    part: str
    n_rows: int
    n_positive: int
    said: float
    recall: float | None
    warnings: tuple[str, ...]


class Evaluation(NamedTuple):
    """How the model does on rows it was not fitted on.

    Attributes
    ----------
    method : str
        How those rows were kept unseen, in words.
    n_rows, n_positive : int
    metrics : dict of str to float
        scikit-learn's names: accuracy, precision, recall, f1, roc_auc, average_precision, log_loss, ...
    baseline : dict of str to float
        The same metrics of always answering the base rate.
    intervals : dict of str to (float, float)
        95% intervals of `metrics`, for what very many new customers would show.
    curve : tuple of CurvePoint
    calibration : tuple of CalibrationBin
    importance : dict of str to float
        Mean size of each feature's contribution, in probability.
    rule : str
        The best rule that looks at one column once, in words: what the model has to beat.
    rule_metrics : dict of str to float
        The same metrics of such a rule, found anew without the rows it is measured on.
    profit : dict of str to float
        On the evaluated rows: `contact_cost` and `purchase_value` as they were assumed, and what contacting those with
        the positive answer comes to, `per_customer` and in `total`, all in the same money; `contacted` is their number.
    n_parts : int
        How many groups of customers were looked at.
    worse : tuple of WorsePart
        The groups for whom the model does worse.
    """

    method: str
    n_rows: int
    n_positive: int
    metrics: Mapping[str, float]
    baseline: Mapping[str, float] = {}
    intervals: Mapping[str, tuple[float, float]] = {}
    curve: tuple[CurvePoint, ...] = ()
    calibration: tuple[CalibrationBin, ...] = ()
    importance: Mapping[str, float] = {}
    rule: str = ""
    rule_metrics: Mapping[str, float] = {}
    profit: Mapping[str, float] = {}
    n_parts: int = 0
    worse: tuple[WorsePart, ...] = ()

    def interval_text(self, name: str) -> str:
        """Return the interval of a metric as people read it; "" where there is none."""
        if name not in self.intervals:
            return ""
        low, high = self.intervals[name]
        return f"{low:.3f} to {high:.3f}"


class Provenance(NamedTuple):
    """Where the model comes from. There is no clock in it: same data and seed, same file.

    Attributes
    ----------
    data, data_sha256 : str
        The file's name and digest.
    n_rows, seed : int
    versions : dict of str to str
        Of Python and the libraries that made the file.
    parity : dict of str to float
        The certificate: `rows` compared with scikit-learn, and the largest difference in probability, `max_difference`.
    about : str
        What the data is, in the schema's words: whose, and of which time.
    leaks : tuple of str
        Columns that alone nearly give the answer away.
    hyperparameters : dict of str to str, float or bool
        Of the estimator and of what stands before it, as the search found them.
    calibration : tuple of float
        Slope and intercept of its Platt scaling, or the knots x, y, x, y, ... of its isotonic calibration; none where
        the estimator's own probabilities serve.
    """

    data: str
    data_sha256: str
    n_rows: int
    seed: int
    versions: Mapping[str, str]
    parity: Mapping[str, float] = {}
    about: str = ""
    leaks: tuple[str, ...] = ()
    hyperparameters: Mapping[str, str | float | bool] = {}
    calibration: tuple[float, ...] = ()


class SelfTest(NamedTuple):
    """A row, and the probability and contributions it had when the file was made; checked when the file is loaded."""

    values: Row
    probability: float
    contributions: tuple[float, ...] = ()


class Bins(NamedTuple):
    """How a number is spread.

    Attributes
    ----------
    edges : tuple of float
        Ascending; a bin holds what is above the edge before it and not above its own, the last one the rest.
    counts : tuple of int
        Rows in each bin, one more than there are edges.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


class Metadata(NamedTuple):
    """Everything the model file says about itself.

    Attributes
    ----------
    contract : Contract
    evaluation : Evaluation
    provenance : Provenance
    background : tuple of Row
        Summarised rows that explanations compare with; none of them is a real customer.
    self_test : tuple of SelfTest
    breaks : dict of str to tuple of float
        Of an estimator that is constant between splits: the values of each number at which its score may jump, in the
        feature's unit, ascending; they may be off by rounding. A feature that is not named here moves the score
        smoothly and in one direction.
    dividends : Tables, Linear or None
        What explanations are computed from; None where coalitions are scored.
    reference : dict of str to Bins
        How each number is spread over the training rows, in the feature's unit: what later customers are held against.
    scores : Bins or None
        How the scores of rows are spread that the model was not fitted on, between `SCORE_EDGES`.
    """

    contract: Contract
    evaluation: Evaluation
    provenance: Provenance
    background: tuple[Row, ...]
    self_test: tuple[SelfTest, ...]
    breaks: Mapping[str, tuple[float, ...]] = {}
    dividends: Dividends | None = None
    reference: Mapping[str, Bins] = {}
    scores: Bins | None = None

    @property
    def explains_quickly(self) -> bool:
        """Whether an explanation takes a tenth of a millisecond or less: a file of any length gets them."""
        return self.dividends is not None and len(self.contract.features) <= _MOST_QUICK
