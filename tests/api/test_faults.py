"""Workers and servers that die, hang or are asked to leave: no job is lost, each ends once, each state has a reason."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import Settings
from api.work.crew import WorkerProcess
from api.work.deadline import end_s, latest_s, solving_s
from benchmarks.api.running import ServerProcess
from tests.api.asking import PATIENCE_S, body_of_toy, wait_until_ended
from tests.api.conftest import Running, served


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service whose worker is killed by the tests."""
    file = tmp_path_factory.mktemp("fragile") / "jobs.db"
    settings = Settings(database_url=f"sqlite:///{file}", workers=1, worker_niceness=0, desk_processes=0, lease_s=2.0)
    with served(settings) as service:
        yield service


def until(condition: Callable[[], Any]) -> Any:
    """What the condition says once it says something."""
    patient_until = time.monotonic() + PATIENCE_S
    while time.monotonic() < patient_until:
        said = condition()
        if said:
            return said
        time.sleep(0.05)
    raise AssertionError("it never came true")


def long_job(client: httpx.Client, seconds: float) -> str:
    """A job that works until its limit, once it has a plan that is stored."""
    body = body_of_toy(engine="ortools", max_iterations=None, time_limit_s=seconds)
    job = str(client.post("/v1/visits/jobs", json=body).json()["id"])
    until(lambda: client.get(f"/v1/jobs/{job}/incumbent").status_code == 200)
    return job


def test_a_killed_worker_is_replaced_and_the_job_goes_on(fragile: Running) -> None:
    job = long_job(fragile.a, 3.0)
    os.kill(fragile.service.supervisor.pids()[0], signal.SIGKILL)
    ended = wait_until_ended(fragile.a, job)
    assert (ended["state"], ended["worker_losses"]) == ("completed", 1)
    assert "worker_lost" in [entry["reason"] for entry in ended["states"]]
    assert fragile.a.get(f"/v1/jobs/{job}/result").json()["mandatory_left_out"] == 0


def test_a_job_that_kills_its_worker_twice_has_failed_with_its_best_plan(fragile: Running) -> None:
    job = long_job(fragile.a, 30.0)
    for losses in (0, 1):
        until(
            lambda: (
                fragile.service.supervisor.busy() and fragile.a.get(f"/v1/jobs/{job}").json()["worker_losses"] == losses  # noqa: B023
            )
        )
        os.kill(fragile.service.supervisor.pids()[0], signal.SIGKILL)
    ended = wait_until_ended(fragile.a, job)
    assert (ended["state"], ended["reason"]) == ("failed", "worker_lost") and ended["problem"]["zh"]
    result = fragile.a.get(f"/v1/jobs/{job}/result").json()
    assert result["stop_reason"] == "worker_lost" and result["mandatory_left_out"] == 0


def test_a_worker_that_hangs_is_ended_from_outside(fragile: Running) -> None:
    job = long_job(fragile.a, 5.0)
    os.kill(fragile.service.supervisor.pids()[0], signal.SIGSTOP)
    ended = wait_until_ended(fragile.a, job)
    assert ended["state"] == "completed" and ended["worker_losses"] == 1


