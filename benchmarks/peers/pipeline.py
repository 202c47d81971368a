"""The pipeline that the scikit-learn peers serve: the one in the ONNX file, fitted again."""

import pickle
from pathlib import Path

from sklearn.pipeline import Pipeline

from predict.contract import Contract
from predict.model.session import Model
from training.customers.table import Table
from training.search.calibrate import calibrate
from training.search.fits import fit
from training.search.pipeline import build_pipeline

__all__ = ["fit_pipeline", "write_pipeline"]


def fit_pipeline(model: Model, table: Table) -> Pipeline:
    """Fit the model's pipeline again: on the data that it was fitted on, with its hyperparameters and its seed."""
    contract, provenance = model.contract, model.metadata.provenance
    unfitted = build_pipeline(contract.features, contract.estimator, provenance.hyperparameters, provenance.seed)
    fitted = fit(unfitted, table.X, table.y)
    return calibrate(fitted, provenance.calibration) if provenance.calibration else fitted


def write_pipeline(pipeline: Pipeline, contract: Contract, path: Path) -> None:
    """Pickle what the server needs."""
    target = contract.target
    saved = {
        "pipeline": pipeline,
        "threshold": contract.threshold,
        "positive": target.positive,
        "negative": target.negative,
    }
    path.write_bytes(pickle.dumps(saved))
