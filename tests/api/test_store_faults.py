"""A full disk, a store that is away, a clock that jumps: told honestly, and nothing is lost."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.kinds.envelope import Limits
from api.kinds.upload import Submission
from api.kinds.visits_input import read_visits
from api.settings import Settings
from api.states import JobState
from api.store.content import stored_result
from api.store.database import Database
from api.store.jobs import JobStore, NewJob
from api.store.leases import LeaseStore
from api.work.run_job import JobRun
from benchmarks.api.jumping import JumpingClock
from tests.api.asking import body_of_toy
from tests.api.conftest import served
from tests.api.test_store import HandClock


def test_a_full_disk_refuses_new_jobs_and_loses_none(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/jobs.db", workers=0, desk_processes=0)
    with served(settings) as service:
        kept = service.a.post("/v1/visits/jobs", json=body_of_toy()).json()["id"]
        pages = [1]  # the file may not grow at all

        @event.listens_for(service.service.database._engine, "checkout")
        def limit(connection: Any, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages[0]}")

        refused = [service.a.post("/v1/visits/jobs", json=large_body()) for _ in range(3)]
        assert {answer.status_code for answer in refused} == {503}
        assert refused[0].json()["type"].endswith("store-unavailable") and refused[0].headers["Retry-After"]
        assert service.a.get(f"/v1/jobs/{kept}").json()["state"] == "queued"
        pages[0] = 2**30
        assert service.a.post("/v1/visits/jobs", json=large_body()).status_code == 202
        assert len(service.a.get("/v1/jobs").json()["items"]) == 2


def large_body() -> dict[str, Any]:
    """A body that does not fit into what is left of the last page."""
    body = body_of_toy()
    noise = [f"{number * 2_654_435_761 % 2**32:08x}" for number in range(150)]
    for visit in body["problem"]["visits"]:
        visit["ext"] = {"noise": [visit["id"], *noise]}
    return body


def test_a_result_waits_for_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path}/jobs.db")
    database.migrate()
    clock = HandClock()
    leases = LeaseStore(database, clock)
    job_id = add_toy(JobStore(database, clock))
    job = leases.claim(max_running_per_tenant=1)
    assert job is not None
    away = itertools.count()
    monkeypatch.setattr(leases, "finish", failing(leases.finish, away, times=3))
    monkeypatch.setattr(leases, "keep_incumbent", failing(leases.keep_incumbent, away, times=6))
    monkeypatch.setattr(time, "sleep", lambda _: None)
    JobRun(job, leases, database, lease_s=4.0, on_stopping=lambda: None).perform()
    assert next(away) > 3
    ended = JobStore(database, clock).get("a", job_id)
    assert ended is not None and ended.state is JobState.COMPLETED
    assert stored_result(database, job_id) is not None
    database.close()


def failing(function: Callable[..., Any], count: itertools.count[int], *, times: int) -> Callable[..., Any]:
    """The function, once the store has been away for a while."""

    def call(*arguments: Any, **named: Any) -> Any:
        if next(count) < times:
            raise OperationalError("", {}, Exception("the store is away"))
        return function(*arguments, **named)

    return call


def add_toy(jobs: JobStore) -> str:
    import json

    limits = Limits(rows={}, time_limit_s=60.0, default_time_limit_s=5.0, workers=1)
    read = read_visits(json.dumps(body_of_toy()).encode(), limits)
    assert isinstance(read, Submission)
    new = NewJob(tenant="a", kind="visits", body=read.body, matrix=read.matrix, time_limit_s=5.0, size=4, body_hash="h")
    return jobs.add(new, max_queue=9, max_queue_per_tenant=9, max_per_hour=9)[0].id


def test_a_clock_that_jumps_does_no_harm(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/jobs.db", workers=1, worker_niceness=0, desk_processes=0, lease_s=1.0
    )
    with served(settings, clock=JumpingClock()) as service:
        body = body_of_toy(engine="ortools", max_iterations=None, time_limit_s=2.5)
        answer = service.a.post("/v1/visits/jobs", json=body, headers={"Prefer": "wait=30"})
        assert answer.status_code == 200
        assert (answer.json()["state"], answer.json()["resumes"], answer.json()["worker_losses"]) == ("completed", 0, 0)


def test_the_application_can_be_made_without_starting_anything(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/none.db", desk_processes=0))
    assert app.title == "careplan" and app.routes
    app.state.service.desk.close()
    app.state.service.database.close()
