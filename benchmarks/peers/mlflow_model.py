"""Save a pickled scikit-learn pipeline as an MLflow model: `python -m benchmarks.peers.mlflow_model PICKLE CSV FOLDER`.

The signature is inferred from the training data as pandas reads it, which is what MLflow's documentation shows; MLflow
then checks every request against it. The function served is predict_proba, since the others answer with it too.
"""

import pickle
import sys
from pathlib import Path

import mlflow  # type: ignore[import-not-found]  # only in its own environment
import pandas as pd
from mlflow.models import infer_signature  # type: ignore[import-not-found]

pipeline = pickle.loads(Path(sys.argv[1]).read_bytes())["pipeline"]
X = pd.read_csv(sys.argv[2])[list(pipeline.feature_names_in_)]
mlflow.sklearn.save_model(
    pipeline,
    sys.argv[3],
    signature=infer_signature(X, pipeline.predict_proba(X)),
    pyfunc_predict_fn="predict_proba",
    # Of this pipeline, those that skops loads only when they are named.
    skops_trusted_types=[
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.model_selection._split.StratifiedKFold",
    ],
)
