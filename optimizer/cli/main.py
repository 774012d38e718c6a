"""Entry point: gathers the sub-commands, and turns every outcome into an exit code.

Exit codes: 0 a plan was made (even a partial one), 2 the input cannot be used (all findings on standard error),
3 a file cannot be written, 1 anything unforeseen (one line; the traceback only with ``--debug``).
"""

from __future__ import annotations

import io
import os
import platform
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from optimizer.cli.console import errors, output, print_findings
from optimizer.cli.groups import SubCommands
from optimizer.cli.words import LANGUAGE, say, without_common_options
from optimizer.common.errors import CareplanError, InputError, OutputError
from optimizer.common.language import Language

__all__ = ["build_app", "main"]

EXIT_UNFORESEEN, EXIT_INPUT, EXIT_OUTPUT = 1, 2, 3


def build_app() -> typer.Typer:
    """The whole command, with the sub-commands that the installed packages register (:mod:`optimizer.cli.groups`)."""
    app = typer.Typer(
        name="careplan",
        cls=SubCommands,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help=say(
            "一老一小：安排上门服务，分配托位和床位。",
            "Plans home visits and allocates places, for a city's old and young.",
        ),
    )

    @app.callback()
    def common(
        lang: Annotated[Language | None, typer.Option(help=say("界面语言", "language of texts"))] = None,
        debug: Annotated[bool, typer.Option("--debug", help=say("出错时显示详情", "show details of errors"))] = False,
    ) -> None:
        """Options that every command has; both are read before the command is built."""

    @app.command(help=say("显示各组件版本", "Show the versions that every report of a fault should name."))
    def versions() -> None:
        for name, number in component_versions().items():
            output.print(f"{name} {number}")

    return app


def component_versions() -> dict[str, str]:
    """Versions of careplan, Python and the libraries that a result depends on."""
    names = ("careplan", "ortools", "numba", "numpy", "highspy", "pandas", "pulp")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _never_fail_to_print() -> None:
    """A console of code page 936 has no sign for some characters; they come out as ? and not as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _show_usage(error: typer.TyperException) -> None:
    """Say what is wrong with the command line, with its usage where the error knows it."""
    show = getattr(error, "show", None)
    if show is None:
        errors.print(error.format_message(), style="red", markup=False)
    else:
        show()


def main() -> None:
    """Run the command and leave with its exit code."""
    debug = "--debug" in sys.argv
    _never_fail_to_print()
    try:
        code = build_app()(without_common_options(sys.argv[1:]), standalone_mode=False)
    except InputError as error:
        print_findings(error.findings)
        code = EXIT_INPUT
    except OutputError as error:
        errors.print(error.text.in_(LANGUAGE), style="red", markup=False)
        code = EXIT_OUTPUT
    except typer.TyperException as error:
        _show_usage(error)
        code = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader went away; nothing more to say
        code = 0
    except Exception as error:
        if debug:
            raise
        kind = "" if isinstance(error, CareplanError) else f"{type(error).__name__}: "
        hint = say("加 --debug 可查看详情", "run again with --debug for details")
        errors.print(f"{kind}{error}\n{hint}", style="red", markup=False)
        code = EXIT_UNFORESEEN
    sys.exit(code if isinstance(code, int) else 0)
