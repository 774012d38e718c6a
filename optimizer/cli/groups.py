"""The groups of sub-commands: what each is for is known at once, its module is loaded when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from optimizer.cli.words import say

__all__ = ["PLACES", "PLACES_BOOK", "VISITS", "WARMUP", "CommandGroup", "SubCommands", "registered"]

GROUP = "careplan.commands"
"""The entry points under which installed packages register a :class:`CommandGroup`, or a typer application."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandGroup:
    """What a group is for, in the language of this run, and where its application is (``module:name``)."""

    help: str
    target: str

    def load(self) -> typer.Typer:
        """The application; this imports what its commands need."""
        module, _, name = self.target.partition(":")
        app = getattr(import_module(module), name)
        if not isinstance(app, typer.Typer):
            raise TypeError(f"{self.target} is not an application")
        return app


VISITS = CommandGroup(
    help=say("安排一天的上门服务。", "Plan one day of home visits."), target="optimizer.cli.visits:app"
)
PLACES = CommandGroup(
    help=say(
        "分配托位和养老床位，附证明和理由。", "Allocate childcare places and eldercare beds, with proof and reasons."
    ),
    target="optimizer.cli.places:app",
)
PLACES_BOOK = CommandGroup(
    help=say("自己的地点簿：地址对应的坐标。", "Your own place book: points of addresses."),
    target="optimizer.cli.places_book:app",
)
WARMUP = CommandGroup(
    help=say("预先编译求解程序（装好后运行一次）。", "Compile the search, once after installing."),
    target="optimizer.cli.warmup:app",
)


class SubCommands(TyperGroup):
    """The command itself: its groups are loaded only when they are used, so that help and ``versions`` are quick."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all sub-commands."""
        return sorted({*super().list_commands(ctx), *registered()})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The sub-command; of a group no more than its help, until :meth:`resolve_command` loads it."""
        entry = registered().get(cmd_name)
        if entry is None:
            return super().get_command(ctx, cmd_name)
        declared = entry.load()
        if isinstance(declared, CommandGroup):
            return TyperCommand(name=cmd_name, help=declared.help)
        return _command(cmd_name, declared)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The sub-command that the arguments ask for, loaded."""
        name, command, rest = super().resolve_command(ctx, args)
        entry = registered().get(name or "")
        if name is None or entry is None:
            return name, command, rest
        declared = entry.load()
        return name, _command(name, declared.load() if isinstance(declared, CommandGroup) else declared), rest


@cache
def registered() -> dict[str, EntryPoint]:
    """The entry points of the sub-commands by name."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _command(name: str, app: typer.Typer) -> Any:
    command = typer.main.get_group(app)
    command.name = name
    return command
