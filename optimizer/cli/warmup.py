"""``careplan warmup``: compile search and places once, before the first run needs them."""

from __future__ import annotations

import time

import typer

from optimizer.cli.console import errors, output
from optimizer.cli.groups import WARMUP
from optimizer.cli.words import say
from optimizer.common.executor import worker_processes

__all__ = ["app"]

app = typer.Typer(help=WARMUP.help)


@app.callback(invoke_without_command=True)
def warmup() -> None:
    """Compile, and say how long it took."""
    from optimizer.places.warmup import warm_up_places  # loads numba; only this command pays for it
    from optimizer.visits.search.warmup import is_warm

    if is_warm():
        warm_up_places()
        output.print(say("已经编译好", "already compiled"))
        return
    errors.print(say("正在编译，约需一分钟……", "compiling, about a minute …"))
    began = time.monotonic()
    _compile()
    seconds = f"{time.monotonic() - began:.0f}"
    output.print(say(f"编译完成，用时 {seconds} 秒", f"compiled in {seconds} s"))


def _compile() -> None:
    """Everything; the string search, which shares next to nothing with the rest, in a process beside this one."""
    from optimizer.places.warmup import warm_up_places
    from optimizer.visits.search.warmup import warm_up_exact, warm_up_strings

    with worker_processes(1) as beside:
        strings = beside.submit(warm_up_strings)
        warm_up_exact()
        warm_up_places()
        strings.result()
