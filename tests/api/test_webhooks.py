"""Webhooks: only to whom the operator allows, signed, tried again, and given up in the end."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.settings import Settings
from api.states import JobState
from api.store.database import Database
from api.store.jobs import JobStore, NewJob
from api.store.leases import LeaseStore
from api.webhooks import addresses_of, webhook_fault
from api.work.messenger import SIGNATURE_HEADER, Messenger, signature
from tests.api.test_store import HandClock

SECRET = "0123456789abcdef"


class Street:
    """A messenger on a road of the test's own."""

    def __init__(self, folder: Path, answers: list[int]) -> None:
        self.settings = Settings(
            database_url=f"sqlite:///{folder}/j.db",
            webhook_hosts=("hook.example",),
            webhook_secret=SecretStr(SECRET),
            webhook_attempts=3,
        )
        self.answers, self.seen = answers, list[httpx.Request]()
        self.clock = HandClock()
        self.database = Database(self.settings.database_url)
        self.database.migrate()
        self.addresses = ["192.0.2.7"]
        self.messenger = Messenger(
            self.settings,
            self.database,
            self.clock,
            resolve=lambda _host: self.addresses,
            transport=httpx.MockTransport(self._answer),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return httpx.Response(self.answers.pop(0), headers={"Location": "https://192.0.2.9/else"})

    def ended_job(self) -> str:
        new = NewJob(
            tenant="a", kind="visits", body=b"", matrix=None, time_limit_s=1, size=1, body_hash="h",
            webhook="https://hook.example/ended?x=1",
        )  # fmt: skip
        JobStore(self.database, self.clock).add(new, max_queue=9, max_queue_per_tenant=9, max_per_hour=9)
        leases = LeaseStore(self.database, self.clock)
        job = leases.claim(max_running_per_tenant=1)
        assert job is not None and job.lease is not None
        leases.finish(job.id, job.lease, JobState.COMPLETED, reason="", result={})
        return job.id


def test_it_is_signed_and_goes_to_the_address_that_was_judged(tmp_path: Path) -> None:
    street = Street(tmp_path, [204])
    job = street.ended_job()
    assert street.messenger.tell_due() == 1 and street.messenger.tell_due() == 0
    request = street.seen[0]
    assert (request.url.host, request.url.path, request.headers["Host"]) == ("192.0.2.7", "/ended", "hook.example")
    assert request.extensions["sni_hostname"] == "hook.example"
    told = json.loads(request.content)
    assert (told["id"], told["state"]) == (job, "completed")
    assert request.headers[SIGNATURE_HEADER] == signature(SECRET, int(street.clock.now()), request.content)
    street.database.close()


def test_it_is_tried_again_and_given_up(tmp_path: Path) -> None:
    street = Street(tmp_path, [500, 302, 500, 500])
    street.ended_job()
    tried = 0
    for _ in range(12):
        tried += street.messenger.tell_due()
        street.clock.wall += 10.0
    assert tried == 3 == len(street.seen)
    assert {request.url.path for request in street.seen} == {"/ended"}  # the redirect was not followed
    street.database.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example/", "https://other.example/", "https://hook.example:8443/", "https://u:p@hook.example/",
        "https://hook.example.evil/", "https://127.0.0.1/", "file:///etc/passwd", "https://[::1]/", "https://[", "",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    assert webhook_fault(url, ("hook.example",)) is not None
    assert webhook_fault("https://HOOK.example/x", ("hook.example",)) is None
    assert webhook_fault("https://hook.example/x", ()) is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "192.168.0.1", "100.64.0.1"])
def test_private_addresses_are_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    import socket

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    with pytest.raises(OSError, match="public"):
        addresses_of("hook.example")


def test_webhooks_need_a_secret() -> None:
    with pytest.raises(ValueError, match="webhook_secret"):
        Settings(webhook_hosts=("hook.example",))
