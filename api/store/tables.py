"""The tables. Times are seconds since 1970 (UTC); whether a worker lives is never judged by them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "METADATA",
    "artifacts",
    "deliveries",
    "events",
    "incumbents",
    "inputs",
    "jobs",
    "keys",
    "results",
    "tickets",
]

METADATA = MetaData()

_Serial = BigInteger().with_variant(Integer, "sqlite")
_JOB = "jobs.id"

keys = Table(
    "api_keys",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("tenant", String(100), nullable=False, index=True),
    Column("label", String(200), nullable=False, default=""),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", String(100), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
)

tickets = Table(  # one-time tokens, and the browser sessions they were exchanged for
    "tickets",
    METADATA,
    Column("secret_hash", String(64), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("key_id", ForeignKey("api_keys.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)

jobs = Table(
    "jobs",
    METADATA,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("tenant", String(100), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(40), nullable=False, default=""),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("time_limit_s", Float, nullable=False),
    Column("used_s", Float, nullable=False, default=0.0),
    Column("size", Integer, nullable=False, default=0),
    Column("retention", String(12), nullable=False, default="draft"),
    Column("idempotency_key", String(255)),
    Column("body_hash", String(64), nullable=False),
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("lease", String(40)),
    Column("beats", Integer, nullable=False, default=0),
    Column("worker_losses", Integer, nullable=False, default=0),
    Column("resumes", Integer, nullable=False, default=0),
    Column("webhook", Text),
    Column("problem", Text),
    UniqueConstraint("tenant", "idempotency_key"),
    Index("jobs_by_state", "state", "seq"),
    Index("jobs_by_tenant", "tenant", "seq"),
    sqlite_autoincrement=True,
)

inputs = Table(
    "job_inputs",
    METADATA,
    Column("job_id", ForeignKey(_JOB, ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("matrix", LargeBinary),
)

incumbents = Table(
    "job_incumbents",
    METADATA,
    Column("job_id", ForeignKey(_JOB, ondelete="CASCADE"), primary_key=True),
    Column("at", Float, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

events = Table(
    "job_events",
    METADATA,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("job_id", ForeignKey(_JOB, ondelete="CASCADE"), nullable=False),
    Column("at", Float, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("data", Text, nullable=False),
    Index("events_by_job", "job_id", "id"),
    sqlite_autoincrement=True,
)

results = Table(
    "job_results",
    METADATA,
    Column("job_id", ForeignKey(_JOB, ondelete="CASCADE"), primary_key=True),
    Column("etag", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

artifacts = Table(
    "job_artifacts",
    METADATA,
    Column("job_id", ForeignKey(_JOB, ondelete="CASCADE"), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

deliveries = Table(
    "webhook_deliveries",
    METADATA,
    Column("job_id", ForeignKey(_JOB, ondelete="CASCADE"), primary_key=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    Column("state", String(10), nullable=False, default="waiting"),
    Column("last_status", Integer),
)
