"""A client that remembers what was accepted, and says in the end whether anything of it was lost or done twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from benchmarks.api.fuzz import toy_body

__all__ = ["Verdict", "Witness"]

ENDED = ("completed", "stopped", "failed")
PATIENCE_S = 300.0
QUICK = {"engine": "greedy", "max_iterations": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What became of the jobs of one fault; ``faults`` names everything that should not be."""

    fault: str
    states: dict[str, int]
    taken_up: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        jobs = sum(self.states.values())
        told = f"{jobs} jobs, each ended once {self.states}, taken up again {self.taken_up} times"
        return f"drill: {self.fault}: " + (f"FAILED: {'; '.join(self.faults)}" if self.faults else f"passed, {told}")


@dataclass
class Witness:
    """Asks for jobs, whatever happens to the server.

    Attributes
    ----------
    urls
        Of the servers that share the jobs; they are asked in turn.
    """

    urls: list[str]
    key: str
    accepted: dict[str, str] = field(default_factory=dict)
    etags: dict[str, set[str]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    doubled: list[str] = field(default_factory=list)
    turn: int = 0

    def __post_init__(self) -> None:
        self.http = httpx.Client(headers={"X-API-Key": self.key}, timeout=20.0)

    def submit(self, name: str, *, seed: int, **options: Any) -> str:
        """Ask under a name until there is an answer; the name keeps it one job."""
        body = toy_body(seed=seed, **(options or QUICK))
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = self.asked("POST", "/v1/visits/jobs", json=body, headers={"Idempotency-Key": name})
            if answer is not None and answer.status_code == 202:
                job = str(answer.json()["id"])
                if self.accepted.setdefault(name, job) != job:
                    self.doubled.append(f"{name} became {self.accepted[name]} and {job}")
                return job
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                raise SystemExit(f"drill: {name} was refused: {answer.status_code} {answer.text[:300]}")
            time.sleep(0.2)
        raise SystemExit(f"drill: {name} was never accepted")

    def asked(self, method: str, path: str, **content: Any) -> httpx.Response | None:
        """The answer, ``None`` while nobody answers."""
        self.turn += 1
        try:
            answer = self.http.request(method, self.urls[self.turn % len(self.urls)] + path, **content)
        except httpx.TransportError:
            return None
        self.statuses[answer.status_code] += 1
        return answer

    def note_result(self, job: str) -> None:
        """Remember which results were ever seen."""
        answer = self.asked("GET", f"/v1/jobs/{job}/result")
        if answer is not None and answer.status_code == 200:
            self.etags.setdefault(job, set()).add(answer.headers["ETag"])

    def leave_a_stream(self, job: str) -> None:
        """Begin to listen, and go."""
        try:
            with self.http.stream("GET", f"{self.urls[0]}/v1/jobs/{job}/events") as answer:
                next(answer.iter_lines(), None)
        except httpx.TransportError:
            return

    def wait_until_solving(self, job: str) -> None:
        """Wait until somebody works on it."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = self.asked("GET", f"/v1/jobs/{job}")
            if answer is not None and answer.status_code == 200 and answer.json()["state"] in ("solving", *ENDED):
                return
            time.sleep(0.1)

    def begin(self, name: str, *, seed: int, **options: Any) -> threading.Thread:
        """Ask for a job while something else goes on."""
        thread = threading.Thread(target=lambda: self.submit(name, seed=seed, **options))
        thread.start()
        return thread

    def verdict(self, fault: str) -> Verdict:
        """Wait for all, judge, and forget: the next fault begins anew."""
        ended, lost = self._ended()
        faults = [f"lost {job}" for job in lost] + self.doubled
        for job, body in sorted(ended.items()):
            self.note_result(job)
            self.note_result(job)
            faults += self._faults_of(job, body)
        states = Counter(body["state"] for body in ended.values())
        taken_up = sum(body["resumes"] + body["worker_losses"] for body in ended.values())
        self.accepted, self.etags, self.doubled = {}, {}, []
        return Verdict(fault=fault, states=dict(states), taken_up=taken_up, faults=tuple(faults))

    def _ended(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        until, jobs = time.monotonic() + PATIENCE_S, set(self.accepted.values())
        ended: dict[str, dict[str, Any]] = {}
        while len(ended) < len(jobs) and time.monotonic() < until:
            for job in jobs - ended.keys():
                answer = self.asked("GET", f"/v1/jobs/{job}")
                if answer is not None and answer.status_code == 200 and answer.json()["state"] in ENDED:
                    ended[job] = answer.json()
            time.sleep(0.3)
        return ended, sorted(jobs - ended.keys())

    def _faults_of(self, job: str, body: dict[str, Any]) -> list[str]:
        """Two ends, two results, no result, or a way back that nobody explains."""
        ends = [entry for entry in body["states"] if entry["state"] in ENDED]
        back = [entry for entry in body["states"][1:] if entry["state"] == "queued"]
        results = self.etags.get(job, set())
        faults = []
        if len(ends) != 1:
            faults.append(f"{job} ended {len(ends)} times")
        if len(results) > 1:
            faults.append(f"{job} has {len(results)} results")
        if not results and body["state"] != "failed":
            faults.append(f"{job} {body['state']} without a result")
        if not all(entry["zh"] and entry["en"] for entry in back) or (
            body["state"] == "failed" and not body["problem"]
        ):
            faults.append(f"{job} is in a state that nobody explains")
        return faults
