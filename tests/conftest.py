"""What holds for every test."""

import os

# Before scikit-learn is imported: its threads wait for each other by spinning, and on a busy machine never stop.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from hypothesis import settings

# No deadline: a machine may be busy. In CI the same cases every time: a finding there must be one that can be repeated.
settings.register_profile("project", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("project")
