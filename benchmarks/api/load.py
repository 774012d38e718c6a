"""The service under load: ``python -m benchmarks.api.load --clients 200 --seconds 60``.

Three parts: what the service adds to the library's own time for a day of 100 visits; the time that requests take which
solve nothing, idle and while both workers solve; many clients that submit toy jobs and ask for them until they have
ended. Each ends with a verdict, and the exit code is 1 where an aim was missed.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from benchmarks.api.fuzz import toy_body
from benchmarks.api.running import running
from instances.day import make_hailing
from optimizer.io.problem_json import problem_to_json

ENDED = ("completed", "stopped", "failed")
PROBE_S = 10.0
OVERHEAD_RUNS = 15
MOST_ADDED_S, MOST_SLOWER = 0.15, 5.0
LONGEST_S = 300.0


def probe(client: httpx.Client, job: str, seconds: float) -> list[float]:
    """Seconds of requests that solve nothing, one after the other."""
    taken: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in ("/v1/jobs", f"/v1/jobs/{job}", f"/v1/jobs/{job}/result"):
            started = time.perf_counter()
            client.get(path).raise_for_status()
            taken.append(time.perf_counter() - started)
    return taken


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100)[98]


def submitted(client: httpx.Client, body: dict[str, Any], wait: bool = True) -> dict[str, Any]:
    """A job, once it has ended or at once."""
    answer = client.post("/v1/visits/jobs", json=body, headers={"Prefer": "wait=30"} if wait else {})
    answer.raise_for_status()
    job: dict[str, Any] = answer.json()
    return job


def measure_probe(client: httpx.Client, workers: int) -> bool:
    """Idle, and with every worker solving; whether the aim was met."""
    known = submitted(client, toy_body(engine="greedy", max_iterations=1))["id"]
    probe(client, known, 1.0)
    idle = p99(probe(client, known, PROBE_S))
    body = toy_body(engine="ortools", time_limit_s=PROBE_S + 20)
    long = [
        submitted(client, body | {"options": body["options"] | {"seed": n}}, wait=False)["id"] for n in range(workers)
    ]
    while any(client.get(f"/v1/jobs/{job}").json()["state"] != "solving" for job in long):
        time.sleep(0.1)
    busy = p99(probe(client, known, PROBE_S))
    for job in long:
        client.post(f"/v1/jobs/{job}/stop")
    met = busy <= MOST_SLOWER * idle
    print(
        f"load: p99 of a request that solves nothing: idle {idle * 1e3:.1f} ms, "
        f"while {workers} solve {busy * 1e3:.1f} ms, "
        f"× {busy / idle:.2f} (aim × {MOST_SLOWER:g}): {'met' if met else 'MISSED'}",
        flush=True,
    )
    return met


def measure_overhead(client: httpx.Client) -> bool:
    """What the service adds to a job of 100 visits: from the request to the result, less the library's own time."""
    problem = problem_to_json(make_hailing(100, 1))
    added = []
    for seed in range(OVERHEAD_RUNS):
        options = {"engine": "ortools", "time_limit_s": 2.0, "seed": seed}
        started = time.perf_counter()
        job = submitted(client, {"crs": "WGS-84", "problem": problem, "options": options})
        added.append(time.perf_counter() - started - job["result"]["seconds"])
    listed = ", ".join(f"{value * 1e3:.0f}" for value in sorted(added))
    median = statistics.median(added)
    met = median <= MOST_ADDED_S
    print(
        f"load: added to a job of 100 visits: median {median * 1e3:.0f} ms of {len(added)} ({listed}) "
        f"(aim {MOST_ADDED_S * 1e3:.0f} ms): {'met' if met else 'MISSED'}",
        flush=True,
    )
    return met


async def one_client(client: httpx.AsyncClient, number: int, until: float, seen: Counter[str], jobs: set[str]) -> None:
    """Submit a toy, ask until it has ended, begin again."""
    turn = 0
    while time.monotonic() < until:
        turn += 1
        answer = await client.post("/v1/visits/jobs", json=toy_body(engine="greedy", max_iterations=1, seed=turn))
        seen[f"submit {answer.status_code}"] += 1
        if answer.status_code == 429:
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        if answer.status_code != 202:
            continue
        job = answer.json()["id"]
        jobs.add(job)
        state = "queued"
        while state not in ENDED and time.monotonic() < until:
            await asyncio.sleep(0.5 + (number % 10) / 20)
            asked = await client.get(f"/v1/jobs/{job}")
            seen[f"poll {asked.status_code}"] += 1
            state = asked.json()["state"]


async def crowd(url: str, key: str, clients: int, seconds: float) -> bool:
    """Many at once; whether there was no error and every job that was accepted ended, once."""
    seen: Counter[str] = Counter()
    jobs: set[str] = set()
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": key}, timeout=60.0, limits=limits) as client:
        until = time.monotonic() + seconds
        await asyncio.gather(*(one_client(client, number, until, seen, jobs) for number in range(clients)))
        states: Counter[str] = Counter()
        patience = time.monotonic() + LONGEST_S
        for job in sorted(jobs):
            while True:
                body = (await client.get(f"/v1/jobs/{job}")).json()
                if body["state"] in ENDED or time.monotonic() > patience:
                    break
                await asyncio.sleep(0.2)
            ends = sum(entry["state"] in ENDED for entry in body["states"])
            states[f"{body['state']}, ended {ends} times"] += 1
    faults = {name: count for name, count in seen.items() if name.split()[1] not in ("200", "202", "429")}
    met = not faults and set(states) == {"completed, ended 1 times"}
    print(f"load: {clients} clients for {seconds:.0f} s: {dict(sorted(seen.items()))}; errors: {faults or 'none'}")
    print(f"load: accepted jobs: {dict(states)}: {'met' if met else 'MISSED'}", flush=True)
    return met


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--clients", type=int, default=200)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--parts", default="overhead,probe,crowd")
    given = arguments.parse_args()
    parts = given.parts.split(",")
    many = dict.fromkeys(
        ("max_queue", "max_queue_per_tenant", "max_running_per_tenant", "max_jobs_per_hour"), 1_000_000
    )
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), workers=2, **many) as (server, key):
        with httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=90.0) as client:
            met = "overhead" not in parts or measure_overhead(client)
            met &= "probe" not in parts or measure_probe(client, 2)
        met &= "crowd" not in parts or asyncio.run(crowd(server.url, key, given.clients, given.seconds))
    raise SystemExit(not met)


if __name__ == "__main__":
    main()
