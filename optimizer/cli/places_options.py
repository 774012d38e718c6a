"""Arguments and options of ``careplan places``, each said once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.words import say
from optimizer.io.places_read import PlacesFormat
from optimizer.places.policy_text import POLICY_NAMES
from optimizer.places.result import AllocationRule

NAMES = ", ".join(POLICY_NAMES)


class Kind(StrEnum):
    """What is allocated."""

    CHILDCARE = "childcare"
    BEDS = "beds"


class Summary(StrEnum):
    """How the outcome is printed."""

    TEXT = "text"
    JSON = "json"


Input = Annotated[
    Path,
    typer.Argument(help=say("工作簿、CSV 文件夹或 JSON", "a workbook, a folder of CSV files, or JSON")),
]
ResultInput = Annotated[Path, typer.Argument(help=say("分配结果（JSON）", "a result (JSON)"))]
ResultToCompare = Annotated[
    Path | None,
    typer.Argument(
        help=say("分配结果：用它的规则、入托日和种子", "a result: its policy, entry date and seed are used")
    ),
]
ResultOut = Annotated[Path | None, typer.Option("--out", help=say("结果 JSON", "the result, JSON"))]
RuleOption = Annotated[
    AllocationRule,
    typer.Option(
        "--rule",
        help=say("stable 无合理不服；served 安排最多", "stable: no justified envy; served: most served"),
    ),
]
PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", help=say(f"规则文件（TOML），或：{NAMES}", f"a policy file (TOML), or: {NAMES}")),
]
KindOption = Annotated[Kind | None, typer.Option("--kind", help=say("托位或床位", "childcare places or beds"))]
EntryDate = Annotated[
    datetime | None,
    typer.Option("--entry-date", formats=["%Y-%m-%d"], help=say("入托日，按它算月龄", "months of age count on it")),
]
Seed = Annotated[
    str | None, typer.Option("--seed", help=say("摇号种子，如公布的数字", "seed of the draw, a public number"))
]
FormatOption = Annotated[
    PlacesFormat | None,
    typer.Option("--format", help=say("强制输入格式", "force the input's format")),
]
Official = Annotated[
    bool,
    typer.Option(
        "--official",
        help=say(
            "正式结果：规则须有文号、批准人、生效日，并有封存名单的摇号记录",
            "refuse policies without number, approver, date, and lists that were not fixed and drawn",
        ),
    ),
]
DrawInput = Annotated[
    Path | None, typer.Option("--draw", help=say("摇号记录（draw 写出的文件）", "the record that draw has written"))
]
SummaryOption = Annotated[Summary, typer.Option(help=say("结果的打印方式", "how the outcome is printed"))]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", help=say("列名对照（CSV）", "names of columns (CSV: sheet,header,meaning)")),
]
SkipBadRows = Annotated[
    bool,
    typer.Option("--skip-bad-rows", help=say("有错的行不读，另列出来", "leave out the rows that hold errors, named")),
]
TemplateOut = Annotated[Path, typer.Argument(help=say("写到哪里（.xlsx）", "where to write it (.xlsx)"))]
ApplicantId = Annotated[str | None, typer.Option("--applicant", help=say("申请人编号", "id of an applicant"))]
InstitutionId = Annotated[str | None, typer.Option("--institution", help=say("机构编号", "id of an institution"))]
BeforeInput = Annotated[
    Path | None,
    typer.Option("--from", help=say("由哪份结果而来（核对变动数）", "the earlier result, to recount changes")),
]
