"""Build an explainerdashboard and explain customers with it: `python -m benchmarks.peers.dashboard PICKLE CSV`.

As its documentation has it: an explainer over a pipeline and the rows to show, then the dashboard of it. Prints
{"seconds", "cpu_seconds": from process start to the dashboard, "explanation": of CPU time, of the median customer that
was not among the rows, "memory": in bytes, after that}.
"""

import json
import pickle
import sys
import time
import warnings
from pathlib import Path
from statistics import median

import pandas as pd
import psutil

warnings.simplefilter("ignore")
from explainerdashboard import ClassifierExplainer, ExplainerDashboard  # type: ignore[import-not-found]  # noqa: E402

ROWS = 2000
CUSTOMERS = 20

saved = pickle.loads(Path(sys.argv[1]).read_bytes())
pipeline = saved["pipeline"]
table = pd.read_csv(sys.argv[2], keep_default_na=False)
X, y = table[list(pipeline.feature_names_in_)], table["purchased"]
explainer = ClassifierExplainer(pipeline, X.head(ROWS), y.head(ROWS))
ExplainerDashboard(explainer, title="Customers")
built = time.time() - psutil.Process().create_time()
cpu_seconds = time.process_time()

# The explainer has taken the pipeline apart: it explains the last step, by what the steps before it make of a customer.
new = pd.DataFrame(pipeline[:-1].transform(X.tail(CUSTOMERS)), columns=explainer.X.columns)
seconds = []
for number in range(CUSTOMERS):
    start = time.process_time()
    contributions = explainer.get_contrib_df(X_row=new.iloc[[number]])
    seconds.append(time.process_time() - start)
    assert abs(contributions["cumulative"].iloc[-1] - pipeline.predict_proba(X.tail(CUSTOMERS))[number, 1]) < 0.01
print(
    json.dumps(
        {
            "seconds": built,
            "cpu_seconds": cpu_seconds,
            "explanation": median(seconds),
            "memory": psutil.Process().memory_info().rss,
        }
    )
)
