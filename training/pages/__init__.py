"""What the project's pages, README and model card say of a model."""
