"""explainerdashboard on the same pipeline: what it takes to build one, and to explain a customer with it."""

import json
import os
import subprocess
from dataclasses import dataclass

from ..workbench import ROOT, Workbench
from .deployments import peer_environment

__all__ = ["Dashboard", "measure_dashboard"]

_NAME = "explainerdashboard"


@dataclass(frozen=True)
class Dashboard:
    """What was measured.

    Attributes
    ----------
    version : str
    size : int
        Of its environment, in bytes.
    cpu_seconds, seconds : float
        From process start to a dashboard that could be served; of CPU time, and on the clock.
    explanation : float
        Seconds of CPU time that one customer takes.
    memory : float
        Bytes of resident memory after that.
    ours : float
        Seconds of CPU time of an explained prediction through the function, from body to body.
    """

    version: str
    size: int
    cpu_seconds: float
    seconds: float
    explanation: float
    memory: float
    ours: float


def measure_dashboard(bench: Workbench) -> Dashboard:
    """Build the dashboard twice, since the first time writes bytecode, and explain customers with it and with ours."""
    environment = peer_environment(bench, _NAME)
    table = ROOT / "data" / "customers.csv"
    module = ["-W", "ignore", "-m", "benchmarks.peers.dashboard"]
    command = [str(environment.python), *module, str(bench.pipeline_path), str(table)]
    variables = os.environ | {"OMP_NUM_THREADS": "1"}
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, timeout=600)
    found = json.loads(done.stdout)
    with bench.function_process() as function:
        function.call("predict", bench.customer_files, bench.effort.calls)
        ours = function.call("predict", bench.customer_files, bench.effort.calls).seconds
    return Dashboard(environment.versions([_NAME])[_NAME], environment.size, **found, ours=ours)
