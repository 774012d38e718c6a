"""``careplan visits``: template, validate, solve, check, report, explain."""

from __future__ import annotations

from itertools import chain

import typer

from optimizer.cli.console import output
from optimizer.cli.day import Reading, loaded_and_told
from optimizer.cli.field import FieldOutputs, load_roster
from optimizer.cli.groups import VISITS
from optimizer.cli.hand_plan import print_judgement, read_given_plan
from optimizer.cli.marking import write_mark
from optimizer.cli.visits_explain import explain
from optimizer.cli.visits_options import (
    CalendarsOut,
    ChatOut,
    Columns,
    Day,
    FormatOption,
    GeoJsonOut,
    Input,
    MapOption,
    MarkOut,
    ObjectiveOption,
    PageOut,
    PdfOut,
    PlacesBook,
    PlanInput,
    PrintLanguage,
    Region,
    RosterIn,
    SkipBadRows,
    TemplateOut,
    WorkbookOut,
    chosen_objective,
)
from optimizer.cli.visits_records import ledger, record
from optimizer.cli.visits_roster import roster as roster_command
from optimizer.cli.visits_solve import solve
from optimizer.cli.words import say
from optimizer.cli.writing import Outputs, Writer, require_writable, wrote
from optimizer.common.language import Language
from optimizer.io.files import write_beside
from optimizer.io.tables import write_template
from optimizer.report.map_links import MapService
from optimizer.report.visits_run import RunFacts
from optimizer.visits.referee import evaluate_plan

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help=VISITS.help)

EXIT_INVALID_PLAN = 2


@app.command(help=say("写出一个空白模板工作簿。", "Write an empty workbook to fill in."))
def template(path: TemplateOut) -> None:
    with write_beside(path) as beside:
        write_template(beside)
    hint = say("填好后运行 careplan visits solve", "fill it in, then run: careplan visits solve")
    output.print(f"{wrote(path)}; {hint}", markup=False)


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


app.command(help=say("排出一天的计划。", "Plan the day."))(solve)


@app.command(help=say("核对一个计划（也可以是手工改过的）。", "Judge a plan, also one made by hand."))
def check(
    path: Input,
    plan: PlanInput,
    format_: FormatOption = None,
    day: Day = None,
    objective: ObjectiveOption = None,
    columns: Columns = None,
    skip_bad_rows: SkipBadRows = False,
    places_book: PlacesBook = None,
) -> None:
    loaded = loaded_and_told(
        path, Reading(format=format_, day=day, columns=columns, skip_bad_rows=skip_bad_rows, places_book=places_book)
    )
    weights = chosen_objective(objective, loaded.objective)
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
    )
    if xlsx is None and html is None and field.is_empty:
        raise typer.BadParameter(
            say("请给出 --xlsx、--html、--pdf、--ics、--chat 或 --geojson", "give --xlsx, --html, --pdf, …")
        )
    persons = load_roster(roster)
    outputs = Outputs(workbook=xlsx, page=html, roster=persons)
    writer = Writer(inputs=inputs)
    weights = chosen_objective(objective, loaded.objective)
    chosen = read_given_plan(plan, loaded, weights).plan
    require_writable((*outputs.files, *field.files), inputs)
    evaluation = evaluate_plan(loaded.problem, loaded.travel, chosen, weights)
    run = RunFacts(objective=weights, travel_source=loaded.travel.source)
    reports = outputs.reports(loaded, chosen, evaluation, run)
    for path_out, content in chain(reports, field.contents(loaded, chosen, evaluation, persons)):
        writer.put(path_out, content)
    for file in writer.written:
        output.print(wrote(file), markup=False)
    writer.finish()


app.command(help=say("说明一次上门为何这样安排或为何未安排。", "Say why a visit is planned as it is or left out."))(
    explain
)


app.command(help=say("记录实际完成情况。", "Record what was really done."))(record)
app.command(help=say("写出月度工作台账。", "Write the ledger of a month."))(ledger)
app.command("roster", help=say("把姓名移入名册，工作簿只留编号。", "Move names into a roster."))(roster_command)
