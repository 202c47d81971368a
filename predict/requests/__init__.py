"""JSON and form bodies: from bytes to checked rows of the model's inputs."""
