"""``careplan visits``: template, validate, solve, check, report, explain."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import typer

from optimizer.cli.console import output
from optimizer.cli.day import Reading, load_day, loaded_and_told
from optimizer.cli.field import FieldOutputs, load_roster
from optimizer.cli.hand_plan import print_differences, print_judgement, read_given_plan, restart_from
from optimizer.cli.marking import write_mark
from optimizer.cli.progress import progress_line
from optimizer.cli.stopping import stop_rule
from optimizer.cli.summary import print_summary, summary_json
from optimizer.cli.visits_explain import explain
from optimizer.cli.visits_options import (
    CalendarsOut,
    ChatOut,
    Columns,
    Day,
    Engine,
    EngineOption,
    FormatOption,
    GeoJsonOut,
    Input,
    Iterations,
    KeepOption,
    MapOption,
    MarkOut,
    ObjectiveName,
    ObjectiveOption,
    PageOut,
    Patience,
    PatienceIterations,
    PdfOut,
    PlacesBook,
    PlanFormatOption,
    PlanInput,
    PlanOut,
    PrintLanguage,
    Quiet,
    RecordsIn,
    Region,
    RosterIn,
    Seed,
    SkipBadRows,
    StartPlan,
    Summary,
    SummaryOption,
    Target,
    TemplateOut,
    TimeLimit,
    WorkbookOut,
    Workers,
)
from optimizer.cli.visits_records import ledger, record
from optimizer.cli.visits_roster import roster as roster_command
from optimizer.cli.words import say
from optimizer.cli.writing import Outputs, PlanFormat
from optimizer.common.language import Language
from optimizer.common.stop import Clock
from optimizer.io.files import write_beside
from optimizer.io.record_store import read_records
from optimizer.io.tables import write_template
from optimizer.report.map_links import MapService
from optimizer.report.visits_run import RunFacts
from optimizer.visits.differences import plan_differences
from optimizer.visits.engines import engine_named
from optimizer.visits.objective import HOMECARE, OBJECTIVES, Objective
from optimizer.visits.records import with_records
from optimizer.visits.referee import evaluate_plan
from optimizer.visits.solve import solve_visits

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=say("安排一天的上门服务。", "Plan one day of home visits."))

EXIT_INVALID_PLAN = 2


@app.command(help=say("写出一个空白模板工作簿。", "Write an empty workbook to fill in."))
def template(path: TemplateOut) -> None:
    with write_beside(path) as beside:
        write_template(beside)
    hint = say("填好后运行 careplan visits solve", "fill it in, then run: careplan visits solve")
    output.print(f"{_wrote(path)}; {hint}", markup=False)


@app.command(help=say("检查输入，列出全部问题。", "Check the input and list everything that is wrong with it."))
def validate(
    path: Input,
    format_: FormatOption = None,
    day: Day = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    places_book: PlacesBook = None,
    mark: MarkOut = None,
) -> None:
    reading = Reading(format=format_, day=day, columns=columns, skip_bad_rows=skip_bad_rows, places_book=places_book)
    if mark is not None:
        write_mark(path, reading, mark)
    loaded = loaded_and_told(path, reading)
    visits, warnings = len(loaded.problem.visits), len(loaded.warnings)
    output.print(say(f"可以使用：{visits} 次上门，{warnings} 条提醒", f"usable: {visits} visits, {warnings} warnings"))


@app.command(help=say("排出一天的计划。", "Plan the day."))
def solve(
    path: Input,
    format_: FormatOption = None,
    day: Day = None,
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
    out_format: PlanFormatOption = PlanFormat.CAREPLAN,
    xlsx: WorkbookOut = None,
    html: PageOut = None,
    start: StartPlan = None,
    keep: KeepOption = None,
    quiet: Quiet = False,
    summary: SummaryOption = Summary.TEXT,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    places_book: PlacesBook = None,
    pdf: PdfOut = None,
    roster: RosterIn = None,
    records: RecordsIn = None,
) -> None:
    engine_named(engine.value)  # loading an engine, and compiling it if need be, is not part of the time limit
    clock = Clock.start()
    loaded = loaded_and_told(
        path, Reading(format=format_, day=day, columns=columns, skip_bad_rows=skip_bad_rows, places_book=places_book)
    )
    if records is not None:
        loaded = replace(loaded, problem=with_records(loaded.problem, read_records(records)))
    read = loaded.inputs if start is None else (*loaded.inputs, start)
    persons = load_roster(roster)
    outputs = Outputs(plan=out, plan_format=out_format, workbook=xlsx, page=html, roster=persons, inputs=read)
    outputs.require_writable()
    weights = _objective(objective, loaded.objective)
    first = None
    if start is not None:
        restart = restart_from(start, loaded, weights, keep)
        loaded, first = restart.day, restart.plan
    with progress_line(quiet=quiet) as progress:
        result = solve_visits(
            loaded.problem,
            loaded.travel,
            stop=stop_rule(time_limit, max_iterations, no_improvement, no_improvement_iterations, target),
            seed=seed,
            objective=weights,
            engine=engine.value,
            workers=workers,
            start=first,
            progress=progress,
            clock=clock,
        )
    outputs.write_plan(result.plan, loaded.problem)
    evaluation = evaluate_plan(loaded.problem, loaded.travel, result.plan, weights)
    changed = plan_differences(loaded.problem, first, result.plan) if loaded.problem.published and first else ()
    written = outputs.write_reports(
        loaded,
        result.plan,
        evaluation,
        RunFacts.of(result, travel_source=loaded.travel.source, bad_rows=loaded.bad_rows, differences=changed),
    )
    written += FieldOutputs(pdf=pdf, inputs=read).write(loaded, result.plan, evaluation, persons)
    if summary is Summary.JSON:
        output.print(
            json.dumps(summary_json(loaded.problem, result, loaded.bad_rows), ensure_ascii=False), markup=False
        )
    else:
        print_summary(loaded.problem, result, evaluation)
        if loaded.bad_rows:
            output.print(say(f"数据有误没有排：{len(loaded.bad_rows)} 行", f"unusable rows: {len(loaded.bad_rows)}"))
        if loaded.problem.published and first is not None:
            print_differences(loaded.problem, changed)
        for file in written:
            output.print(_wrote(file), markup=False)


@app.command(help=say("核对一个计划（也可以是手工改过的）。", "Judge a plan, also one made by hand."))
def check(
    path: Input, plan: PlanInput, format_: FormatOption = None, day: Day = None, objective: ObjectiveOption = None
) -> None:
    loaded = load_day(path, format_, day)
    weights = _objective(objective, loaded.objective)
    given = read_given_plan(plan, loaded, weights)
    judged = evaluate_plan(loaded.problem, loaded.travel, given.plan, weights)
    print_judgement(given, judged)
    if not judged.valid:
        raise typer.Exit(EXIT_INVALID_PLAN)


@app.command(help=say("由计划写出工作簿和网页。", "Write the workbook and the page of a plan."))
def report(
    path: Input,
    plan: PlanInput,
    format_: FormatOption = None,
    day: Day = None,
    objective: ObjectiveOption = None,
    xlsx: WorkbookOut = None,
    html: PageOut = None,
    pdf: PdfOut = None,
    ics: CalendarsOut = None,
    chat: ChatOut = None,
    geojson: GeoJsonOut = None,
    roster: RosterIn = None,
    map_service: MapOption = MapService.GAODE,
    region: Region = "",
    print_lang: PrintLanguage = Language.ZH,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    places_book: PlacesBook = None,
) -> None:
    loaded = loaded_and_told(
        path, Reading(format=format_, day=day, columns=columns, skip_bad_rows=skip_bad_rows, places_book=places_book)
    )
    inputs = tuple(file for file in (*loaded.inputs, plan, roster) if file is not None)
    field = FieldOutputs(
        pdf=pdf,
        calendars=ics,
        chat=chat,
        geojson=geojson,
        service=map_service,
        region=region,
        language=print_lang,
        inputs=inputs,
    )
    if xlsx is None and html is None and field.is_empty:
        raise typer.BadParameter(
            say("请给出 --xlsx、--html、--pdf、--ics、--chat 或 --geojson", "give --xlsx, --html, --pdf, …")
        )
    persons = load_roster(roster)
    outputs = Outputs(workbook=xlsx, page=html, roster=persons, inputs=inputs)
    outputs.require_writable()
    weights = _objective(objective, loaded.objective)
    chosen = read_given_plan(plan, loaded, weights).plan
    evaluation = evaluate_plan(loaded.problem, loaded.travel, chosen, weights)
    run = RunFacts(objective=weights, travel_source=loaded.travel.source)
    written = outputs.write_reports(loaded, chosen, evaluation, run)
    for file in (*written, *field.write(loaded, chosen, evaluation, persons)):
        output.print(_wrote(file), markup=False)


app.command(help=say("说明一次上门为何这样安排或为何未安排。", "Say why a visit is planned as it is or left out."))(
    explain
)


app.command(help=say("记录实际完成情况。", "Record what was really done."))(record)
app.command(help=say("写出月度工作台账。", "Write the ledger of a month."))(ledger)
app.command("roster", help=say("把姓名移入名册，工作簿只留编号。", "Move names into a roster."))(roster_command)


def _wrote(path: Path) -> str:
    return say(f"已写出 {path}", f"wrote {path}")


def _objective(asked: ObjectiveName | None, own: str | None) -> Objective:
    return OBJECTIVES[asked.value if asked else own or HOMECARE.name]
