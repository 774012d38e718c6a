"""Tells webhooks of jobs that have ended, and throws away what has been kept long enough. One thread of the server."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import httpx
from sqlalchemy.exc import DBAPIError

from api.clock import Clock, instant
from api.settings import Settings
from api.store.database import Database
from api.store.deliveries import Due, due_deliveries, note_delivery
from api.store.retention import purge_expired
from api.webhooks import addresses_of, webhook_fault

__all__ = ["SIGNATURE_HEADER", "Messenger", "signature"]

log = logging.getLogger("careplan.messenger")

SIGNATURE_HEADER = "X-Careplan-Signature"
LOOK_EVERY_S = 1.0
PURGE_EVERY_S = 3_600.0
TIMEOUT_S = 10.0

Resolve = Callable[[str], list[str]]


def signature(secret: str, at: int, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.BODY``, so that neither can be changed or sent again later."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class Messenger:
    """Looks about once a second for what is to be told, and once an hour for what is to be thrown away.

    Parameters
    ----------
    resolve, transport
        How names become addresses, and how requests travel; replaced in tests.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        *,
        resolve: Resolve = addresses_of,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings, self._database, self._clock = settings, database, clock
        self._resolve, self._transport = resolve, transport
        self._quitting = threading.Event()
        self._purged_at: float | None = None
        self._thread = threading.Thread(target=self._work, name="messenger", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; a request under way is waited for."""
        self._quitting.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._quitting.wait(LOOK_EVERY_S):
            try:
                self.tell_due()
                self._purge_now_and_then()
            except DBAPIError as error:
                log.warning("store unavailable", extra={"error": type(error).__name__})
            except Exception:
                log.exception("messenger")

    def tell_due(self) -> int:
        """Tell everybody who is due; returns how many were tried."""
        if not self._settings.webhook_hosts:
            return 0
        due = due_deliveries(self._database, self._clock.now(), pause_s=self._settings.webhook_pause_s)
        for one in due:
            status = self._told(one)
            done = status is not None and 200 <= status < 300
            last = one.attempt >= self._settings.webhook_attempts
            note_delivery(self._database, one.job.id, status=status, done=done, last=last)
            log.info("webhook", extra={"job": one.job.id, "attempt": one.attempt, "status": status})
        return len(due)

    def _told(self, due: Due) -> int | None:
        """The status that came back, ``None`` if nothing did."""
        url = due.job.webhook or ""
        if webhook_fault(url, self._settings.webhook_hosts) is not None:
            return None  # the operator has taken the host off the list since
        body = _message(due)
        parts = urlsplit(url)
        host = parts.hostname or ""
        try:
            address = self._resolve(host)[0]
            literal = f"[{address}]" if ":" in address else address
            at = int(self._clock.now())
            headers = {
                "Host": host,
                "Content-Type": "application/json",
                "Idempotency-Key": due.job.id,
                SIGNATURE_HEADER: signature(self._settings.webhook_secret.get_secret_value(), at, body),
            }
            with httpx.Client(
                transport=self._transport, follow_redirects=False, trust_env=False, timeout=TIMEOUT_S
            ) as client:
                answer = client.post(
                    urlunsplit(("https", literal, parts.path or "/", parts.query, "")),
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": host},  # the certificate must be the name's, not the number's
                )
                return answer.status_code
        except (OSError, httpx.HTTPError, IndexError):
            return None

    def _purge_now_and_then(self) -> None:
        now = self._clock.steady()
        if self._purged_at is not None and now - self._purged_at < PURGE_EVERY_S:
            return
        self._purged_at = now
        count = purge_expired(
            self._database,
            self._clock.now(),
            draft_days=self._settings.retention_draft_days,
            confirmed_days=self._settings.retention_confirmed_days,
        )
        if count:
            log.info("purged", extra={"jobs": count})


def _message(due: Due) -> bytes:
    job = due.job
    content = {
        "id": job.id,
        "kind": job.kind,
        "state": job.state.value,
        "reason": job.reason,
        "finished_at": instant(job.finished_at),
        "attempt": due.attempt,
    }
    return json.dumps(content, ensure_ascii=False).encode("utf-8")
