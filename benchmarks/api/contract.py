"""The description of the interface against the service: ``python -m benchmarks.api.contract --examples 50``.

Schemathesis makes requests from the OpenAPI document, good and bad ones, and looks for 5xx and for answers that the
document does not promise.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.api.running import running

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=50, help="requests of each kind for each operation")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--phases", default="examples,coverage,fuzzing")
    given = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(
            Path(folder),
            max_queue=100_000,
            max_queue_per_tenant=100_000,
            max_jobs_per_hour=1_000_000,
            max_time_limit_s=2,
        ) as (server, key),
    ):
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}/openapi.json",
            "--header", f"X-API-Key: {key}", "--max-examples", str(given.examples), "--seed", str(given.seed),
            "--checks", ",".join(CHECKS), "--phases", given.phases, "--generation-database", "none",
            "--exclude-path-regex", "/events$", "--suppress-health-check", "all", "--request-timeout", "60",
        ]  # fmt: skip
        code = subprocess.run(command, cwd=folder, check=False).returncode
        faults = [line for line in server.log.read_text().splitlines() if '"message": "internal"' in line]
    print(*faults[:5], sep="\n")
    raise SystemExit(code or bool(faults))


if __name__ == "__main__":
    main()
