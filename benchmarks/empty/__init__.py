"""A function app that does nothing: what is left is the worker library's own time."""
