"""The store, on SQLite and on PostgreSQL: a job is taken once, ended once, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.states import JobState
from api.store.content import best_so_far, stored_result
from api.store.database import Database
from api.store.events import events_after
from api.store.jobs import Job, JobStore, NewJob, QueueFull
from api.store.keys import KeyStore, Scope
from api.store.leases import LeaseLost, LeaseStore
from api.store.retention import erase_jobs, purge_expired
from api.work.reaper import Reaper
from tests.api.postgres import postgres

DAY_S = 86_400.0


@dataclass
class HandClock:
    """Both clocks, set by hand."""

    wall: float = 1_800_000_000.0
    monotonic: float = 0.0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> float:
        return self.wall

    def steady(self) -> float:
        return self.monotonic


@dataclass
class Kept:
    """A store with its parts."""

    database: Database
    clock: HandClock
    jobs: JobStore
    leases: LeaseStore

    def add(self, tenant: str = "a", **changes: Any) -> Job:
        values = {"kind": "visits", "body": b"x", "matrix": None, "time_limit_s": 5.0, "size": 1, "body_hash": "h"}
        new = NewJob(tenant=tenant, **(values | changes))  # type: ignore[arg-type]
        return self.jobs.add(new, max_queue=1_000, max_queue_per_tenant=1_000, max_per_hour=1_000)[0]

    def claim(self) -> Job:
        job = self.leases.claim(max_running_per_tenant=100)
        assert job is not None and job.lease is not None
        return job


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/jobs.db")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
        with database.writing() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    database.migrate()
    clock = HandClock()
    yield Kept(database, clock, JobStore(database, clock), LeaseStore(database, clock))
    database.close()


def test_migrations_may_be_run_by_many_at_once(kept: Kept) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: kept.database.migrate(), range(4)))


def test_each_job_is_claimed_once(kept: Kept) -> None:
    made = {kept.add().id for _ in range(24)}

    def take(_: int) -> list[str]:
        taken = []
        while (job := kept.leases.claim(max_running_per_tenant=100)) is not None:
            taken.append(job.id)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [job for some in pool.map(take, range(6)) for job in some]
    # A claim that skips locked rows may find nothing for a moment; whatever is left is taken now.
    taken += take(0)
    assert sorted(taken) == sorted(made)


def test_the_same_idempotency_key_at_once_is_one_job(kept: Kept) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: kept.add(idempotency_key="k").id, range(12)))
    assert len(set(made)) == 1


def test_tenants_take_turns(kept: Kept) -> None:
    first = [kept.add("a").id for _ in range(3)]
    other = kept.add("b").id
    assert kept.leases.claim(max_running_per_tenant=1).id == first[0]  # type: ignore[union-attr]
    assert kept.leases.claim(max_running_per_tenant=1).id == other  # type: ignore[union-attr]
    assert kept.leases.claim(max_running_per_tenant=1) is None


def test_a_job_has_one_result(kept: Kept) -> None:
    kept.add()
    old = kept.claim()
    kept.leases.give_back(old.id, old.lease or "", reason="server_lost", by_worker=False, max_losses=9)
    new = kept.claim()
    assert new.id == old.id and new.resumes == 1
    with pytest.raises(LeaseLost):
        kept.leases.finish(old.id, old.lease or "", JobState.COMPLETED, reason="", result={"by": "old"})
    with pytest.raises(LeaseLost):
        kept.leases.keep_incumbent(old.id, old.lease or "", {}, {})
    with pytest.raises(LeaseLost):
        kept.leases.beat(old.id, old.lease or "", 1.0)
    kept.leases.finish(new.id, new.lease or "", JobState.COMPLETED, reason="", result={"by": "new"})
    with pytest.raises(LeaseLost):
        kept.leases.finish(new.id, new.lease or "", JobState.COMPLETED, reason="", result={"by": "again"})
    result = stored_result(kept.database, new.id)
    assert result is not None and result.text == b'{"by":"new"}'


def test_a_worker_is_given_one_more_try(kept: Kept) -> None:
    kept.add()
    job = kept.claim()
    kept.leases.keep_incumbent(job.id, job.lease or "", {"cost": 7.0}, {"cost": 7.0})
    kept.leases.give_back(job.id, job.lease or "", reason="worker_lost", by_worker=True, max_losses=1)
    again = kept.claim()
    assert best_so_far(kept.database, job.id) == {"cost": 7.0}
    kept.leases.give_back(again.id, again.lease or "", reason="worker_lost", by_worker=True, max_losses=1)
    failed = kept.jobs.get("a", job.id)
    assert failed is not None and failed.state is JobState.FAILED and failed.problem is not None
    result = stored_result(kept.database, job.id)
    assert result is not None and b"worker_lost" in result.text and b"7.0" in result.text
    states = [event.data["state"] for event in events_after(kept.database, job.id, 0, kind="state")]
    assert states == ["queued", "matrix", "queued", "matrix", "failed"]


def test_without_any_plan_an_ended_worker_has_failed(kept: Kept) -> None:
    kept.add()
    job = kept.claim()
    kept.leases.settle_with_best(job.id, job.lease or "", reason="memory")
    ended = kept.jobs.get("a", job.id)
    assert ended is not None and (ended.state, ended.reason) == (JobState.FAILED, "memory")


def test_silence_is_judged_by_the_steady_clock_alone(kept: Kept) -> None:
    kept.add()
    job = kept.claim()
    reaper = Reaper(kept.leases, kept.clock, lease_s=8.0)
    assert reaper.silent() == []
    kept.clock.wall += 10 * 3_600  # the wall clock jumps ten hours
    kept.clock.monotonic += 2.0
    assert reaper.silent() == []
    kept.leases.beat(job.id, job.lease or "", 1.0)
    for _ in range(5):
        kept.clock.monotonic += 2.0
        silent = reaper.silent()
    assert silent == [job.lease]
    assert reaper.take_over(job.lease or "")
    assert kept.claim().id == job.id


def test_a_forgotten_job_takes_everything_with_it(kept: Kept) -> None:
    job = kept.add(webhook="https://x.example/")
    claimed = kept.claim()
    kept.leases.keep_incumbent(job.id, claimed.lease or "", {"cost": 1.0}, {"cost": 1.0})
    assert not kept.jobs.forget("b", job.id)
    assert kept.jobs.forget("a", job.id)
    with pytest.raises(LeaseLost):
        kept.leases.beat(job.id, claimed.lease or "", 1.0)
    with kept.database.reading() as connection:
        for table in ("job_inputs", "job_incumbents", "job_events", "job_results", "webhook_deliveries"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_queues_are_limited(kept: Kept) -> None:
    kept.add()
    for limits in ({"max_queue": 1}, {"max_queue_per_tenant": 1}, {"max_per_hour": 1}):
        all_limits = {"max_queue": 9, "max_queue_per_tenant": 9, "max_per_hour": 9} | limits
        new = NewJob(tenant="a", kind="v", body=b"", matrix=None, time_limit_s=1, size=1, body_hash="h")
        with pytest.raises(QueueFull):
            kept.jobs.add(new, **all_limits)


def test_retention(kept: Kept) -> None:
    draft, confirmed, closed = kept.add(), kept.add(), kept.add()
    for _ in range(3):
        job = kept.claim()
        kept.leases.finish(job.id, job.lease or "", JobState.COMPLETED, reason="", result={})
    waiting = kept.add()
    kept.jobs.confirm("a", confirmed.id, "confirmed")
    kept.jobs.confirm("a", closed.id, "closed")
    now = kept.clock.now()
    assert purge_expired(kept.database, now + 29 * DAY_S, draft_days=30, confirmed_days=1_096) == 0
    assert purge_expired(kept.database, now + 31 * DAY_S, draft_days=30, confirmed_days=1_096) == 1
    assert kept.jobs.get("a", draft.id) is None and kept.jobs.get("a", closed.id) is not None
    assert purge_expired(kept.database, now + 1_100 * DAY_S, draft_days=30, confirmed_days=1_096) == 1
    assert kept.jobs.get("a", confirmed.id) is not None and kept.jobs.get("a", waiting.id) is not None


def test_erasing_leaves_nothing(kept: Kept) -> None:
    kept.add("a", body=b"secret-of-a")
    kept.add("b", body=b"secret-of-b")
    assert erase_jobs(kept.database, tenant="a", month=None) == 1
    assert erase_jobs(kept.database, tenant="b", month="2001-01") == 0
    assert erase_jobs(kept.database, tenant="b", month="2027-01") == 1
    if kept.database.is_sqlite:
        folder = Path(kept.database.url.removeprefix("sqlite:///")).parent
        assert not any(b"secret-of" in file.read_bytes() for file in folder.iterdir())
    with pytest.raises(ValueError, match="month"):
        erase_jobs(kept.database, tenant=None, month="2026-13")


def test_tokens_are_used_once(kept: Kept) -> None:
    keys = KeyStore(kept.database, kept.clock)
    key, _ = keys.create("a", [Scope.READ])
    token = keys.issue_token(key)
    with ThreadPoolExecutor(4) as pool:
        sessions = [one for one in pool.map(lambda _: keys.exchange(token), range(4)) if one is not None]
    assert len(sessions) == 1
    assert keys.of_session(sessions[0]) == key
    late = keys.issue_token(key)
    kept.clock.wall += 301.0
    assert keys.exchange(late) is None
    keys.revoke(key.id)
    assert keys.of_session(sessions[0]) is None