def test_a_job_past_its_limit_is_ended_with_its_best_plan(fragile: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    job = long_job(fragile.a, 30.0)
    monkeypatch.setattr(WorkerProcess, "overdue", lambda self, *_: "deadline" if self.held is not None else None)
    ended = wait_until_ended(fragile.a, job)
    assert (ended["state"], ended["reason"]) == ("stopped", "deadline")
    assert fragile.a.get(f"/v1/jobs/{job}/result").json()["stop_reason"] == "deadline"


def test_a_worker_that_hangs_past_the_limit_is_ended_with_its_best_plan(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/jobs.db", workers=1, worker_niceness=0, desk_processes=0, lease_s=600.0
    )
    with served(settings) as service:
        job = long_job(service.a, 4.0)
        os.kill(service.service.supervisor.pids()[0], signal.SIGSTOP)
        ended = wait_until_ended(service.a, job)
        assert (ended["state"], ended["reason"]) == ("stopped", "deadline")
        assert service.a.get(f"/v1/jobs/{job}/result").json()["mandatory_left_out"] == 0


def test_the_latest_moment_is_the_limit_with_its_tolerance() -> None:
    assert latest_s(2.0, 100) == 3.0
    assert latest_s(2.0, 2_001) == 3.5
    assert latest_s(100.0, 6_000) == 105.5
    assert end_s(100.0, 6_000, keeps_plans=True) < end_s(100.0, 100, keeps_plans=True) < latest_s(100.0, 100)


def test_a_job_without_plans_on_the_way_is_not_ended_early_for_their_sake() -> None:
    """60,000 applicants had 5 of 10 seconds left before: the rest was kept for storing a plan that there never is."""
    assert end_s(10.0, 60_000, keeps_plans=False) > 10.0
    assert end_s(10.0, 60_000, keeps_plans=False) == latest_s(10.0, 60_000) - 0.3


def test_what_is_kept_for_storing_grows_with_what_reading_took() -> None:
    assert solving_s(10.0, 1.0) < solving_s(10.0, 0.1) < 10.0
    assert 0.0 < solving_s(0.1, 60.0) < 0.1


def test_a_job_that_takes_too_much_memory_is_ended(fragile: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    job = long_job(fragile.a, 30.0)
    monkeypatch.setattr(WorkerProcess, "memory_mb", lambda self: 1e9 if self.held is not None else 0.0)
    ended = wait_until_ended(fragile.a, job)
    assert (ended["state"], ended["reason"]) == ("stopped", "memory")


def test_a_job_may_be_forgotten_while_it_runs(fragile: Running) -> None:
    job = long_job(fragile.a, 30.0)
    assert fragile.a.delete(f"/v1/jobs/{job}").status_code == 204
    until(lambda: not fragile.service.supervisor.busy())
    again = fragile.a.post("/v1/visits/jobs", json=body_of_toy()).json()["id"]
    assert wait_until_ended(fragile.a, again)["state"] == "completed"


def test_a_client_that_leaves_in_the_middle_of_a_stream(fragile: Running) -> None:
    job = long_job(fragile.a, 3.0)
    with fragile.a.stream("GET", f"/v1/jobs/{job}/events") as answer:
        next(answer.iter_lines())
    until(lambda: fragile.service.streams["a"] == 0)
    assert wait_until_ended(fragile.a, job)["state"] == "completed"


@pytest.mark.slow
def test_a_killed_server_loses_nothing(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, workers=1, worker_niceness=0, lease_s=2)
    client = httpx.Client(base_url=server.url, headers={"X-API-Key": server.make_key("t")}, timeout=30.0)
    server.start()
    running = long_job(client, 4.0)
    waiting = [client.post("/v1/visits/jobs", json=body_of_toy(seed=n)).json()["id"] for n in range(3)]
    children = server.children()
    assert server.workers() and len(children) > len(server.workers()), "the desk is a child, too"
    server.kill()
    until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in children))
    server.start()
    ended = wait_until_ended(client, running)
    assert ended["state"] == "completed" and ended["resumes"] == 1
    assert "server_lost" in [entry["reason"] for entry in ended["states"]]
    assert all(wait_until_ended(client, job)["state"] == "completed" for job in waiting)

    last = long_job(client, 60.0)
    assert server.stop() in (0, -signal.SIGTERM)  # asked to end: the running job is stopped, its best plan stored
    server.start()
    ended = wait_until_ended(client, last)
    assert (ended["state"], ended["reason"]) == ("stopped", "shutdown")
    assert client.get(f"/v1/jobs/{last}/result").json()["mandatory_left_out"] == 0
    server.stop()
    client.close()
