"""Benchmarks: how large, how fast and how steady the function is, beside what others would build. Never deployed."""
