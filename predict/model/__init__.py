"""The model file: what it says of itself, how it scores, why, and what would change the answer."""
