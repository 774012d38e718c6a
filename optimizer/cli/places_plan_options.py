"""Arguments and options of ``careplan places pair``, ``cluster``, ``site`` and ``indicators``, each said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.words import say
from optimizer.places.model import InstitutionKind
from optimizer.places.pairing import PairObjective, Side
from optimizer.places.site import SiteKind


class LocationFormat(StrEnum):
    """Published formats of ``cluster``."""

    PMED = "pmed"
    SSCFLP = "sscflp"


class ClaimSet(StrEnum):
    """Documents whose figures are checked."""

    QIDONG = "qidong"
    HAILING = "hailing"


Input = Annotated[
    Path, typer.Argument(help=say("工作簿、CSV 文件夹或 JSON", "a workbook, a folder of CSV files, or JSON"))
]
Out = Annotated[Path | None, typer.Option("--out", help=say("结果 JSON", "result, JSON"))]
Page = Annotated[Path | None, typer.Option("--html", help=say("网页（离线可看）", "page, works offline"))]
Workbook = Annotated[Path | None, typer.Option("--xlsx", help=say("工作簿", "workbook"))]
LpFile = Annotated[Path | None, typer.Option("--lp", help=say("写出模型 .lp 供复核", "write the model for an auditor"))]
TimeLimit = Annotated[float | None, typer.Option(min=0.1, help=say("秒（每次求解）", "seconds for each solve"))]
Kindergartens = Annotated[
    bool, typer.Option("--kindergartens/--no-kindergartens", help=say("幼儿园托班计入托育", "count kindergartens"))
]

Left = Annotated[Side, typer.Option(help=say("左侧机构", "left side"))]
Right = Annotated[Side, typer.Option(help=say("右侧机构", "right side"))]
Pairs = Annotated[int, typer.Option(help=say("结对数（含已签）", "number of pairs, fixed ones included"))]
Objective = Annotated[PairObjective, typer.Option(help=say("总距离最小，或最长距离最小", "least total or longest"))]
AtLeast = Annotated[bool, typer.Option("--at-least", help=say("不使目标变差时可更多", "more where it costs nothing"))]
MaxPer = Annotated[
    int | None,
    typer.Option("--max-per-institution", help=say("两侧每家最多结几对", "pairs of an institution, both sides")),
]
MaxLeft = Annotated[int, typer.Option(help=say("左侧每家最多结几对", "pairs of a left institution"))]
MaxRight = Annotated[int, typer.Option(help=say("右侧每家最多结几对", "pairs of a right institution"))]
SameTown = Annotated[bool, typer.Option("--same-town-first", help=say("同镇街优先", "pairs within a town first"))]
OnePerTown = Annotated[bool, typer.Option("--one-per-town", help=say("每个镇街至少一对", "a pair in every town"))]
Demonstrations = Annotated[int, typer.Option(help=say("示范点个数", "number of demonstration points"))]
Curve = Annotated[bool | None, typer.Option("--curve/--no-curve", help=say("计算全部 K 的曲线", "the whole curve"))]

Groups = Annotated[int | None, typer.Option(help=say("组数", "number of groups"))]
Leaders = Annotated[str, typer.Option(help=say("牵头机构编号，用 ; 分隔", "ids of leaders, separated by ;"))]
Levels = Annotated[str, typer.Option(help=say("可牵头的等级字样，用 ; 分隔", "words of the level of leaders"))]
Least = Annotated[int, typer.Option(help=say("N 的下限", "fewest members"))]
Most = Annotated[int | None, typer.Option(help=say("N 的上限", "most members"))]
Radius = Annotated[int | None, typer.Option("--max-distance", help=say("半径（米）", "largest distance in metres"))]
Capacity = Annotated[int | None, typer.Option(help=say("组内最多托位数", "most places of a group"))]
Kind = Annotated[InstitutionKind, typer.Option(help=say("机构类别", "kind of institutions"))]
Format = Annotated[LocationFormat | None, typer.Option("--format", help=say("公开算例格式", "a published format"))]

SiteKindOption = Annotated[SiteKind, typer.Option("--kind", help=say("托位或床位", "places or beds"))]
Years = Annotated[str, typer.Option(help=say("年份，用 ; 分隔", "years, separated by ;"))]
PerThousand = Annotated[float | None, typer.Option("--per-1000", help=say("每千人目标", "target per thousand"))]
Module = Annotated[int, typer.Option("--module", help=say("每班（单元）位数", "places of a module"))]
Budget = Annotated[float | None, typer.Option(help=say("预算（元）", "budget in yuan"))]
Mode = Annotated[str, typer.Option(help=say("出行方式（写入结果）", "mode of travel, for the record"))]
Minutes = Annotated[float, typer.Option(help=say("生活圈分钟数", "minutes of the circle"))]
Speed = Annotated[float, typer.Option("--kmh", help=say("速度（公里/小时）", "speed in km/h"))]
InclusiveShare = Annotated[float | None, typer.Option(help=say("普惠托位占比", "share of inclusive places"))]
NursingShare = Annotated[float | None, typer.Option(help=say("护理型床位占比", "share of nursing beds"))]
Year = Annotated[int | None, typer.Option(help=say("按哪一年的目标", "year of the targets"))]
Split = Annotated[str, typer.Option(help=say("把该指标的市级目标分解到镇街和年度", "split this indicator's target"))]
Claims = Annotated[ClaimSet | None, typer.Option(help=say("核对文件中的数字", "check a document's figures"))]
Villages = Annotated[bool, typer.Option("--villages", help=say("列到村（社区）", "down to villages"))]
