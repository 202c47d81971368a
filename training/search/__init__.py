"""The search for a pipeline: families, hyperparameters, calibration."""
