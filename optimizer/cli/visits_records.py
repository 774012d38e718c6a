"""``careplan visits record`` and ``ledger``: what was really done, and the month in figures."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.console import output, print_findings
from optimizer.cli.words import LANGUAGE, say
from optimizer.io.files import write_output
from optimizer.io.record_store import STORE_NAME, read_records, store_day
from optimizer.io.tables.actuals import read_actuals
from optimizer.report.ledger import ledger_bytes
from optimizer.visits.records import CATEGORIES, Follow, adherence, person_times

__all__ = ["ledger", "record"]

DEFAULT_FOLDER = Path("careplan-days")

Workbook = Annotated[Path, typer.Argument(help=say("填好的派工单工作簿", "the plan workbook, filled in"))]
Folder = Annotated[Path, typer.Option("--into", help=say("记录文件夹", "the folder of records"))]
OfFolder = Annotated[Path, typer.Argument(help=say("记录文件夹", "the folder of records"))]
RecordDay = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help=say("哪一天", "the day, where unsaid"))
]
Month = Annotated[datetime, typer.Option("--month", formats=["%Y-%m"], help=say("月份 2026-03", "the month, 2026-03"))]
LedgerOut = Annotated[Path, typer.Option("--xlsx", help=say("工作台账", "the ledger"))]


def record(path: Workbook, into: Folder = DEFAULT_FOLDER, day: RecordDay = None) -> None:
    """Read what was done from a plan workbook into the folder of records."""
    actuals = read_actuals(path, day=None if day is None else day.date())
    print_findings(actuals.findings)
    before = store_day(into, actuals.day, actuals.records)
    done = sum(sum(counts.values()) for counts in person_times(actuals.records).values())
    followed = adherence(actuals.records)
    rate = "–" if followed.rate is None else f"{followed.rate:.1%}"
    missed = followed.counts[Follow.MISSED]
    again = say("（替换了原来的记录）", " (replacing the earlier record)") if before else ""
    output.print(
        say(
            f"{actuals.day} 已记录{again}：人次 {done}，未完成 {missed}，排班匹配率 {rate}，存入 {into / STORE_NAME}",
            f"{actuals.day} recorded{again}: {done} person-times, {missed} missed, match rate {rate}, "
            f"in {into / STORE_NAME}",
        ),
        markup=False,
    )


def ledger(path: OfFolder, month: Month, xlsx: LedgerOut) -> None:
    """Write the ledger of a month."""
    first = month.date().replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    records = read_records(path, first=first, last=last)
    write_output(xlsx, ledger_bytes(records, first, language=LANGUAGE), inputs=(path / STORE_NAME,))
    done = person_times(records)
    for category, name in CATEGORIES.items():
        output.print(f"{name.in_(LANGUAGE)} {sum(counts[category] for counts in done.values())}", markup=False)
    output.print(say(f"已写出 {xlsx}", f"wrote {xlsx}"), markup=False)
