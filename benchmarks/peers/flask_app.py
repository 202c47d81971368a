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
    row = pd.DataFrame([request.get_json()], columns=pipeline.feature_names_in_)
    probability = float(pipeline.predict_proba(row)[0, 1])
    will_purchase = probability >= saved["threshold"]
    return {
        "prediction": saved["positive" if will_purchase else "negative"],
        "will_purchase": will_purchase,
        "probability": probability,
        "threshold": saved["threshold"],
    }
