"""The description of the interface against the service: ``python -m benchmarks.api.contract --examples 50``.

Schemathesis makes requests from the OpenAPI document, good and bad ones, follows its links, and looks for 5xx and for
answers that the document does not promise. Its own output goes into a file and is shown only where it failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from api.kinds.demonstration import demonstration
from benchmarks.api.running import running

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
IDS = (("job_id", "jobs"), ("subject", "subjects"))
DEMANDING = ("POST /v1/visits/jobs", "POST /v1/places/jobs", "GET /v1/jobs/{job_id}/result")
TENANT = "operator"
"""Whose key may ask for everything, the counts of all tenants too."""


def kept_jobs(url: str, key: str) -> list[str]:
    """A finished job of each kind, confirmed, so that no request of the run can delete it."""
    jobs = []
    with httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=300.0) as client:
        for subject, name in (("visits", "toy"), ("places", "places-toy")):
            body = demonstration(name)
            body["options"]["time_limit_s"] = 2.0
            answer = client.post(f"/v1/{subject}/jobs", json=body, headers={"Prefer": "wait=30"}).raise_for_status()
            job = str(answer.json()["id"])
            wait_for_end(client, job)
            client.put(f"/v1/jobs/{job}/retention", json={"retention": "confirmed"}).raise_for_status()
            jobs.append(job)
    return jobs


def wait_for_end(client: httpx.Client, job: str) -> None:
    """Wait for a job, as long as a worker on a busy machine may take to load what it needs."""
    for _ in range(240):
        if client.get(f"/v1/jobs/{job}").raise_for_status().json()["finished_at"]:
            return
        time.sleep(0.5)
    raise TimeoutError(f"{job} has not ended")


def config(jobs: list[str], examples: int) -> str:
    """Ids that there are, for most requests; and more requests where most of what is made up is refused for good
    reasons that no schema can say (ids that name nothing, a workbook of noise).
    """
    subjects = [
        demonstration("toy")["problem"]["visits"][0]["id"],
        demonstration("places-toy")["problem"]["applicants"][0]["id"],
    ]
    lines = [
        f"hooks = {json.dumps(str(Path(__file__).with_name('contract_hooks.py')))}",
        f"[dictionaries.jobs]\nvalues = {json.dumps(jobs)}",
        f"[dictionaries.subjects]\nvalues = {json.dumps(subjects)}",
    ]
    lines += ["[parameters]", *(f'"path.{name}" = {{ dictionary = "{of}", probability = 0.8 }}' for name, of in IDS)]
    for operation in DEMANDING:
        lines.append(f'[[operations]]\ninclude-name = "{operation}"\ngeneration.max-examples = {4 * examples}')
    return "\n".join(lines)


def run(folder: Path, url: str, key: str, given: argparse.Namespace) -> int:
    """Run Schemathesis; its exit code. ``output.txt`` and ``report.json`` are written into the folder."""
    (folder / "schemathesis.toml").write_text(config(kept_jobs(url, key), given.examples), encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(folder / "schemathesis.toml"),
        "run", f"{url}/openapi.json",
        "--header", f"X-API-Key: {key}", "--max-examples", str(given.examples), "--seed", str(given.seed),
        "--checks", ",".join(CHECKS), "--phases", given.phases, "--generation-database", "none",
        "--exclude-path-regex", "/events$", "--suppress-health-check", "all", "--request-timeout", "60",
        "--report", "json", "--report-json-path", str(folder / "report.json"),
    ]  # fmt: skip
    with (folder / "output.txt").open("wb") as output:
        return subprocess.run(command, cwd=folder, check=False, stdout=output, stderr=subprocess.STDOUT).returncode


def warnings_of(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """What Schemathesis wonders about, by kind: the operations."""
    return {kind: operations for kind, operations in report["warnings"].items() if operations}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=50, help="requests of each kind for each operation")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    given = arguments.parse_args()
    many = dict.fromkeys(("max_queue", "max_queue_per_tenant", "max_jobs_per_hour"), 1_000_000)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with running(folder, tenant=TENANT, max_time_limit_s=2, worker_niceness=0, **many) as (server, key):
            code = run(folder, server.url, key, given)
            faults = [line for line in server.log.read_text().splitlines() if '"message": "internal"' in line]
        output = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
        file = folder / "report.json"
        report = json.loads(file.read_bytes()) if file.exists() else None
    if code or faults or report is None:
        print(output)
        print(*faults[:5], sep="\n")
    if report is None:
        raise SystemExit("contract: it did not run to its end")
    cases, tested = report["test_cases"], report["operations"]
    print(
        f"contract: {cases['generated']} cases over {tested['tested']} operations, "
        f"{cases['with_failures'] + cases['errored']} failures, {len(faults)} internal faults"
    )
    for kind, operations in warnings_of(report).items():
        print(f"contract: {kind.replace('_', ' ')}: {', '.join(operations)}")
    raise SystemExit(code or bool(faults))


if __name__ == "__main__":
    main()
