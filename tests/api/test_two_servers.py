"""Two servers share one PostgreSQL: a job is run once, and it does not matter whom one asks."""

from __future__ import annotations

import pytest

from api.settings import Settings
from tests.api.asking import body_of_toy, wait_until_ended
from tests.api.conftest import served
from tests.api.postgres import postgres
from tests.api.test_faults import long_job, until


@pytest.mark.postgres
def test_two_servers_share_the_jobs() -> None:
    with postgres() as url:
        settings = Settings(database_url=url, workers=1, worker_niceness=0, desk_processes=0, lease_s=2.0)
        with served(settings) as one, served(settings) as other:
            until(lambda: one.service.supervisor.pids() and other.service.supervisor.pids())
            jobs = [
                (one, other)[number % 2].a.post("/v1/visits/jobs", json=body_of_toy(seed=number)).json()["id"]
                for number in range(10)
            ]
            for number, job in enumerate(jobs):
                ended = wait_until_ended((other, one)[number % 2].a, job)
                assert [entry["state"] for entry in ended["states"]] == ["queued", "matrix", "solving", "completed"]
                etags = {server.a.get(f"/v1/jobs/{job}/result").headers["ETag"] for server in (one, other)}
                assert len(etags) == 1
            waited = other.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Prefer": "wait=30"})
            assert waited.status_code == 200
            running = long_job(one.a, 60.0)
            other.a.post(f"/v1/jobs/{running}/stop")
            assert wait_until_ended(one.a, running)["reason"] == "stop"
            assert other.b.get(f"/v1/jobs/{running}").status_code == 404
