"""What runs in the function: numpy and onnxruntime; no scikit-learn, no pandas, no azure."""
