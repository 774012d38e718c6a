"""What every route of one service shares; made once, handed down, never global."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client import Counter as Count

from api.clock import Clock
from api.kinds.envelope import Limits
from api.settings import Settings
from api.store.database import Database
from api.store.jobs import JobStore
from api.store.keys import KeyStore
from api.work.desk import Desk
from api.work.supervisor import Supervisor
from api.work.waiting import Waiting

__all__ = ["Service"]


@dataclass
class Measures:
    """What Prometheus is told."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        labels = ("method", "route", "status")
        self.requests = Count("careplan_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "careplan_request_seconds", "Time to the first byte", ("route",), registry=self.registry
        )
        self.accepted = Count("careplan_jobs_accepted", "Jobs accepted", ("kind",), registry=self.registry)


@dataclass
class Service:
    """The parts of a running service.

    ``streams`` counts the open event streams of each tenant; ``closing`` is set when the service shuts down;
    ``waiting`` holds who waits for the end of a job.
    """

    settings: Settings
    clock: Clock
    database: Database
    jobs: JobStore
    keys: KeyStore
    desk: Desk
    supervisor: Supervisor
    limits: Limits
    measures: Measures = field(default_factory=Measures)
    streams: Counter[str] = field(default_factory=Counter)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: Waiting = field(default_factory=Waiting)
    ready_until: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Service:
        """The service of some settings; nothing is started yet."""
        database, waiting = Database(settings.database_url), Waiting()
        return cls(
            settings=settings,
            clock=clock,
            database=database,
            jobs=JobStore(database, clock),
            keys=KeyStore(database, clock),
            desk=Desk(settings.desk_processes),
            supervisor=Supervisor(settings, database, clock, waiting.tell),
            waiting=waiting,
            limits=_limits(settings),
        )


def _limits(settings: Settings) -> Limits:
    rows = {
        "visits": settings.max_visits,
        "clients": settings.max_visits * 2,
        "locations": settings.max_visits * 4,
        "links": settings.max_visits * 4,
        "caregivers": settings.max_caregivers,
        "applicants": settings.max_applicants,
        "institutions": settings.max_institutions,
    }
    return Limits(
        rows=rows,
        time_limit_s=settings.max_time_limit_s,
        default_time_limit_s=min(settings.default_time_limit_s, settings.max_time_limit_s),
        workers=settings.max_job_workers,
    )
