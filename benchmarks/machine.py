"""What a figure depends on besides the code: commit, processor, Python."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from benchmarks.baseline import ROOT

__all__ = ["MEASURED", "stamp", "thermometer"]

MEASURED = ("optimizer", "instances", "benchmarks", "constraints.txt")
"""What must be as committed for a figure to be stamped with the commit alone."""


def stamp() -> dict[str, str]:
    """``commit`` (``-dirty`` where what is measured differs from it), ``cpu``, ``cores``, ``python``."""
    return {
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "python": platform.python_version(),
    }


def thermometer() -> float:
    """Mean number of processes that wanted to run during the last minute: above the cores, figures suffer."""
    return round(os.getloadavg()[0], 2)


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()

    try:
        results = ":(exclude)benchmarks/results"
        changed = git("status", "--porcelain", "--", *MEASURED, results)
        return git("rev-parse", "--short=12", "HEAD") + ("-dirty" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
