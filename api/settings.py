"""Settings of the service: from the environment (``CAREPLAN_…``), a TOML file, and defaults, in this order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

__all__ = ["SETTINGS_FILE_VARIABLE", "Settings", "load_settings"]

SETTINGS_FILE_VARIABLE = "CAREPLAN_SETTINGS"
"""Environment variable that names the TOML file."""

MEGABYTE = 1_000_000


def _split(value: object) -> object:
    """``a, b`` from the environment is a list of two."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Everything that an operator can choose. Names of variables: ``CAREPLAN_`` and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="CAREPLAN_", extra="forbid", frozen=True)

    # Where it listens, and who may name it.
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65_535)
    root_path: str = Field(
        default="", pattern="^(/[^/]+)*$", description="path prefix under which a proxy shows the service"
    )
    allowed_hosts: Names = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="names in the Host header that are answered (DNS rebinding)",
    )
    allowed_origins: Names = Field(
        default=(), description="further origins whose pages may call; the own one always may"
    )
    cookie_secure: bool = Field(default=False, description="whether the browser's cookie is sent over https only")

    # Where jobs are kept.
    database_url: str = Field(default="sqlite:///careplan.db", description="SQLite file, or postgresql+psycopg://…")

    # Who works.
    workers: int = Field(default_factory=lambda: max(1, (os.cpu_count() or 2) - 1), ge=0, le=256)
    worker_niceness: int = Field(
        default=10, ge=0, le=20, description="priority of workers; 20: only what nobody else wants of the processors"
    )
    worker_memory_mb: int = Field(
        default=4_096, ge=64, description="memory of one worker with its helpers; above it is ended"
    )
    desk_processes: int = Field(
        default=1, ge=0, le=64, description="processes that check input and make reports; 0: threads"
    )
    lease_s: float = Field(default=8.0, gt=0, description="a job whose worker gives no sign for so long is taken over")
    max_worker_losses: int = Field(default=1, ge=0, description="how often a job is tried again after its worker died")

    # What is too much.
    max_body_bytes: int = Field(default=20 * MEGABYTE, ge=1_000)
    max_visits: int = Field(default=6_000, ge=1)
    max_caregivers: int = Field(default=2_000, ge=1)
    max_applicants: int = Field(default=60_000, ge=1)
    max_institutions: int = Field(default=5_000, ge=1)
    max_queue: int = Field(default=200, ge=1, description="jobs that wait, of all tenants")
    max_queue_per_tenant: int = Field(default=100, ge=1)
    max_running_per_tenant: int = Field(default=4, ge=1)
    max_jobs_per_hour: int = Field(default=2_000, ge=1, description="jobs that one tenant may ask for in an hour")
    max_time_limit_s: float = Field(default=1_800.0, gt=0)
    default_time_limit_s: float = Field(default=30.0, gt=0)
    max_job_workers: int = Field(default=4, ge=1, description="processes that one job may use")
    max_wait_s: float = Field(default=30.0, ge=0, description="longest 'Prefer: wait'")
    max_streams_per_tenant: int = Field(default=300, ge=1)

    # How long anything is kept, and who is told.
    retention_draft_days: int = Field(default=30, ge=1)
    retention_confirmed_days: int = Field(
        default=1_096, ge=1, description="confirmed allocations: at least three years"
    )
    webhook_hosts: Names = Field(
        default=(), description="hosts that may be told of finished jobs; none: webhooks are off"
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="what webhooks are signed with; needed for them"
    )
    webhook_attempts: int = Field(default=8, ge=1, le=100)
    webhook_pause_s: float = Field(default=10.0, gt=0)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @model_validator(mode="after")
    def _webhooks_are_signed(self) -> Settings:
        if self.webhook_hosts and len(self.webhook_secret.get_secret_value()) < 16:
            raise ValueError("webhook_secret: expected 16 characters or more where webhook_hosts are given")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = os.environ.get(SETTINGS_FILE_VARIABLE)
        toml = (TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()
        return (init_settings, env_settings, *toml)

    def shown(self) -> dict[str, object]:
        """The settings as text for a person, without the password of the database."""
        from sqlalchemy.engine import make_url

        shown: dict[str, object] = self.model_dump(mode="json")
        shown["database_url"] = make_url(self.database_url).render_as_string(hide_password=True)
        return shown


def load_settings(file: Path | None = None) -> Settings:
    """Settings of this process.

    Parameters
    ----------
    file
        A TOML file; ``None``: the one that ``CAREPLAN_SETTINGS`` names, if any.

    Raises
    ------
    pydantic.ValidationError
        A value is out of range, or a name is not known.
    FileNotFoundError
        The file is not there.
    """
    if file is not None:
        os.environ[SETTINGS_FILE_VARIABLE] = str(file)
    named = os.environ.get(SETTINGS_FILE_VARIABLE)
    if named and not Path(named).is_file():
        raise FileNotFoundError(named)
    return Settings()
