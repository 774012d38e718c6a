"""``careplan serve``."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.cli.extra import needing_extra
from api.cli.groups import SERVE
from api.cli.options import SettingsFile, settings_of
from optimizer.cli.console import output
from optimizer.cli.words import say

__all__ = ["app"]

app = typer.Typer(help=SERVE.help)

GRACE_S = 15


@app.callback(invoke_without_command=True)
def serve(
    settings_file: SettingsFile = None,
    host: Annotated[str | None, typer.Option(help=say("监听地址", "address to listen on"))] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help=say("端口", "port"))] = None,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help=say("只显示设置", "show the settings and leave"))
    ] = False,
) -> None:
    """Run until told to end; running jobs then end with their best plans."""
    settings = settings_of(settings_file)
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = settings.model_copy(update=given)
    if show_settings:
        output.print(json.dumps(settings.shown(), ensure_ascii=False, indent=2), markup=False)
        return
    with needing_extra():
        from api.server import run_server
    run_server(settings, grace_s=GRACE_S)
