"""``careplan visits solve``: plans the day and writes everything that was asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain

from optimizer.cli.console import output
from optimizer.cli.day import Reading, loaded_and_told
from optimizer.cli.field import FieldOutputs, load_roster
from optimizer.cli.hand_plan import print_differences, restart_from
from optimizer.cli.progress import progress_line
from optimizer.cli.summary import print_summary, summary_json
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
    ObjectiveOption,
    PageOut,
    Patience,
    PatienceIterations,
    PdfOut,
    PlacesBook,
    PlanFormatOption,
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
    TimeLimit,
    WorkbookOut,
    Workers,
    chosen_objective,
)
from optimizer.cli.words import say
from optimizer.cli.writing import Outputs, PlanFormat, Writer, require_writable, wrote
from optimizer.common.language import Language
from optimizer.common.stop import Clock, stop_rule
from optimizer.io.record_store import read_records
from optimizer.report.map_links import MapService
from optimizer.report.visits_run import RunFacts
from optimizer.visits.differences import plan_differences
from optimizer.visits.engines import engine_named
from optimizer.visits.records import with_records
from optimizer.visits.referee import evaluate_plan

__all__ = ["solve"]


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
    ics: CalendarsOut = None,
    chat: ChatOut = None,
    geojson: GeoJsonOut = None,
    roster: RosterIn = None,
    map_service: MapOption = MapService.GAODE,
    region: Region = "",
    print_lang: PrintLanguage = Language.ZH,
    records: RecordsIn = None,
) -> None:
    """Plan, judge, write what was asked for, and tell.

    Raises
    ------
    InputError
        The day, the plan to start from, the roster or the records cannot be used.
    OutputError
        A file cannot be written.
    """
    from optimizer.visits.solve import solve_visits  # loads what explains a plan; only who plans waits for it

    engine_named(engine.value)  # loading an engine, and compiling it if need be, is not part of the time limit
    clock = Clock.start()
    loaded = loaded_and_told(
        path, Reading(format=format_, day=day, columns=columns, skip_bad_rows=skip_bad_rows, places_book=places_book)
    )
    if records is not None:
        loaded = replace(loaded, problem=with_records(loaded.problem, read_records(records)))
    read = (*loaded.inputs, *(file for file in (start, roster) if file is not None))
    persons = load_roster(roster)
    outputs = Outputs(plan=out, plan_format=out_format, workbook=xlsx, page=html, roster=persons)
    field = FieldOutputs(
        pdf=pdf,
        calendars=ics,
        chat=chat,
        geojson=geojson,
        service=map_service,
        region=region,
        language=print_lang,
    )
    writer = Writer(inputs=read)
    weights = chosen_objective(objective, loaded.objective)
    first = None
    if start is not None:
        restart = restart_from(start, loaded, weights, keep)
        loaded, first = restart.day, restart.plan
    require_writable((*outputs.files, *field.files), read)  # makes folders, so it comes after everything is read
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
    outputs.write_plan(writer, result.plan, loaded.problem)
    evaluation = evaluate_plan(loaded.problem, loaded.travel, result.plan, weights)
    changed = plan_differences(loaded.problem, first, result.plan) if loaded.problem.published and first else ()
    run = RunFacts.of(result, travel_source=loaded.travel.source, bad_rows=loaded.bad_rows, differences=changed)
    reports = outputs.reports(loaded, result.plan, evaluation, run)
    for path_out, content in chain(reports, field.contents(loaded, result.plan, evaluation, persons)):
        writer.put(path_out, content)
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
        for file in writer.written:
            output.print(wrote(file), markup=False)
    writer.finish()
