"""What runs in the function: numpy and onnxruntime; no scikit-learn, no pandas, no azure."""

import os

# Its sums are short: OpenBLAS's threads would wait for each other for longer. It reads this when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
