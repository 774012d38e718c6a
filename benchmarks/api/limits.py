"""Whether jobs keep their time limit: ``python -m benchmarks.api.limits --sizes 100,1000,6000 --applicants 60000``.

From the moment a job starts to run to its stored result, by the service's own time stamps: days of visits with every
engine, and once with a worker that hangs (SIGSTOP) and must be ended from outside; every task of places. The limit is
kept where a job takes no longer than the limit, the library's tolerance (the larger of 5 % and 0.5 s; 1 s above 2,000
visits or applicants), and 0.5 s. For places the worker's processor seconds are told, too: about what a task takes on a
machine that does nothing else.
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
from benchmarks.api.running import ServerProcess, processor_s, running
from instances.day import make_qidong
from instances.places import make_qidong_places
from optimizer.io.places_json import places_problem_to_json
from optimizer.io.problem_json import problem_to_json

ENDED = ("completed", "stopped", "failed")


def took_s(job: dict[str, Any]) -> float:
    """Seconds from the start of work to the stored result."""
    started, finished = (datetime.fromisoformat(job[name]) for name in ("started_at", "finished_at"))
    return (finished - started).total_seconds()


def ended_job(
    client: httpx.Client, subject: str, body: dict[str, Any], server: ServerProcess, *, hang: bool = False
) -> dict[str, Any]:
    """The job once it has ended; with ``hang`` its worker is stopped as soon as there is a plan."""
    answer = client.post(f"/v1/{subject}/jobs", json=body).raise_for_status()
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


def is_kept(client: httpx.Client, job: dict[str, Any], what: str, seconds: float) -> bool:
    """Print what a job took; whether it kept its limit and has a result."""
    took, most = took_s(job), latest_s(seconds, job["size"])
    has_result = client.get(f"/v1/jobs/{job['id']}/result").status_code == 200
    print(
        f"{what}: limit {seconds:g} s, took {took:.2f} s of {most:.2f} s allowed, {job['state']} {job['reason']}"
        f"{'' if has_result else ', NO RESULT'}{'' if took <= most else ', TOO LATE'}",
        flush=True,
    )
    return took <= most and has_result


def visits_kept(client: httpx.Client, server: ServerProcess, sizes: list[int], seconds: float) -> bool:
    """Days of these sizes; whether every limit was kept."""
    kept = True
    for size in sizes:
        problem = problem_to_json(make_qidong(size))
        for engine, hang in (("greedy", False), ("ortools", False), ("auto", False), ("auto", True)):
            body = {"crs": "WGS-84", "problem": problem, "options": {"engine": engine, "time_limit_s": seconds}}
            job = ended_job(client, "visits", body, server, hang=hang)
            kept &= is_kept(client, job, f"{size} visits, {engine}{', hangs' if hang else ''}", seconds)
    return kept


def places_kept(client: httpx.Client, server: ServerProcess, applicants: int, seconds: float) -> bool:
    """Every task with a city of so many applicants; whether every limit was kept."""
    problem = places_problem_to_json(make_qidong_places(applicants))
    common: dict[str, Any] = {"time_limit_s": seconds, "entry_date": "2026-09-01"}
    kept = True
    for task, options in (
        ("allocate", {"rule": "stable"}),
        ("allocate", {"rule": "served"}),
        ("pair", {"pairs": 20}),
        ("cluster", {}),
        ("site", {}),
    ):
        body = {"crs": "WGS-84", "task": task, "problem": problem, "options": common | options}
        workers = server.workers()
        before = processor_s(workers)
        job = ended_job(client, "places", body, server)
        used_s = processor_s(workers) - before
        name = f"{applicants} applicants, {task} {options.get('rule', '')}".rstrip()
        name += f" ({used_s:.1f} s of the processor)" if workers and workers == server.workers() else " (a new worker)"
        kept &= is_kept(client, job, name, seconds)
    return kept


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="100,1000,6000")
    arguments.add_argument("--applicants", type=int, default=60_000)
    arguments.add_argument("--seconds", type=float, default=10.0)
    given = arguments.parse_args()
    sizes = [int(size) for size in given.sizes.split(",") if size]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), workers=1, lease_s=600, max_body_bytes=100_000_000) as (server, key),
        httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=120.0) as client,
    ):
        kept = visits_kept(client, server, sizes, given.seconds)
        if given.applicants:
            kept &= places_kept(client, server, given.applicants, given.seconds)
    print(f"limits: {'all kept' if kept else 'NOT KEPT'}")
    raise SystemExit(not kept)


if __name__ == "__main__":
    main()
