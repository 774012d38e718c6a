"""The engine: SQLite with a write-ahead log, or PostgreSQL; migrations; transactions that read or write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

__all__ = ["Database"]

BUSY_TIMEOUT_S = 15.0
_MIGRATION_LOCK = 7_305_221


class Database:
    """A store that any number of threads and processes may use at once.

    Parameters
    ----------
    url
        An SQLAlchemy URL of SQLite or PostgreSQL (driver psycopg).
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _server(url)
        self._writing = self._engine.execution_options(careplan_writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; committed when the block ends well."""
        with self._writing.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables up to this version; several servers may do so at once."""
        from alembic import command  # workers have no use for it
        from alembic.config import Config

        with as_file(files("api.store") / "migrations") as folder, self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _server(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=30, connect_args={"connect_timeout": 5})


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_size=10, max_overflow=30)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("careplan_writes", False)
        # A writer takes the lock at once: two that begin by reading could not both go on to write.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
