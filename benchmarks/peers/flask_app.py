"""Flask, pandas and a pickled scikit-learn pipeline, served by waitress: how most tutorials serve such a model.

It checks nothing, warns of nothing and explains nothing: less work than the function does.
"""

import os
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
from flask import Flask, request

saved = pickle.loads(Path(os.environ["PIPELINE_PATH"]).read_bytes())
pipeline = saved["pipeline"]
app = Flask(__name__)


@app.post("/api/predict")
def predict() -> dict[str, Any]:
    """Score one customer."""
    return score([request.get_json()])[0]


@app.post("/api/predict/batch")
def predict_batch() -> list[dict[str, Any]]:
    """Score many customers."""
    return score(request.get_json())


def score(customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run the pipeline once for all of them."""
    rows = pd.DataFrame(customers, columns=pipeline.feature_names_in_)
    return [answer(float(probability)) for probability in pipeline.predict_proba(rows)[:, 1]]


def answer(probability: float) -> dict[str, Any]:
    """Say what a probability means."""
    will_purchase = probability >= saved["threshold"]
    return {
        "prediction": saved["positive" if will_purchase else "negative"],
        "will_purchase": will_purchase,
        "probability": probability,
        "threshold": saved["threshold"],
    }
