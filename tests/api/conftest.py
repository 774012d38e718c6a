"""A service with one worker on a file of SQLite, and two tenants."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.clock import Clock
from api.context import Service
from api.settings import Settings
from api.store.keys import Scope
from tests.api.asking import body_of_toy, wait_until_ended


@dataclass(frozen=True)
class Running:
    """A running service and clients with keys of tenant ``a`` (all scopes, read alone) and ``b``."""

    app: FastAPI
    service: Service
    anonymous: httpx.Client
    a: httpx.Client
    a_reads: httpx.Client
    b: httpx.Client


@contextmanager
def served(settings: Settings, clock: Clock | None = None) -> Iterator[Running]:
    """Run a service under uvicorn in a thread, on a free port."""
    app = create_app(settings, clock=clock)
    service: Service = app.state.service
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="on", timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="service")
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the service did not start")
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    made: list[httpx.Client] = []

    def client(tenant: str | None, *scopes: Scope) -> httpx.Client:
        headers = {} if tenant is None else {"X-API-Key": service.keys.create(tenant, scopes)[1]}
        made.append(httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60.0))
        return made[-1]

    try:
        yield Running(
            app=app,
            service=service,
            anonymous=client(None),
            a=client("a", Scope.SOLVE, Scope.READ, Scope.ADMIN),
            a_reads=client("a", Scope.READ),
            b=client("b", Scope.SOLVE, Scope.READ, Scope.ADMIN),
        )
    finally:
        for one in made:
            one.close()
        service.closing.set()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for many tests; none of them may spoil it for the others."""
    file: Path = tmp_path_factory.mktemp("service") / "jobs.db"
    url = f"sqlite:///{file}"
    settings = Settings(
        database_url=url, workers=1, worker_niceness=0, desk_processes=0, max_body_bytes=2_000_000, max_visits=200
    )
    with served(settings) as service:
        first = service.a.post("/v1/visits/jobs", json=body_of_toy()).json()["id"]
        wait_until_ended(service.a, first)  # the worker has loaded what it needs, which takes long on a busy machine
        yield service


@pytest.fixture(scope="session")
def toy_job(running: Running) -> str:
    """A finished job of tenant ``a``."""
    answer = running.a.post("/v1/visits/jobs", json=body_of_toy(), headers={"Prefer": "wait=30"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "completed"
    return str(answer.json()["id"])
