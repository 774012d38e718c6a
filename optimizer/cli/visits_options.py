"""Arguments and options of ``careplan visits``, each said once."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.words import say
from optimizer.cli.writing import PlanFormat
from optimizer.common.language import Language
from optimizer.io.recognise import Format
from optimizer.report.map_links import MapService
from optimizer.visits.hand_plan import Keep
from optimizer.visits.objective import HOMECARE, OBJECTIVES, Objective


class Engine(StrEnum):
    """Engines that can be asked for."""

    AUTO = "auto"
    ORTOOLS = "ortools"
    SEARCH = "search"
    GREEDY = "greedy"


class ObjectiveName(StrEnum):
    """Presets of weights."""

    HOMECARE = "homecare"
    HHCRSP = "hhcrsp"
    EHHC = "ehhc"
    VRPTW = "vrptw"


class Summary(StrEnum):
    """How the outcome is printed."""

    TEXT = "text"
    JSON = "json"


Input = Annotated[
    Path, typer.Argument(help=say("工作簿、CSV 文件夹或 JSON", "a workbook, a folder of CSV files, or JSON"))
]
FormatOption = Annotated[Format | None, typer.Option("--format", help=say("强制输入格式", "force the input's format"))]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help=say("计划哪一天（表格用）", "the day to plan (for tables)")),
]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", help=say("列名对照（CSV）", "names of columns (CSV: sheet,header,meaning)")),
]
PlacesBook = Annotated[Path | None, typer.Option("--places-book", help=say("自己的地点簿", "your own place book"))]
SkipBadRows = Annotated[
    bool,
    typer.Option("--skip-bad-rows", help=say("有错的行不排，另列出来", "plan without the rows that hold errors")),
]
MarkOut = Annotated[
    Path | None,
    typer.Option("--mark", help=say("写出标了问题的工作簿副本", "write a copy of the workbook with findings marked")),
]
ObjectiveOption = Annotated[
    ObjectiveName | None,
    typer.Option("--objective", help=say("权重预设", "preset of weights; default: the input's own")),
]
PlanInput = Annotated[Path, typer.Argument(help=say("计划（JSON 或改过的工作簿）", "a plan (JSON or workbook)"))]


EngineOption = Annotated[Engine, typer.Option("--engine", help=say("求解方式", "the engine"))]
TimeLimit = Annotated[
    float | None,
    typer.Option(min=0.1, help=say("秒，从读取到写出计划", "seconds, from reading to the written plan")),
]
Iterations = Annotated[
    int | None, typer.Option(min=0, help=say("按次数停止，结果可重现", "stop by count; such runs are reproducible"))
]
Patience = Annotated[
    float | None,
    typer.Option(
        "--no-improvement",
        min=0.1,
        help=say("这么多秒没有更好的计划就停", "stop after so many seconds without a better plan"),
    ),
]
PatienceIterations = Annotated[
    int | None,
    typer.Option(
        "--no-improvement-iterations",
        min=1,
        help=say("这么多次没有更好的计划就停", "stop after so many iterations without a better plan"),
    ),
]
Target = Annotated[
    float | None,
    typer.Option("--target", min=0.0, help=say("代价降到此值就停", "stop once a plan costs no more than this")),
]
Seed = Annotated[int, typer.Option(min=0, help=say("随机种子", "seed"))]
MAX_WORKERS = 256


def worker_count(text: str | int) -> int:
    """A number of processes; ``auto`` is as many as this run may use processors."""
    if text == "auto":
        return max(1, min(MAX_WORKERS, os.cpu_count() or 1))
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= MAX_WORKERS:
        raise typer.BadParameter(say(f"请写 1 到 {MAX_WORKERS}，或 auto", f"give 1 to {MAX_WORKERS}, or auto"))
    return count


Workers = Annotated[
    int,
    typer.Option(
        parser=worker_count,
        metavar="N|auto",
        help=say("并行进程数；auto 为处理器数", "processes that work at once; auto: one a processor"),
    ),
]
PlanOut = Annotated[Path | None, typer.Option("--out", help=say("计划 JSON", "plan, JSON"))]
PlanFormatOption = Annotated[PlanFormat, typer.Option("--out-format", help=say("计划文件格式", "format of the plan"))]
WorkbookOut = Annotated[Path | None, typer.Option("--xlsx", help=say("派工单工作簿", "workbook"))]
PageOut = Annotated[Path | None, typer.Option("--html", help=say("网页（离线可看）", "page, works offline"))]
StartPlan = Annotated[Path | None, typer.Option("--start", help=say("从这个计划开始", "start from this plan"))]
RecordsIn = Annotated[
    Path | None,
    typer.Option("--records", help=say("记录文件夹：历史与上次服务", "folder of records: history and last services")),
]
PdfOut = Annotated[Path | None, typer.Option("--pdf", help=say("派工单 PDF", "route sheets as PDF"))]
CalendarsOut = Annotated[Path | None, typer.Option("--ics", help=say("日历文件夹", "folder of calendars"))]
ChatOut = Annotated[Path | None, typer.Option("--chat", help=say("可粘贴的文字（已遮蔽）", "text to paste, masked"))]
GeoJsonOut = Annotated[Path | None, typer.Option("--geojson", help="GeoJSON")]
RosterIn = Annotated[Path | None, typer.Option("--roster", help=say("名册，只在打印时用", "names, for printing only"))]
MapOption = Annotated[MapService, typer.Option("--map", help=say("导航用哪家地图", "whose map the links open"))]
Region = Annotated[str, typer.Option("--region", help=say("城市（百度用）", "the city, for Baidu"))]
PrintLanguage = Annotated[Language, typer.Option("--print-lang", help=say("打印语言", "language of what is printed"))]
KeepOption = Annotated[
    Keep | None,
    typer.Option("--keep", help=say("保留 --start 计划里的什么", "what to keep of the --start plan")),
]
Quiet = Annotated[bool, typer.Option("--quiet", help=say("不显示进度", "no progress, no hints"))]
SummaryOption = Annotated[Summary, typer.Option(help=say("结果的打印方式", "how the outcome is printed"))]
VisitId = Annotated[str, typer.Argument(help=say("上门任务编号", "id of the visit"))]
AtTime = Annotated[datetime | None, typer.Option("--at", formats=["%H:%M"], help=say("想改到几点", "at this time"))]
CaregiverId = Annotated[str | None, typer.Option("--caregiver", help=say("想改派给谁", "by this caregiver"))]
TemplateOut = Annotated[Path, typer.Argument(help=say("要写的 .xlsx", "the .xlsx to write"))]


def chosen_objective(asked: ObjectiveName | None, own: str | None) -> Objective:
    """The weights that are asked for, else those of the input's format, else the usual ones."""
    return OBJECTIVES[asked.value if asked else own or HOMECARE.name]
