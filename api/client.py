"""A client of the service. It needs httpx and nothing else: no solver, no model, no server.

>>> service = RemoteService("https://plans.example.org", key)      # doctest: +SKIP
>>> job = service.submit("visits", body)                           # doctest: +SKIP
>>> for event in service.events(job["id"]): ...                    # doctest: +SKIP
>>> service.result(job["id"])                                      # doctest: +SKIP
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import httpx

__all__ = ["RemoteEvent", "RemoteProblem", "RemoteService"]

T = TypeVar("T")
PATIENCE_S = 60.0
ENDED = ("completed", "stopped", "failed")


class RemoteProblem(Exception):
    """The service refused; ``body`` holds its problem details, with every finding in ``errors``."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status, self.body = status, dict(body)
        super().__init__(f"{status} {self.body.get('detail', '')}".strip())


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """One event of a job: ``state``, ``incumbent``, or ``alive`` (nothing new)."""

    id: str
    kind: str
    data: dict[str, Any]


class RemoteService:
    """One service, one key. Requests are tried again while the service cannot be reached; none is then made twice,
    since each carries an idempotency key.

    Parameters
    ----------
    url
        Where the service is, with its path prefix if it has one.
    key
        An API key.
    patience_s
        How long to try again.
    """

    def __init__(self, url: str, key: str, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._http = httpx.Client(base_url=url.rstrip("/"), headers={"X-API-Key": key}, timeout=httpx.Timeout(60.0))

    def __enter__(self) -> RemoteService:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def submit(self, about: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ask for a job with a JSON body; ``about`` is ``visits`` or ``places``."""
        return self._submit(about, {"json": body})

    def submit_files(self, about: str, parts: list[tuple[str, tuple[str | None, bytes]]]) -> dict[str, Any]:
        """Ask for a job with a form: tables, a matrix, options."""
        return self._submit(about, {"files": parts})

    def _submit(self, about: str, content: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        job: dict[str, Any] = self._asked("POST", f"/v1/{about}/jobs", headers=headers, **content).json()
        return job

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it is now."""
        job: dict[str, Any] = self._asked("GET", f"/v1/jobs/{job_id}").json()
        return job

    def stop(self, job_id: str) -> None:
        """End the job with its best plan."""
        self._asked("POST", f"/v1/jobs/{job_id}/stop")

    def result(self, job_id: str, *, format: str = "json", language: str = "zh") -> bytes:
        """The result as the service has it: JSON text, a workbook, or a page."""
        return self._asked("GET", f"/v1/jobs/{job_id}/result", params={"format": format, "lang": language}).content

    def events(self, job_id: str) -> Iterator[RemoteEvent]:
        """Everything that happens to the job until it has ended; a broken stream is taken up where it broke."""
        last = ""
        while True:
            try:
                for event in self._stream(job_id, last):
                    last = event.id or last
                    yield event
                    if event.kind == "state" and event.data["state"] in ENDED:
                        return
            except httpx.TransportError:
                pass
            if self.job(job_id)["state"] in ENDED:
                return

    def _stream(self, job_id: str, last: str) -> Iterator[RemoteEvent]:
        headers = {"Last-Event-ID": last} if last else {}
        with self._http.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _problem(answer)
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if line.startswith(":"):
                    yield RemoteEvent("", "alive", {})
                elif name:
                    fields[name] = value
                elif not line and "data" in fields:
                    yield RemoteEvent(fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"]))
                    fields = {}

    def _asked(self, method: str, path: str, **content: Any) -> httpx.Response:
        answer = self._patiently(lambda: self._http.request(method, path, **content))
        if answer.status_code >= 400:
            raise _problem(answer)
        return answer

    def _patiently(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask again while the service cannot be reached, or says that it will be there in a moment."""
        until, pause = time.monotonic() + self._patience_s, 0.2
        while True:
            try:
                answer = ask()
                if answer.status_code not in (429, 503) or time.monotonic() > until:
                    return answer
                pause = _retry_after(answer, pause)
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            time.sleep(min(pause, max(0.0, until - time.monotonic()) + 0.01))
            pause = min(5.0, pause * 1.6)


def _retry_after(answer: httpx.Response, otherwise: float) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else otherwise


def _problem(answer: httpx.Response) -> RemoteProblem:
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return RemoteProblem(answer.status_code, body if isinstance(body, dict) else {})
