"""Settings as the commands take them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.extra import needing_extra
from optimizer.cli.words import say
from optimizer.common.errors import Finding, InputError
from optimizer.common.language import Text

if TYPE_CHECKING:
    from api.settings import Settings
    from api.store.database import Database

__all__ = ["SettingsFile", "opened_store", "settings_of"]

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help=say("TOML 设置文件", "a TOML file of settings (or CAREPLAN_SETTINGS)"))
]


def settings_of(file: Path | None) -> Settings:
    """The settings of this process; what is wrong with them as findings.

    Raises
    ------
    InputError
        ``S901``.
    """
    with needing_extra():
        from pydantic import ValidationError

        from api.settings import load_settings
    try:
        return load_settings(file)
    except FileNotFoundError as error:
        raise InputError([_fault(str(error), "there is no such file")]) from error
    except ValidationError as error:
        faults = [_fault(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        raise InputError(faults) from error
    except ValueError as error:  # not TOML
        raise InputError([_fault("settings", str(error))]) from error


def _fault(where: str, why: str) -> Finding:
    action = Text("用 careplan serve --show-settings 查看全部设置", "see them all: careplan serve --show-settings")
    return Finding(code="S901", where=where, found=Text(f"设置有误（{why}）", f"wrong setting ({why})"), action=action)


def opened_store(settings: Settings) -> Database:
    """The store, its tables brought up to date."""
    from api.store.database import Database

    database = Database(settings.database_url)
    database.migrate()
    return database
