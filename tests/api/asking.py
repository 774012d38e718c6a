"""Bodies, and waiting for a job."""

from __future__ import annotations

import time
from typing import Any

import httpx

from instances.toy import toy_problem, toy_travel
from optimizer.io.problem_json import problem_to_json

PATIENCE_S = 60.0


def body_of_toy(**options: Any) -> dict[str, Any]:
    """The toy, planned greedily in a moment."""
    problem = problem_to_json(toy_problem(), matrix=toy_travel())
    return {
        "crs": "WGS-84",
        "problem": problem,
        "options": {"engine": "greedy", "max_iterations": 1, "time_limit_s": 5.0, **options},
    }


def wait_until_ended(client: httpx.Client, job: str) -> dict[str, Any]:
    """The job once it has ended."""
    patient_until = time.monotonic() + PATIENCE_S
    while time.monotonic() < patient_until:
        answer: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if answer["state"] in ("completed", "stopped", "failed"):
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{job} has not ended: {answer['state']}")
