"""Whether jobs keep their time limit: ``python -m benchmarks.api.limits --sizes 100,1000,6000 --seconds 10``.

From the moment a job starts to run to its stored result, by the service's own time stamps; with every engine, and once
with a worker that hangs (SIGSTOP) and must be ended from outside. The limit is kept where a job takes no longer than
the limit, the library's tolerance (the larger of 5 % and 0.5 s; 1 s above 2,000 visits), and 0.5 s.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from api.work.deadline import latest_s
from benchmarks.api.running import ServerProcess, running
from instances.day import make_qidong
from optimizer.io.problem_json import problem_to_json

ENDED = ("completed", "stopped", "failed")


def took_s(job: dict[str, Any]) -> float:
    """Seconds from the start of work to the stored result."""
    started, finished = (datetime.fromisoformat(job[name]) for name in ("started_at", "finished_at"))
    return (finished - started).total_seconds()


def ended_job(
    client: httpx.Client, body: dict[str, Any], server: ServerProcess, *, hang: bool = False
) -> dict[str, Any]:
    """The job once it has ended; with ``hang`` its worker is stopped as soon as there is a plan."""
    answer = client.post("/v1/visits/jobs", json=body).raise_for_status()
    path, hung = f"/v1/jobs/{answer.json()['id']}", False
    while True:
        job: dict[str, Any] = client.get(path).json()
        if job["state"] in ENDED:
            return job
        if hang and not hung and client.get(f"{path}/incumbent").status_code == 200:
            for worker in server.workers():
                os.kill(worker, signal.SIGSTOP)
            hung = True
        time.sleep(0.2)


def measured(client: httpx.Client, server: ServerProcess, sizes: list[int], seconds: float) -> bool:
    """Measure everything; whether every limit was kept."""
    kept = True
    for size in sizes:
        problem = problem_to_json(make_qidong(size))
        for engine in ("greedy", "ortools", "auto"):
            for hang in (False, True) if engine == "auto" else (False,):
                body = {"crs": "WGS-84", "problem": problem, "options": {"engine": engine, "time_limit_s": seconds}}
                job = ended_job(client, body, server, hang=hang)
                took, most = took_s(job), latest_s(seconds, size)
                placed = client.get(f"/v1/jobs/{job['id']}/result").status_code == 200
                kept &= took <= most and placed
                print(
                    f"{size} visits, {engine}{', hangs' if hang else ''}: limit {seconds:g} s, took {took:.2f} s of "
                    f"{most:.2f} s allowed, {job['state']} {job['reason']}{'' if placed else ', NO RESULT'}"
                    f"{'' if took <= most else ', TOO LATE'}",
                    flush=True,
                )
    return kept


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="100,1000,6000")
    arguments.add_argument("--seconds", type=float, default=10.0)
    given = arguments.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), workers=1, lease_s=600, max_body_bytes=100_000_000) as (server, key),
        httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=120.0) as client,
    ):
        kept = measured(client, server, sizes, given.seconds)
    print(f"limits: {'all kept' if kept else 'NOT KEPT'}")
    raise SystemExit(not kept)


if __name__ == "__main__":
    main()
