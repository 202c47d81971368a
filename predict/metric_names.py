"""The metrics' names: as people know them, in the order in which every table of them stands."""

__all__ = ["METRIC_NAMES"]

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
"""By the key that `training.metrics` measures them under."""
