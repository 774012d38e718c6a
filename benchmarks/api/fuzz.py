"""Broken bodies, of visits and of places, against a service of the script's own:
``python -m benchmarks.api.fuzz --count 2000``.

Every answer must be a refusal (4xx) with findings that say what is wrong, never a fault of ours (5xx). Some nonsense
leaves a body whole (a longer name, a larger number): it is accepted, its job must end with a result, and it does not
count as broken.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx

from api.kinds.demonstration import demonstration
from benchmarks.api.running import running
from instances.toy import toy_problem, toy_travel
from optimizer.io.problem_json import problem_to_json

NONSENSE: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**53, 2**70, -0.5, 1e308, "", "x", "08:00", "25:99", "2026-13-40", "\u0000", "名",
    [], {}, [[]], [None], {"id": None}, {"a": {"b": {}}}, "=1+1", "'; DROP TABLE jobs; --", "../etc/passwd",
    "a" * 5000,
)  # fmt: skip
SPLICES = (b"\x00", b"\xff", b"}", b"[", b'"', b",", b"NaN", b"1e999", b"\\ud800", b"\xef\xbb\xbf")


def toy_body(**options: Any) -> dict[str, Any]:
    """The toy as a body."""
    return {"crs": "WGS-84", "problem": problem_to_json(toy_problem(), matrix=toy_travel()), "options": options}


def places_body() -> dict[str, Any]:
    """The toy of places as a body."""
    return deepcopy(demonstration("places-toy"))


def broken_body(rng: random.Random, subject: str = "visits") -> tuple[bytes, str]:
    """A body with at least one thing wrong with it, and its type of content."""
    whole = toy_body(engine="greedy", max_iterations=1, time_limit_s=2.0) if subject == "visits" else places_body()
    body = deepcopy(whole)
    while body == whole:
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            _spoil(body, rng)
    data = json.dumps(body, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    kind = rng.random()
    if kind < 0.15:
        place = rng.randrange(len(data))
        data = data[:place] + rng.choice(SPLICES) + data[place + rng.randrange(4) :]
    elif kind < 0.2:
        data = data[: rng.randrange(len(data))]
    elif kind < 0.25:
        return _form(data, rng)
    return data, "application/json"


def _form(data: bytes, rng: random.Random) -> tuple[bytes, str]:
    name = rng.choice(("problem", "tables", "matrix", "options", "else", 'a"b'))
    file = rng.choice(("a.xlsx", "a.csv", ""))
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
    content = rng.choice((data, b"PK\x03\x04" + data[:50], b"\x93NUMPY" + data[:20], b""))
    return head.encode() + content + rng.choice((b"\r\n--b--\r\n", b"")), "multipart/form-data; boundary=b"


def _spoil(value: Any, rng: random.Random) -> None:
    """Put nonsense somewhere into the value, take something away, or add something."""
    while True:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not places:
            return
        place = rng.choice(places)
        inner = value[place]
        if isinstance(inner, dict | list) and inner and rng.random() < 0.8:
            value = inner
            continue
        what = rng.random()
        if what < 0.6:
            value[place] = deepcopy(rng.choice(NONSENSE))
        elif what < 0.8:
            del value[place]
        elif isinstance(value, dict):
            value[rng.choice(("id", "x", "ext", "windows"))] = deepcopy(rng.choice(NONSENSE))
        else:
            value.append(deepcopy(inner))
        return


def fuzz(client: httpx.Client, subject: str, count: int, rng: random.Random) -> tuple[Counter[int], int]:
    """Answers by status until so many bodies were broken, and how many answers are faults: a 5xx, a refusal without
    findings, or an accepted body whose job has no result.
    """
    counts: Counter[int] = Counter()
    jobs: list[str] = []
    faults = 0
    while counts.total() - len(jobs) < count:
        content, kind = broken_body(rng, subject)
        answer = client.post(f"/v1/{subject}/jobs", content=content, headers={"Content-Type": kind})
        counts[answer.status_code] += 1
        if answer.status_code < 300:
            jobs.append(answer.json()["id"])
        elif not is_told(answer):
            faults += 1
            print(f"fuzz: {answer.status_code} {answer.text[:300]} to {content[:2_000]!r}")
    for job in jobs:
        ended = wait_for_end(client, job)
        if client.get(f"/v1/jobs/{job}/result").status_code != 200:
            faults += 1
            print(f"fuzz: {job} was accepted and has no result: {ended['state']} {ended['problem']}")
    return counts, faults


def is_told(answer: httpx.Response) -> bool:
    """Whether a refusal says what is wrong, in both languages."""
    if not 400 <= answer.status_code < 500:
        return False
    findings = answer.json()["errors"]
    return bool(findings) and all(one["code"] and one["zh"] and one["en"] for one in findings)


def wait_for_end(client: httpx.Client, job: str) -> dict[str, Any]:
    """The job once it has ended."""
    while True:
        found: dict[str, Any] = client.get(f"/v1/jobs/{job}").raise_for_status().json()
        if found["finished_at"]:
            return found
        time.sleep(0.1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=2_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    many = dict.fromkeys(("max_queue", "max_queue_per_tenant", "max_jobs_per_hour"), 1_000_000)
    rng, failed = random.Random(given.seed), 0
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), worker_niceness=0, **many) as (server, key),
        httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=300.0) as client,
    ):
        for subject in ("visits", "places"):
            counts, faults = fuzz(client, subject, given.count // 2, rng)
            answers = dict(sorted(counts.items()))
            print(f"fuzz: {given.count // 2} broken bodies of {subject}: {answers}, faults {faults}", flush=True)
            failed += faults
    raise SystemExit(failed > 0)


if __name__ == "__main__":
    main()
