"""``careplan remote``: the commands of this machine, done by a service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.extra import needing_extra, usage_fault
from api.cli.groups import REMOTE
from optimizer.cli.console import errors, output
from optimizer.cli.groups import VISITS
from optimizer.cli.progress import progress_line
from optimizer.cli.visits_options import (
    Engine,
    EngineOption,
    Input,
    Iterations,
    ObjectiveName,
    ObjectiveOption,
    PageOut,
    Patience,
    PatienceIterations,
    PlanOut,
    Quiet,
    Seed,
    StartPlan,
    Summary,
    SummaryOption,
    Target,
    TimeLimit,
    WorkbookOut,
    Workers,
)
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.progress import Incumbent
from optimizer.io.files import read_input, write_output
from optimizer.io.json_text import json_bytes, parse_json_object

if TYPE_CHECKING:
    from api.client import RemoteService

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=REMOTE.help)
visits = typer.Typer(no_args_is_help=True, help=VISITS.help)
app.add_typer(visits, name="visits")

EXIT_INPUT, EXIT_FAILED = 2, 1


class Crs(StrEnum):
    """The systems that coordinates may be given in."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


Url = Annotated[str, typer.Option(envvar="CAREPLAN_URL", help=say("服务地址", "where the service is"))]
KeyOption = Annotated[str, typer.Option(envvar="CAREPLAN_KEY", help=say("密钥", "the API key"))]
CrsOption = Annotated[Crs | None, typer.Option(help=say("坐标系（JSON 必填）", "coordinate system (needed for JSON)"))]


@visits.callback()
def visits_remotely() -> None:
    """Keep ``solve`` a sub-command, though it is the only one."""


@visits.command(help=say("排出一天的计划。", "Plan the day."))
def solve(
    path: Input,
    url: Url = "http://127.0.0.1:8700",
    key: KeyOption = "",
    crs: CrsOption = None,
    objective: ObjectiveOption = None,
    engine: EngineOption = Engine.AUTO,
    time_limit: TimeLimit = None,
    max_iterations: Iterations = None,
    no_improvement: Patience = None,
    no_improvement_iterations: PatienceIterations = None,
    target: Target = None,
    seed: Seed = 1,
    workers: Workers = 1,
    out: PlanOut = None,
    xlsx: WorkbookOut = None,
    html: PageOut = None,
    start: StartPlan = None,
    quiet: Quiet = False,
    summary: SummaryOption = Summary.TEXT,
) -> None:
    options: dict[str, Any] = {
        "engine": engine.value,
        "seed": seed,
        "workers": workers,
        "objective": (objective or ObjectiveName.HOMECARE).value,
        "time_limit_s": time_limit,
        "max_iterations": max_iterations,
        "no_improvement_s": no_improvement,
        "no_improvement_iterations": no_improvement_iterations,
        "target": target,
        "start_plan": None if start is None else _object(start),
    }
    with _service(url, key) as service:
        job = _submit(service, path, crs, {name: value for name, value in options.items() if value is not None})
        _follow(service, job["id"], quiet=quiet)
        _write(service, job["id"], inputs=(path,), out=out, xlsx=xlsx, html=html, summary=summary)


@contextmanager
def _service(url: str, key: str) -> Iterator[RemoteService]:
    with needing_extra():
        import httpx

        from api.client import RemoteProblem, RemoteService
    try:
        with RemoteService(url, key) as service:
            yield service
    except RemoteProblem as problem:
        _print_problem(problem.body, problem.status)
        raise typer.Exit(EXIT_INPUT) from problem
    except httpx.TransportError as error:
        reason = type(error).__name__
        text = say(f"无法连接 {url}（{reason}）；请检查地址", f"cannot reach {url} ({reason}); check the address")
        errors.print(text, style="red", markup=False)
        raise typer.Exit(EXIT_FAILED) from error


def _print_problem(body: dict[str, Any], status: int) -> None:
    errors.print(f"{status} {body.get(LANGUAGE.value) or body.get('detail', '')}", style="red", markup=False)
    for finding in body.get("errors", []):
        names = " ".join(f'"{name}"' for name in finding["ids"])
        head = " ".join(part for part in (finding["code"], finding["where"], names) if part)
        style = "red" if finding["severity"] == "error" else "yellow"
        errors.print(f"{head}: {finding[LANGUAGE.value]}", style=style, markup=False)


def _submit(service: RemoteService, path: Path, crs: Crs | None, options: dict[str, Any]) -> dict[str, Any]:
    if path.is_dir() or path.suffix.lower() in (".xlsx", ".xlsm"):
        files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        parts: list[tuple[str, tuple[str | None, bytes]]] = [
            ("tables", (file.name, file.read_bytes())) for file in files
        ]
        return service.submit_files("visits", [*parts, ("options", (None, json.dumps(options).encode()))])
    if crs is None:
        raise usage_fault("--crs", "JSON 请给出坐标系", "give the coordinate system of a JSON file")
    return service.submit("visits", {"crs": crs.value, "problem": _object(path), "options": options})


def _object(path: Path) -> dict[str, Any]:
    return parse_json_object(read_input(path), where=str(path))


def _follow(service: RemoteService, job_id: str, *, quiet: bool) -> None:
    """Show progress until the job has ended; Ctrl-C ends it with the best plan."""
    with progress_line(quiet=quiet) as progress:
        asked, last = False, Incumbent(seconds=0, iterations=0, cost=0, placed=0, mandatory_left_out=0, source="")
        for event in service.events(job_id):
            last = _incumbent(event.data) if event.kind == "incumbent" else last
            if not progress(last) and not asked:
                service.stop(job_id)
                asked = True


def _incumbent(data: dict[str, Any]) -> Incumbent:
    names = ("seconds", "iterations", "cost", "placed", "mandatory_left_out", "source")
    return Incumbent(**{name: data[name] for name in names})


def _write(
    service: RemoteService,
    job_id: str,
    *,
    inputs: tuple[Path, ...],
    out: Path | None,
    xlsx: Path | None,
    html: Path | None,
    summary: Summary,
) -> None:
    result = json.loads(service.result(job_id))
    if out is not None:
        write_output(out, json_bytes(result["plan"]), inputs=inputs)
    for path, name in ((xlsx, "xlsx"), (html, "html")):
        if path is not None:
            write_output(path, service.result(job_id, format=name, language=LANGUAGE.value), inputs=inputs)
    if summary is Summary.JSON:
        kept = ("status", "cost", "mandatory_left_out", "bound", "seconds", "iterations", "engine", "seed", "objective")
        output.print(json.dumps({name: result[name] for name in kept}, ensure_ascii=False), markup=False)
        return
    left_out = len(result["plan"]["unassigned"])
    cost, missing = f"{result['cost']:,.2f}", result["mandatory_left_out"]
    output.print(
        say(
            f"作业 {job_id}：代价 {cost}，必做未安排 {missing} 次，共未安排 {left_out} 次",
            f"job {job_id}: cost {cost}, {missing} mandatory visits left out, {left_out} left out in all",
        ),
        markup=False,
    )
    for path in (out, xlsx, html):
        if path is not None:
            output.print(say(f"已写出 {path}", f"wrote {path}"), markup=False)
