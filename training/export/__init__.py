"""From the fitted pipeline to the model file, and the proof that both score alike."""
