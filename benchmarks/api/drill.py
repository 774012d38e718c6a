"""The fault drill: ``python -m benchmarks.api.drill --kills 20``.

Jobs go in all the time, while at random moments the server or one of its workers is killed (``kill -9``), clients
leave in the middle of a stream, and the store is locked for ten seconds. In the end every accepted job must have ended
once, with one result, and a reason for each state it was in.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.api.fuzz import toy_body
from benchmarks.api.running import ServerProcess

ENDED = ("completed", "stopped", "failed")
PATIENCE_S = 300.0


class Client:
    """Asks for jobs, whatever happens to the server, and remembers what was accepted."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=10.0)
        self.accepted: dict[str, str] = {}
        self.etags: dict[str, set[str]] = {}
        self.statuses: dict[int, int] = {}

    def submit(self, name: str, body: dict[str, Any]) -> None:
        """Ask under a name until there is an answer; the name keeps it one job."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = self.asked("POST", "/v1/visits/jobs", json=body, headers={"Idempotency-Key": name})
            if answer is not None and answer.status_code == 202:
                job = answer.json()["id"]
                if self.accepted.setdefault(name, job) != job:
                    raise SystemExit(f"{name}: two jobs, {self.accepted[name]} and {job}")
                return
            time.sleep(0.2)
        raise SystemExit(f"{name}: never accepted")

    def asked(self, method: str, path: str, **content: Any) -> httpx.Response | None:
        """The answer, ``None`` while nobody answers."""
        try:
            answer = self.http.request(method, path, **content)
        except httpx.TransportError:
            return None
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        return answer

    def note_result(self, job: str) -> None:
        """Remember which results were ever seen."""
        answer = self.asked("GET", f"/v1/jobs/{job}/result")
        if answer is not None and answer.status_code == 200:
            self.etags.setdefault(job, set()).add(answer.headers["ETag"])

    def leave_a_stream(self, job: str) -> None:
        """Begin to listen, and go."""
        try:
            with self.http.stream("GET", f"/v1/jobs/{job}/events") as answer:
                next(answer.iter_lines(), None)
        except httpx.TransportError:
            return


def lock_store(file: Path, seconds: float) -> None:
    """Keep everybody else from writing: a store that is away."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=30.0)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


def drill(folder: Path, kills: int, rng: random.Random) -> None:
    """Run the whole drill."""
    server = ServerProcess(
        folder, workers=2, lease_s=2, desk_processes=0, max_queue=10_000, max_queue_per_tenant=10_000
    )
    client = Client(server.url, server.make_key("drill"))
    server.start()
    for number in range(kills):
        for part in range(3):
            long = part == 0
            options = {"engine": "ortools", "time_limit_s": 2.5} if long else {"engine": "greedy", "max_iterations": 1}
            client.submit(f"{number}-{part}", toy_body(seed=number, **options))
        jobs = list(client.accepted.values())
        client.leave_a_stream(rng.choice(jobs))
        time.sleep(rng.uniform(0.0, 2.5))
        for job in rng.sample(jobs, min(5, len(jobs))):
            client.note_result(job)
        workers = server.workers()
        if rng.random() < 0.35 and workers:
            os.kill(rng.choice(workers), signal.SIGKILL)
            continue
        server.kill()
        server.start()
    locked = threading.Thread(target=lock_store, args=(folder / "jobs.db", 10.0))
    locked.start()
    client.submit("locked", toy_body(engine="greedy", max_iterations=1))
    locked.join()
    judge(client, wait_for_all(client))
    server.stop()
    internal = sum('"message": "internal"' in line for line in server.log.read_text().splitlines())
    print(f"answers by status: {dict(sorted(client.statuses.items()))}; internal faults in the log: {internal}")
    raise SystemExit(internal > 0)


def wait_for_all(client: Client) -> dict[str, dict[str, Any]]:
    """Every accepted job as it ended."""
    until = time.monotonic() + PATIENCE_S
    ended: dict[str, dict[str, Any]] = {}
    while len(ended) < len(client.accepted):
        if time.monotonic() > until:
            raise SystemExit(f"lost: {sorted(set(client.accepted.values()) - ended.keys())}")
        for job in set(client.accepted.values()) - ended.keys():
            answer = client.asked("GET", f"/v1/jobs/{job}")
            if answer is not None and answer.status_code == 200 and answer.json()["state"] in ENDED:
                ended[job] = answer.json()
        time.sleep(0.2)
    return ended


def judge(client: Client, ended: dict[str, dict[str, Any]]) -> None:
    """Count the ends, and refuse any job with two of them, two results, or a state without a reason."""
    counts: dict[str, int] = {}
    for job, body in sorted(ended.items()):
        client.note_result(job)
        client.note_result(job)
        counts[body["state"]] = counts.get(body["state"], 0) + 1
        ends = [entry for entry in body["states"] if entry["state"] in ENDED]
        back = [entry for entry in body["states"][1:] if entry["state"] == "queued"]
        if len(ends) != 1 or len(client.etags.get(job, set())) > 1 or not all(entry["zh"] for entry in back):
            raise SystemExit(f"{job}: {body['states']} {client.etags.get(job)}")
        if body["state"] != "failed" and not client.etags.get(job):
            raise SystemExit(f"{job}: {body['state']} without a result")
    resumes = sum(body["resumes"] for body in ended.values())
    losses = sum(body["worker_losses"] for body in ended.values())
    print(f"{len(ended)} jobs, each ended once: {counts}; taken up {resumes} times after a server was killed,")
    print(f"{losses} times after a worker was killed")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drill(Path(folder), given.kills, random.Random(given.seed))


if __name__ == "__main__":
    main()
