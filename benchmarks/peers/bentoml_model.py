"""Put a pickled scikit-learn pipeline into BentoML's model store: `python -m benchmarks.peers.bentoml_model PICKLE`."""

import pickle
import sys
from pathlib import Path

import bentoml  # type: ignore[import-not-found]  # only in its own environment

bentoml.sklearn.save_model("customer_purchase", pickle.loads(Path(sys.argv[1]).read_bytes())["pipeline"])
