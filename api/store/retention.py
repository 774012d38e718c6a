"""How long anything is kept, and deleting it for good."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import delete, or_, text

from api.states import ENDED
from api.store import tables
from api.store.database import Database

__all__ = ["erase_jobs", "purge_expired"]

DAY_S = 86_400.0
_jobs = tables.jobs


def purge_expired(database: Database, now: float, *, draft_days: int, confirmed_days: int) -> int:
    """Delete drafts that ended long ago, and closed results after their years; returns how many.

    What is confirmed and not closed is never deleted here.
    """
    ended = _jobs.c.state.in_([state.value for state in ENDED])
    old_draft = (_jobs.c.retention == "draft") & (_jobs.c.finished_at < now - draft_days * DAY_S)
    old_closed = (_jobs.c.retention == "closed") & (_jobs.c.finished_at < now - confirmed_days * DAY_S)
    with database.writing() as connection:
        return connection.execute(delete(_jobs).where(ended, or_(old_draft, old_closed))).rowcount


def erase_jobs(database: Database, *, tenant: str | None, month: str | None) -> int:
    """Delete jobs with everything that belongs to them, confirmed ones too, and give the space back.

    Parameters
    ----------
    tenant, month
        Whose, and from which month (``2026-11``, UTC); with both, what is of both.

    Raises
    ------
    ValueError
        Neither is given, or the month is none.
    """
    conditions = []
    if tenant is not None:
        conditions.append(_jobs.c.tenant == tenant)
    if month is not None:
        first, after = _month(month)
        conditions.append((_jobs.c.created_at >= first) & (_jobs.c.created_at < after))
    if not conditions:
        raise ValueError("tenant, month: give one of them")
    with database.writing() as connection:
        count = connection.execute(delete(_jobs).where(*conditions)).rowcount
    if database.is_sqlite:
        with database.reading() as connection:  # rows were overwritten (secure_delete); the log must go as well
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return count


def _month(text_: str) -> tuple[float, float]:
    found = re.fullmatch(r"(\d{4})-(\d\d)", text_)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise ValueError(f"month: expected a text such as 2026-11, got {text_!r}")
    year, number = int(found[1]), int(found[2])
    first = datetime(year, number, 1, tzinfo=UTC)
    after = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return first.timestamp(), after.timestamp()
