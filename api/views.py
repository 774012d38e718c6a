"""Jobs as they are shown."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from api.clock import instant
from api.context import Service
from api.problems import KINDS, Problem
from api.reasons import reason_text
from api.store.events import events_after
from api.store.jobs import Job
from optimizer.common.errors import Finding
from optimizer.common.language import Text

__all__ = ["cursor_of", "job_json", "seq_of_cursor"]


def job_json(
    service: Service, job: Job, *, with_states: bool = False, warnings: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """A job as JSON; ``with_states`` reads its history too."""
    here = f"{service.settings.root_path}/v1/jobs/{job.id}"
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state.value,
        "reason": job.reason,
        "created_at": instant(job.created_at),
        "started_at": instant(job.started_at),
        "finished_at": instant(job.finished_at),
        "time_limit_s": job.time_limit_s,
        "used_s": round(job.used_s, 3),
        "size": job.size,
        "retention": job.retention,
        "stop_requested": job.stop_requested,
        "worker_losses": job.worker_losses,
        "resumes": job.resumes,
        "states": _states(service, job) if with_states else [],
        "warnings": warnings or [],
        "problem": _problem(job),
        "links": {
            "self": here,
            "result": f"{here}/result",
            "incumbent": f"{here}/incumbent",
            "events": f"{here}/events",
            "stop": f"{here}/stop",
        },
    }


def _states(service: Service, job: Job) -> list[dict[str, Any]]:
    entries = []
    for event in events_after(service.database, job.id, 0, kind="state"):
        reason = str(event.data.get("reason", ""))
        text = reason_text(reason)
        entries.append(
            {"state": event.data["state"], "at": instant(event.at), "reason": reason, "zh": text.zh, "en": text.en}
        )
    return entries


def _problem(job: Job) -> dict[str, Any] | None:
    if job.problem is None:
        return None
    text = reason_text(job.reason)
    title = KINDS[str(job.problem["kind"])][1]
    return {**job.problem, "title": {"zh": title.zh, "en": title.en}, "zh": text.zh, "en": text.en}


def cursor_of(job: Job) -> str:
    """Where a page ended; the text means nothing to the caller."""
    return base64.urlsafe_b64encode(f"s{job.seq}".encode()).decode().rstrip("=")


def seq_of_cursor(cursor: str) -> int:
    """What a cursor stands for.

    Raises
    ------
    Problem
        It is none of ours.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if text.startswith("s") and text[1:].isascii() and text[1:].isdigit() and len(text) < 19:
            return int(text[1:])
    except (binascii.Error, UnicodeError, ValueError):
        pass
    found = Text("cursor 无效", "this cursor is none of ours")
    action = Text("请使用上一页的 next", "take 'next' of the page before")
    raise Problem("invalid", errors=[Finding(code="S011", where="cursor", found=found, action=action)])
