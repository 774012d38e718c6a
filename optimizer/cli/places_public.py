"""``careplan places waiting`` and ``public``: waiting lists, and what may be shown to everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output
from optimizer.cli.places_decision import now
from optimizer.cli.places_input import loaded_places, rules_of
from optimizer.cli.places_options import ApplicantId, Input, PolicyOption, ResultInput, Summary, SummaryOption
from optimizer.cli.words import LANGUAGE, say
from optimizer.common.language import Text
from optimizer.io.files import write_output
from optimizer.io.places_json import read_allocation_json
from optimizer.places.decision.waiting import WaitingRow, waiting_list
from optimizer.report.places_public_workbook import public_workbook

__all__ = ["register"]

Book = Annotated[Path, typer.Option("--xlsx", help=say("公示表（工作簿）", "the public tables, a workbook"))]

MAX_SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the commands to ``careplan places``."""
    app.command("waiting", help=say("候补名单：名次，怎样轮到。", "Waiting lists: rank, and what must happen."))(
        waiting
    )
    app.command("public", help=say("公示表：无姓名，小数字不公布。", "Public tables: no names, no small counts."))(
        public
    )


def waiting(
    path: Input,
    result: ResultInput,
    applicant: ApplicantId = None,
    policy: PolicyOption = None,
    summary: SummaryOption = Summary.TEXT,
) -> None:
    """Print the waiting lists, of everybody or of one applicant."""
    allocation = read_allocation_json(result)
    rules = rules_of(allocation, policy, None, None)
    loaded = loaded_places(path, None, rules, allocation.rule)
    rows = waiting_list(loaded.problem, rules, allocation)
    shown = [one for one in rows if applicant is None or one.applicant == applicant]
    if summary is Summary.JSON:
        output.print(json.dumps([_facts(one) for one in shown], ensure_ascii=False), markup=False)
        return
    output.print(say(f"候补 {len(shown)} 条", f"{len(shown)} rows"), markup=False)
    for one in shown[:MAX_SHOWN]:
        line = Text(
            f"  {one.pool} 第 {one.rank} 位 {one.applicant}（第 {one.choice} 志愿）：{one.text.zh}",
            f"  {one.pool} rank {one.rank} {one.applicant} (choice {one.choice}): {one.text.en}",
        )
        output.print(line.in_(LANGUAGE), markup=False)
    if len(shown) > MAX_SHOWN:
        hint = Text("其余用 --summary json 或 public 的工作簿", "the rest: --summary json, or the workbook of public")
        output.print(hint.in_(LANGUAGE), markup=False)


def public(path: Input, result: ResultInput, xlsx: Book, policy: PolicyOption = None) -> None:
    """Write what may be shown to everybody."""
    allocation = read_allocation_json(result)
    rules = rules_of(allocation, policy, None, None)
    loaded = loaded_places(path, None, rules, allocation.rule)
    data = public_workbook(loaded.problem, rules, allocation, now().date(), language=LANGUAGE)
    write_output(xlsx, data, inputs=(*loaded.sources, result))
    output.print(say(f"已写出 {xlsx}", f"wrote {xlsx}"), markup=False)


def _facts(one: WaitingRow) -> dict[str, object]:
    return {
        "pool": one.pool,
        "institution": one.institution,
        "rank": one.rank,
        "applicant": one.applicant,
        "choice": one.choice,
        "holds": one.holds,
        "text": {"zh": one.text.zh, "en": one.text.en},
    }
