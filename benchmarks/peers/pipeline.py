"""The pipeline that the scikit-learn peer serves: fitted as the model in the ONNX file was."""

import pickle
from pathlib import Path

from sklearn.pipeline import Pipeline

from predict.contract import Contract
from predict.model import Model
from training.data import Table
from training.fits import fit
from training.pipeline import candidates

__all__ = ["fit_pipeline", "write_pipeline"]


def fit_pipeline(model: Model, table: Table) -> Pipeline:
    """Fit the model's estimator again, on the sample and with its seed."""
    pipelines = candidates(model.contract.features, model.metadata.provenance.seed)
    return fit(pipelines[model.contract.estimator], table.X, table.y)


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
