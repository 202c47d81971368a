"""How good a model is, measured on rows it was not fitted on."""
